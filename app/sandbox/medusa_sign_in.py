"""Signing in to the pretend Medusa as its one admin. Setting the admin again ends all tokens."""

import hmac
import secrets
from dataclasses import dataclass, field

from app.sandbox.contract import Answer, Call
from app.sandbox.medusa_views import refused, said
from app.sandbox.strict_json import NotJsonError, read_json

SIGN_IN_PATH = "/auth/user/emailpass"


@dataclass
class Admin:
    """Who may sign in, and the tokens that were given; nobody without an e-mail address."""

    email: str = ""
    password: str = ""
    tokens: set[str] = field(default_factory=set)

    def sign_in(self, call: Call) -> Answer:
        try:
            body = read_json(call.body or b"")
        except NotJsonError as error:
            return refused(str(error))
        given = body if isinstance(body, dict) else {}
        same_email = str(given.get("email")).casefold() == self.email.casefold()
        same = hmac.compare_digest(str(given.get("password")).encode(), self.password.encode())
        if not self.email or not (same_email & same):
            return refused("Invalid email or password", 401, "unauthorized")
        token = f"eyJ.{secrets.token_urlsafe(24)}.sig"
        self.tokens.add(token)
        return said({"token": token})

    def knows(self, token: str) -> bool:
        return token in self.tokens
