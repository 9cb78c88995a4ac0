"""Asking for a token, and reading the answer: RFC 6749, 4.4 and 5."""

from __future__ import annotations

import base64
from typing import Any
from urllib.parse import parse_qs

import pytest

from app.connectors.base import NotSent, Reply
from app.connectors.oauth import LONGEST_SECONDS, Token, TokenClient
from tests.connectors.conversation import reply

URL = "https://id.shop.example/token"
CLIENT = TokenClient(URL, "evenly:1", "s3cret ü/&")


def refusal(answer: Reply) -> NotSent:
    read = CLIENT.read(answer)
    assert isinstance(read, NotSent), read
    return read


def test_who_asks_stands_in_the_header_in_form_encoding() -> None:
    request = CLIENT.request()
    assert (request.method, request.url) == ("POST", URL)
    assert request.headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert parse_qs(request.body.decode()) == {"grant_type": ["client_credentials"]}
    scheme, _, packed = CLIENT.credentials()["Authorization"].partition(" ")
    assert scheme == "Basic"
    assert base64.b64decode(packed) == b"evenly%3A1:s3cret+%C3%BC%2F%26"


def test_or_in_the_body() -> None:
    client = TokenClient(URL, "evenly:1", "s3cret ü/&", "orders", in_body=True)
    assert client.credentials() == {}
    assert parse_qs(client.request().body.decode()) == {
        "grant_type": ["client_credentials"],
        "scope": ["orders"],
        "client_id": ["evenly:1"],
        "client_secret": ["s3cret ü/&"],
    }


@pytest.mark.parametrize(
    ("content", "token"),
    [
        ({"access_token": "abc", "token_type": "Bearer", "expires_in": 3600}, Token("abc", 3600)),
        ({"access_token": "abc", "token_type": "bearer"}, Token("abc", None)),
        ({"access_token": "abc", "expires_in": "60"}, Token("abc", 60)),
        ({"access_token": "abc", "expires_in": 10**30}, Token("abc", LONGEST_SECONDS)),
        ({"access_token": "abc", "expires_in": 0}, Token("abc", None)),
        ({"access_token": "abc", "expires_in": "never"}, Token("abc", None)),
        ({"access_token": "abc", "expires_in": True}, Token("abc", None)),
    ],
)
def test_a_token(content: Any, token: Token) -> None:
    assert CLIENT.read(reply(content)) == token


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<h1>Sign in</h1>",
        [],
        {},
        {"access_token": ""},
        {"access_token": 7},
        {"access_token": "two words"},
        {"access_token": "line\nbreak"},
        {"access_token": "tökén"},
        {"access_token": "x" * 8001},
        {"access_token": "abc", "token_type": "mac"},
        {"access_token": "abc", "token_type": None},
    ],
)
def test_what_is_no_token_of_use(content: Any) -> None:
    read = refusal(reply(content))
    assert read.for_good
    assert read.reason == f"{URL} answered without a bearer token that can be used"


@pytest.mark.parametrize(
    ("status", "content", "for_good", "words"),
    [
        (401, {"error": "invalid_client"}, True, "answered 401 (invalid_client)"),
        (400, {"error": "invalid_scope", "error_description": "No\nsuch"}, True, "(invalid_scope: No such)"),
        (403, b"no", True, "answered 403"),
        (404, {"error": 7}, True, "answered 404"),
        (302, b"", True, "answered 302"),
        (429, b"", False, "answered 429"),
        (500, {"error": "x" * 999}, False, "x)"),
        (503, b"", False, "answered 503"),
    ],
)
def test_no_token_is_given(status: int, content: Any, for_good: bool, words: str) -> None:
    read = refusal(reply(content, status))
    assert read.for_good is for_good
    assert read.reason.startswith(f"no token was given: {URL} answered {status}")
    assert read.reason.endswith(words)
    assert len(read.reason) < 300


def test_a_token_shows_itself_to_nobody() -> None:
    assert "abc" not in repr(Token("abc", 60))
