"""A browser of a few lines over real HTTP: cookies, form tokens, no redirect followed.

The session is the same at every port of the same machine, so that one server may end in the middle of it
and another take over.
"""

from __future__ import annotations

import http.client
import re
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping
from http.cookiejar import CookieJar
from typing import Any

TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
QUOTE = re.compile(r'name="quote_hash" value="([^"]+)"')
REFERENCE = re.compile(r"EX-[2-9A-Z]{6}")
SECONDS = 20


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        return None


class ServerGone(Exception):
    """The connection ended without an answer."""


class ServerFailed(Exception):
    """It answered with an error of its own."""


class PlainBrowser:
    def __init__(self, url: str) -> None:
        self.url = url
        self._opener = urllib.request.build_opener(
            urllib.request.HTTPCookieProcessor(CookieJar()), _Stay(), urllib.request.ProxyHandler({})
        )

    def get(self, path: str) -> str:
        return self._ask(self.url + path)[1]

    def post(self, path: str, form: Mapping[str, str], at: str | None = None) -> str:
        """Post with this token; the path, or the address elsewhere, that it leads to. Raises ServerGone."""
        location, text = self.press(path, form, at)
        assert location, text[:2000]
        return location

    def press(self, path: str, form: Mapping[str, str], at: str | None = None) -> tuple[str | None, str]:
        """The same where it may lead nowhere: then the page that comes instead."""
        return self._ask((at or self.url) + path, urllib.parse.urlencode(form).encode())

    def pay(self, page: str) -> str:
        """Type in a good card on the provider's page; the portal's path that leads back to."""
        return urllib.parse.urlsplit(self.post("", {"card": "4242 4242 4242 4242"}, at=page)).path

    def send(self, page: str, form: Mapping[str, str]) -> str:
        """Open a page and post to it."""
        return self.post(page, {"csrf_token": _found(TOKEN, self.get(page)), **form})

    def review(
        self, store: str, number: str, options: tuple[str, str] = ("Navy", "L")
    ) -> tuple[str, dict[str, str]]:
        """From the order number to Review: its path, and what pressing Confirm would post."""
        items = self.send(f"/{store}/", {"order_number": number, "email_or_postcode": "ada@example.com"})
        line = _found(re.compile(r'name="line" value="([^"]+)"'), self.get(items))
        item = self.send(items, {"line": line, f"quantity-{line}": "1"})
        colour, size = options
        wish = {"reason": "too_small", "outcome": "variant", "option-0": colour, "option-1": size}
        review = self.send(item, wish | {"action": "continue"})
        html = self.get(review)
        return review, {"csrf_token": _found(TOKEN, html), "quote_hash": _found(QUOTE, html)}

    def reference(self, path: str) -> str:
        """The reference that a status page shows."""
        found = REFERENCE.search(self.get(path))
        return found[0] if found else ""

    def _ask(self, url: str, data: bytes | None = None) -> tuple[str | None, str]:
        try:
            try:
                with self._opener.open(url, data, timeout=SECONDS) as answer:
                    return None, answer.read().decode()
            except urllib.error.HTTPError as answer:
                with answer:
                    if answer.code >= 500:
                        raise ServerFailed(f"{url} answered {answer.code}") from None
                    return answer.headers.get("Location"), answer.read().decode()
        except (OSError, http.client.HTTPException) as gone:  # while connecting and while reading alike
            raise ServerGone(str(gone)) from gone


def _found(pattern: re.Pattern[str], html: str) -> str:
    found = pattern.search(html)
    assert found, html[:2000]
    return found[1]
