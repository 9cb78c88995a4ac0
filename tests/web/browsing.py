"""A browser without a screen for tests of the pages: it keeps cookies and fills in the form token."""

from __future__ import annotations

import re
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
COOKIES = ("evenly", "__Host-evenly")


class Browser:
    """One person's browser at one address. `base_url` decides between HTTP and HTTPS."""

    def __init__(self, app: Flask, base_url: str = "http://localhost", address: str = "203.0.113.7") -> None:
        self.client = app.test_client()
        self.base_url = base_url
        self.address = address

    def get(self, path: str, **options: Any) -> TestResponse:
        return self._open("GET", path, **options)

    def post(self, path: str, form: dict[str, Any] | None = None, **options: Any) -> TestResponse:
        """Post exactly this."""
        return self._open("POST", path, data=form or {}, **options)

    def send(self, page: str, form: dict[str, Any], to: str | None = None, **options: Any) -> TestResponse:
        """Open a page, then post to it (or elsewhere) with the token that stands in it."""
        return self.post(to or page, {"csrf_token": self.token(page), **form}, **options)

    def token(self, page: str) -> str:
        """The form token of a page."""
        found = TOKEN.search(self.get(page).text)
        assert found, f"no form on {page}"
        return found[1]

    def find(
        self, number: str = "AC-1001", fact: str = "ada@example.com", store: str = "acme"
    ) -> TestResponse:
        """Look an order up."""
        return self.send(f"/{store}/", {"order_number": number, "email_or_postcode": fact})

    @property
    def cookie(self) -> str | None:
        """What this browser would send for the portal's session."""
        host = self.base_url.split("//")[1].partition(":")[0].strip("[]")
        for name in COOKIES:
            found = self.client.get_cookie(name, domain=host)
            if found:
                return found.value
        return None

    def carry(self, value: str, name: str = "evenly") -> None:
        """Put a cookie into this browser, as somebody who copied or planted it would."""
        host = self.base_url.split("//")[1].partition(":")[0].strip("[]")
        self.client.set_cookie(name, value, domain=host, secure=name.startswith("__Host-"))

    def _open(self, method: str, path: str, **options: Any) -> TestResponse:
        options = dict[str, Any](base_url=self.base_url, buffered=True) | options
        environ = {"REMOTE_ADDR": self.address, **options.pop("environ_overrides", {})}
        return self.client.open(path, method=method, environ_overrides=environ, **options)
