"""T13: no other site can make a browser act here, on any route that changes something."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from werkzeug.test import TestResponse

from tests.pages.rules import assert_fragment, assert_page
from tests.web.browsing import Browser
from tests.web.conftest import Shop
from tests.web.every_route import Place, examples, places
from tests.web.snapshots import everything

WRITING = ("POST", "PUT", "PATCH", "DELETE")
FORM = "/acme/"
LOOK_UP = {"order_number": "AC-1001", "email_or_postcode": "ada@example.com"}

NewBrowser = Callable[..., Browser]


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    return sqlite_database_url


@pytest.fixture
def written(app: Flask, shop: Shop, shopper: Browser) -> list[Place]:
    """Every route that changes something."""
    found = list(places(app, examples(app, shop, shopper), *WRITING))
    assert len(found) >= 7
    return found


def post(shopper: Browser, place: Place, **options: object) -> TestResponse:
    return shopper._open(place.method, place.path, **options)


def test_every_writing_route_refuses_a_post_without_a_token(
    app: Flask, shopper: Browser, written: list[Place]
) -> None:
    before = everything(app)
    for place in written:
        answer = post(shopper, place, data={"line": "1"})
        assert answer.status_code == 400, place
        assert "could not read that" in answer.text, place
    assert everything(app) == before


def test_every_writing_route_refuses_the_token_of_another_browser(
    app: Flask, shopper: Browser, new_browser: NewBrowser, written: list[Place]
) -> None:
    foreign = new_browser().token(FORM)
    before = everything(app)
    for place in written:
        assert post(shopper, place, data={"csrf_token": foreign}).status_code == 400, place
    assert everything(app) == before


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "SAME-ORIGIN"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"},
        {"Sec-Fetch-Site": "same-origin", "Origin": "https://evil.example"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost.evil.example"},
        {"Origin": "https://localhost"},
        {"Origin": "http://localhost:8080"},
        {"Origin": "http://["},
        {"Referer": "https://evil.example/http://localhost/"},
        {"HX-Request": "true", "HX-Request-Type": "partial", "Origin": "https://evil.example"},
    ],
)
def test_every_writing_route_refuses_another_site_even_with_the_right_token(
    app: Flask, shopper: Browser, written: list[Place], headers: dict[str, str]
) -> None:
    token = shopper.token(FORM)
    before = everything(app)
    for place in written:
        answer = post(shopper, place, data={"csrf_token": token}, headers=headers)
        assert answer.status_code == 400, place
    assert everything(app) == before


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "http://localhost"},
        {"Sec-Fetch-Site": "same-origin", "Origin": "http://localhost", "Referer": "http://localhost/acme/"},
        {"Sec-Fetch-Site": "same-origin"},
        {"Sec-Fetch-Site": "none"},
        {"Referer": "http://localhost/acme/"},
    ],
)
def test_our_own_forms_pass(shopper: Browser, headers: dict[str, str]) -> None:
    assert shopper.send(FORM, LOOK_UP, headers=headers).status_code == 303


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": "https://swap.example"}, 303),
        ({"Referer": "https://swap.example/acme/"}, 303),
        ({"Sec-Fetch-Site": "same-origin"}, 303),
        ({}, 400),
        ({"Origin": "http://swap.example"}, 400),
    ],
)
def test_over_https_the_browser_must_say_where_it_comes_from(
    new_browser: NewBrowser, headers: dict[str, str], status: int
) -> None:
    answer = new_browser("https://swap.example").send(FORM, LOOK_UP, headers=headers)
    assert answer.status_code == status


def test_a_token_works_as_long_as_the_browser_keeps_its_id(
    shopper: Browser, today: time_machine.Traveller
) -> None:
    token = shopper.token(FORM)
    today.shift(timedelta(days=20))
    assert shopper.post(FORM, {"csrf_token": token, **LOOK_UP}).status_code == 303


def test_a_token_from_before_access_was_gained_is_worth_nothing_after(shopper: Browser) -> None:
    early = shopper.token(FORM)
    shopper.find()
    assert shopper.post(FORM, {"csrf_token": early, **LOOK_UP}).status_code == 400


def test_a_token_without_its_cookie_is_refused(shopper: Browser, new_browser: NewBrowser) -> None:
    token = shopper.token(FORM)
    assert new_browser().post(FORM, {"csrf_token": token, **LOOK_UP}).status_code == 400


def test_a_token_in_the_header_that_htmx_could_send_counts_too(shopper: Browser) -> None:
    token = shopper.token(FORM)
    assert shopper.post(FORM, LOOK_UP, headers={"X-CSRFToken": token}).status_code == 303


def test_the_refusal_is_a_page_and_under_htmx_a_fragment(shopper: Browser) -> None:
    page = shopper.post(FORM, LOOK_UP)
    assert_page(page.text)
    assert "Ada" not in page.text
    assert "AC-1001" not in page.text
    part = shopper.post(FORM, LOOK_UP, headers={"HX-Request": "true", "HX-Request-Type": "partial"})
    assert part.status_code == 400
    assert "<html" not in part.text
    assert_fragment(part.text)
