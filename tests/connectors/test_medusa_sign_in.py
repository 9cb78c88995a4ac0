"""Signing in to Medusa with e-mail and password: what is sent, and what is made of the answer."""

from __future__ import annotations

import json
from typing import Any

import pytest

from app.connectors.base import NotSent, Reply
from app.connectors.oauth import Token
from app.connectors.platforms.medusa import MedusaPlacer
from app.connectors.platforms.medusa_sign_in import SignIn
from app.connectors.settings import InvalidSettings

PASSWORD = "c4n4ry-p4ss"
EMAIL = "evenly@shop.example"
CLIENT = SignIn("https://shop.example", EMAIL, PASSWORD)


def configure(secret: str | None = PASSWORD, **changes: Any) -> MedusaPlacer:
    wanted = {"url": "https://shop.example", "shipping_option_id": "so_1"}
    wanted |= {"sign_in": "password", "email": EMAIL}
    return MedusaPlacer.configure(wanted | changes, secret, allow_loopback=False)


def said(content: object, status: int = 200) -> Reply:
    return Reply(status, {}, json.dumps(content).encode())


def test_who_signs_in_sends_email_and_password_to_medusa_itself() -> None:
    assert configure().token_client() == CLIENT
    assert configure().credentials() == {}
    request = CLIENT.request()
    assert (request.method, request.url) == ("POST", "https://shop.example/auth/user/emailpass")
    assert json.loads(request.body) == {"email": EMAIL, "password": PASSWORD}
    assert CLIENT.credentials() == {}
    assert PASSWORD not in repr(CLIENT)


def test_a_key_needs_no_token() -> None:
    assert configure("sk_1", sign_in="key", email="").token_client() is None


def test_the_token_is_taken_from_the_answer() -> None:
    assert CLIENT.read(said({"token": "eyJ.a.b"})) == Token("eyJ.a.b")


@pytest.mark.parametrize(
    ("reply", "for_good", "words"),
    [
        (said({"message": "Invalid email or password"}, 401), True, "401 Invalid email or password"),
        (said({"message": "busy"}, 503), False, "it answered 503"),
        (said({"token": ""}), True, "without a token to use"),
        (said({"token": "a b"}), True, "without a token to use"),
        (said({"location": "https://id.example"}), True, "without a token to use"),
        (Reply(200, {}, b"<html>"), True, "without a token to use"),
    ],
)
def test_what_is_no_token_says_why(reply: Reply, for_good: bool, words: str) -> None:
    read = CLIENT.read(reply)
    assert isinstance(read, NotSent)
    assert read.for_good is for_good
    assert words in read.reason


@pytest.mark.parametrize(
    ("secret", "changes", "field", "words"),
    [
        (None, {}, "secret", "is needed: the password of that admin"),
        (PASSWORD, {"email": ""}, "settings", "email goes with sign_in=password"),
        (PASSWORD, {"sign_in": "key"}, "settings", "email goes with sign_in=password"),
        (PASSWORD, {"sign_in": "magic"}, "sign_in", "must be one of 'key' or 'password'"),
    ],
)
def test_settings_that_cannot_be(secret: str | None, changes: dict[str, Any], field: str, words: str) -> None:
    with pytest.raises(InvalidSettings) as refused:
        configure(secret, **changes)
    assert words in refused.value.problems[field]


def test_what_is_stored_holds_no_password() -> None:
    stored = configure().stored_settings()
    assert PASSWORD not in repr(stored)
    assert configure(**stored).stored_settings() == stored
