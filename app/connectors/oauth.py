"""OAuth 2.0 client credentials (RFC 6749, section 4.4): asking for a token, and reading the answer.

The request and the answer hold secrets, so neither is ever stored: a token is fetched when something is
about to be sent, and kept in memory only (`app.services.bearer_tokens`).
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, runtime_checkable
from urllib.parse import quote_plus, urlencode

from app.connectors.answers import content_of, one_line
from app.connectors.base import NotSent, Outcome, Reply, Request, outcome_of_status

LONGEST_TOKEN = 8000  # servers refuse longer headers
LONGEST_WORDS = 200
LONGEST_SECONDS = 24 * 60 * 60  # one that is said to last for ever is fetched anew all the same


@dataclass(frozen=True)
class Token:
    """What was given. `seconds` is how long it is good for, None where that was not said."""

    text: str = field(repr=False)
    seconds: int | None = None


@dataclass(frozen=True)
class TokenClient:
    """Who asks for a token, and where. Equal ones share a token; the secret is in no `repr`."""

    url: str
    client_id: str
    secret: str = field(repr=False)
    scope: str = ""
    in_body: bool = False

    def request(self) -> Request:
        """The request for a token. With `in_body` the body holds the secret: never store it."""
        asked = {"grant_type": "client_credentials"}
        if self.scope:
            asked["scope"] = self.scope
        if self.in_body:
            asked |= {"client_id": self.client_id, "client_secret": self.secret}
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
        return Request("token", "POST", self.url, headers, urlencode(asked).encode())

    def credentials(self) -> Mapping[str, str]:
        """HTTP Basic of both parts in form encoding, as RFC 6749, 2.3.1 wants it; none with `in_body`."""
        if self.in_body:
            return {}
        pair = f"{quote_plus(self.client_id)}:{quote_plus(self.secret)}"
        return {"Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}

    def read(self, reply: Reply) -> Token | NotSent:
        """The token, or why nothing could be sent; a no or a token of no use is `for_good`."""
        meant = outcome_of_status(reply.status, safe_to_repeat=True)
        content = content_of(reply)
        if meant is not Outcome.DELIVERED:
            words = f"no token was given: {self.url} answered {reply.status}{_said_by(content)}"
            return NotSent(words, for_good=meant is Outcome.REJECTED)
        token = _token_in(content)
        return token or NotSent(f"{self.url} answered without a bearer token that can be used", for_good=True)


@runtime_checkable
class TakesToken(Protocol):
    """A connector that may prove itself with a token that is fetched before it sends."""

    def token_client(self) -> TokenClient | None:
        """Whose token goes along, None where none does."""


def _token_in(content: Any) -> Token | None:
    """RFC 6749, 5.1. Its names of token types know no upper and lower case."""
    if not isinstance(content, dict):
        return None
    text, kind = content.get("access_token"), content.get("token_type", "bearer")
    if not isinstance(text, str) or not isinstance(kind, str) or kind.lower() != "bearer":
        return None
    usable = 0 < len(text) <= LONGEST_TOKEN and text.isascii() and text.isprintable() and " " not in text
    return Token(text, _seconds(content.get("expires_in"))) if usable else None


def _seconds(value: Any) -> int | None:
    """Some servers write the number as text."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 10:
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool) or value <= 0:
        return None
    return min(value, LONGEST_SECONDS)


def _said_by(content: Any) -> str:
    """RFC 6749, 5.2: a code, and perhaps a sentence."""
    if not isinstance(content, dict):
        return ""
    said = [content.get(name) for name in ("error", "error_description")]
    words = one_line(": ".join(word for word in said if isinstance(word, str) and word))
    return f" ({words[:LONGEST_WORDS]})" if words else ""
