"""Where a merchant gives out tokens: `POST /<system>/oauth/token`, client credentials only.

Source: RFC 6749, sections 2.3.1, 4.4, 5.1 and 5.2, and RFC 6750 for what a refused token is answered with.
Tokens live in memory and end with the settings they were given under. The ledger keeps neither the requests'
bodies nor the answers, since both are secrets.
"""

import base64
import binascii
import hmac
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import parse_qs, unquote_plus

from werkzeug.http import parse_options_header

from app.sandbox.checks import Check, record, text, whole_number
from app.sandbox.contract import Answer, Call

TOKEN_PATH = "/oauth/token"  # noqa: S105 (an address)
REFUSED_TOKEN = {"WWW-Authenticate": 'Bearer error="invalid_token"'}

OAUTH_FORM: Check = record(
    required={"client_id": text(), "client_secret": text()},
    optional={"expires_in": whole_number(1, 10**9)},
)


@dataclass(frozen=True)
class Client:
    """Who may have a token, and how many seconds it is good for."""

    client_id: str
    client_secret: str
    expires_in: int = 3600

    def is_this(self, client_id: str, client_secret: str) -> bool:
        same_id = hmac.compare_digest(self.client_id.encode(), client_id.encode())
        return hmac.compare_digest(self.client_secret.encode(), client_secret.encode()) and same_id


class TokenOffice:
    """The tokens of one client."""

    def __init__(self, client: Client, now: Callable[[], datetime]) -> None:
        self._client = client
        self._now = now
        self._good_until: dict[str, datetime] = {}

    def answer(self, call: Call) -> Answer:
        """A token, or a refusal in the words of RFC 6749, 5.2."""
        if call.method != "POST":
            return Answer(405, {"error": "invalid_request"}, headers={"Allow": "POST"})
        media_type, _ = parse_options_header(call.headers.get("Content-Type"))
        if call.body is None or media_type.lower() != "application/x-www-form-urlencoded":
            return Answer(400, {"error": "invalid_request"})
        form = {name: values[0] for name, values in parse_qs(call.body.decode("utf-8", "replace")).items()}
        given = _basic(call.headers.get("Authorization", "")) or _in_body(form)
        if given is None or not self._client.is_this(*given):
            return Answer(401, {"error": "invalid_client"}, headers={"WWW-Authenticate": "Basic"})
        if form.get("grant_type") != "client_credentials":
            return Answer(400, {"error": "unsupported_grant_type"})
        return self._given()

    def knows(self, authorization: str) -> bool:
        """Whether this header carries a token of ours that is still good."""
        scheme, _, token = authorization.partition(" ")
        good_until = self._good_until.get(token.strip())
        return scheme.lower() == "bearer" and good_until is not None and self._now() < good_until

    def _given(self) -> Answer:
        token = secrets.token_urlsafe(24)
        self._good_until[token] = self._now() + timedelta(seconds=self._client.expires_in)
        content = {"access_token": token, "token_type": "Bearer", "expires_in": self._client.expires_in}
        return Answer(200, content, headers={"Cache-Control": "no-store"})


def _basic(authorization: str) -> tuple[str, str] | None:
    scheme, _, packed = authorization.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        name, colon, secret = base64.b64decode(packed, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return (unquote_plus(name), unquote_plus(secret)) if colon else None


def _in_body(form: Mapping[str, str]) -> tuple[str, str] | None:
    if "client_id" not in form or "client_secret" not in form:
        return None
    return form["client_id"], form["client_secret"]
