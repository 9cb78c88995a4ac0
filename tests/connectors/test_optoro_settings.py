"""Settings of the Optoro connector: what is taken, what is refused and in which words."""

from __future__ import annotations

from typing import Any

import pytest

from app.connectors.platforms.optoro import OptoroPlacer
from app.connectors.settings import InvalidSettings

GOOD = {"url": "https://shop.example/api", "optiturn_id": "Modrno"}


def configure(secret: str | None = None, *, loopback: bool = False, **changes: Any) -> OptoroPlacer:
    return OptoroPlacer.configure(GOOD | changes, secret, allow_loopback=loopback)


def problems(secret: str | None = None, *, loopback: bool = False, **changes: Any) -> dict[str, str]:
    with pytest.raises(InvalidSettings) as refused:
        configure(secret, loopback=loopback, **changes)
    return refused.value.problems


def test_what_is_stored_can_be_read_again() -> None:
    placer = configure(api_version=1)
    assert OptoroPlacer.configure(placer.stored_settings(), None, allow_loopback=False).stored_settings() == {
        "url": "https://shop.example/api",
        "optiturn_id": "Modrno",
        "api_version": "1",
        "auth": "none",
        "auth_header": "",
        "auth_user": "",
        "oauth_url": "",
        "oauth_client_id": "",
        "oauth_client_auth": "basic",
        "oauth_scope": "",
    }


@pytest.mark.parametrize("tail", ["", "/", "/exchange_orders", "/exchange_orders/"])
def test_the_address_may_name_the_endpoint_or_not(tail: str) -> None:
    assert configure(url=f"https://shop.example/api{tail}").stored_settings()["url"] == GOOD["url"]


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"url": "shop.example"}, "url", "must be a web address such as https://shop.example/api"),
        ({"url": "ftp://shop.example"}, "url", "must be a web address such as https://shop.example/api"),
        ({"url": "http://shop.example"}, "url", "must start with https://"),
        ({"url": "https://me:secret@shop.example"}, "url", "must not hold a user, a query or a fragment"),
        ({"url": "https://shop.example/?key=1"}, "url", "must not hold a user, a query or a fragment"),
        ({"url": "https://shop.example/" + "x" * 2000}, "url", "is too long"),
        ({"url": "https://[::1"}, "url", "is not a web address"),
        ({"url": ""}, "url", "must be a web address such as https://shop.example/api"),
        ({"url": None}, "url", "must be text"),
        ({"optiturn_id": ""}, "optiturn_id", "is needed"),
        ({"optiturn_id": "two\nlines"}, "optiturn_id", "must be plain printable characters on one line"),
        ({"api_version": "3"}, "api_version", "must be one of '1' or '2'"),
        ({"auth": "magic"}, "auth", "must be one of 'none', 'header', 'basic', 'bearer' or 'oauth2'"),
        ({"oauth_url": "http://shop.example/token"}, "oauth_url", "must start with https://"),
        (
            {"oauth_url": "https://me@a.example"},
            "oauth_url",
            "must not hold a user, a query or a fragment",
        ),
        ({"oauth_client_auth": "post"}, "oauth_client_auth", "must be one of 'basic' or 'body'"),
        ({"oauth_scope": "a\nb"}, "oauth_scope", "must be plain printable characters on one line"),
        ({"auth_header": "X Key"}, "auth_header", "must be the name of a header, such as X-Api-Key"),
        ({"colour": "red"}, "colour", "is not a setting of this connector"),
    ],
)
def test_a_wrong_setting_is_named(changes: dict[str, Any], field: str, words: str) -> None:
    assert problems(**changes) == {field: words}


def test_all_wrong_settings_are_named_at_once() -> None:
    assert set(problems(url="", api_version="9", optiturn_id="")) == {"url", "api_version", "optiturn_id"}


@pytest.mark.parametrize("url", ["http://127.0.0.1:8001/optoro", "http://localhost:8001", "http://[::1]:1"])
def test_this_machine_only_where_that_is_allowed(url: str) -> None:
    words = "is on this machine, which only ALLOW_LOOPBACK_CONNECTORS=1 permits"
    assert problems(url=url) == {"url": words}
    assert configure(url=url, loopback=True).stored_settings()["url"] == url


@pytest.mark.parametrize(
    ("changes", "headers"),
    [
        ({}, {}),
        ({"auth": "bearer"}, {"Authorization": "Bearer s3cret"}),
        ({"auth": "basic", "auth_user": "evenly"}, {"Authorization": "Basic ZXZlbmx5OnMzY3JldA=="}),
        ({"auth": "header", "auth_header": "X-Api-Key"}, {"X-Api-Key": "s3cret"}),
    ],
)
def test_credentials(changes: dict[str, Any], headers: dict[str, str]) -> None:
    placer = configure("s3cret", **changes)
    assert placer.credentials() == headers
    assert "s3cret" not in repr(placer.stored_settings())


def test_credentials_that_cannot_be() -> None:
    assert problems(auth="bearer") == {"secret": "is needed for auth=bearer"}
    assert problems("s3cret", auth="header") == {"auth_header": "is needed for auth=header"}
    refused = problems("s3cret\nX-Other: 1", auth="bearer")
    assert refused == {"secret": "must be plain printable characters on one line"}


OAUTH: dict[str, Any] = {
    "auth": "oauth2",
    "oauth_url": "https://id.shop.example/o/token/",
    "oauth_client_id": "evenly",
}


def test_a_token_is_asked_for_in_place_of_a_credential() -> None:
    placer = configure("s3cret", **OAUTH, oauth_scope="orders", oauth_client_auth="body")
    assert placer.credentials() == {}
    client = placer.token_client()
    assert client is not None
    assert (client.url, client.scope, client.in_body) == (OAUTH["oauth_url"], "orders", True)
    assert "s3cret" not in repr(client) + repr(placer.stored_settings())
    stored = placer.stored_settings()
    assert OptoroPlacer.configure(stored, "s3cret", allow_loopback=False).token_client() == client
    assert configure("s3cret", auth="bearer").token_client() is None


def test_a_token_needs_an_address_a_client_and_its_secret() -> None:
    assert problems(**OAUTH) == {"secret": "is needed for auth=oauth2"}
    missing = "is needed for auth=oauth2"
    assert problems("s3cret", auth="oauth2") == {"oauth_url": missing, "oauth_client_id": missing}
