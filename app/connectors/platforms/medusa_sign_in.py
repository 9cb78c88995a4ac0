"""Signing in to Medusa as one of its admins, with e-mail address and password, for a token.

Source: Medusa 2.21.2: `POST /auth/user/emailpass` answers `{"token": …}`, which goes along as Bearer. It says
nowhere how long that is good. The request holds the password, so it is never stored.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from app.connectors.base import NotSent, Outcome, Reply, Request, outcome_of_status
from app.connectors.oauth import LONGEST_TOKEN, Token, TokenClient
from app.connectors.platforms.medusa_json import read, text
from app.connectors.platforms.medusa_reply import message_of

PATH = "/auth/user/emailpass"


@dataclass(frozen=True)
class SignIn(TokenClient):
    """`url` is Medusa's own, `client_id` the e-mail address and `secret` the password."""

    def request(self) -> Request:
        """The request for a token. Its body holds the password: never store it."""
        body = json.dumps({"email": self.client_id, "password": self.secret}).encode()
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        return Request("sign in", "POST", self.url + PATH, headers, body)

    def credentials(self) -> dict[str, str]:
        """None besides what the body holds."""
        return {}

    def read(self, reply: Reply) -> Token | NotSent:
        """The token, or why nothing could be sent; a no or a token of no use is `for_good`."""
        meant = outcome_of_status(reply.status, safe_to_repeat=True)
        if meant is not Outcome.DELIVERED:
            words = f"Medusa did not let us in: it answered {reply.status} {message_of(reply)}".strip()
            return NotSent(words, for_good=meant is Outcome.REJECTED)
        token = text(read(reply).get("token"))
        usable = (
            0 < len(token) <= LONGEST_TOKEN and token.isascii() and token.isprintable() and " " not in token
        )
        return Token(token) if usable else NotSent("Medusa let us in without a token to use", for_good=True)
