"""T1, T21: guessing stops after a few failures, by source and by order, across processes and in bursts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select, text
from werkzeug.test import TestResponse

from app import Settings, create_app
from app.models import ThrottleTry, db
from app.services import portal_links
from app.services.portal_links import Purpose
from app.web import throttles
from tests.factories import NOW, make_store
from tests.web.browsing import Browser
from tests.web.conftest import Shop

TRIES = 10  # the setting's default
WINDOW = 300
NewBrowser = Callable[..., Browser]


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    return sqlite_database_url


def guess(browser: Browser, number: str = "AC-1001", fact: str = "wrong@example.com") -> TestResponse:
    return browser.find(number, fact)


def tries_kept(app: Flask) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(ThrottleTry)) or 0


def test_the_eleventh_failure_from_one_source_waits(shopper: Browser) -> None:
    for number in range(TRIES):
        assert guess(shopper, f"ZZ-{number}").status_code == 422
    refused = guess(shopper, "ZZ-99")
    assert refused.status_code == 429
    assert 1 <= int(refused.headers["Retry-After"]) <= WINDOW
    assert "Too many tries" in refused.text
    assert guess(shopper, fact="ada@example.com").status_code == 429


def test_the_eleventh_failure_on_one_order_waits_wherever_it_comes_from(new_browser: NewBrowser) -> None:
    spellings = ["AC-1001", "ac1001", "#AC 1001", "1001", "order no. AC-1001"]
    for number in range(TRIES):
        guesser = new_browser(address=f"198.51.100.{number}")
        assert guess(guesser, spellings[number % len(spellings)]).status_code == 422
    elsewhere = new_browser(address="198.51.100.200")
    for spelling in spellings:
        assert guess(elsewhere, spelling).status_code == 429
    assert guess(elsewhere, "AC-1002").status_code == 422


def test_waiting_for_an_order_costs_its_source_nothing(new_browser: NewBrowser) -> None:
    for number in range(TRIES):
        guess(new_browser(address=f"198.51.100.{number}"))
    patient = new_browser(address="198.51.100.99")
    for _ in range(TRIES + 1):
        assert guess(patient).status_code == 429
    assert guess(patient, "ZZ-1").status_code == 422


def test_an_order_that_does_not_exist_is_throttled_just_the_same(new_browser: NewBrowser) -> None:
    for number in range(TRIES):
        guess(new_browser(address=f"198.51.100.{number}"), "NO-4711")
    known = [guess(new_browser(address=f"198.51.100.{number}"), "AC-1001") for number in range(TRIES)]
    unknown = guess(new_browser(address="198.51.100.99"), "NO-4711")
    same = guess(new_browser(address="198.51.100.99"), "AC-1001")
    assert {answer.status_code for answer in known} == {422}
    assert (unknown.status_code, unknown.text) == (same.status_code, same.text)


def test_success_is_not_counted(app: Flask, shopper: Browser) -> None:
    for _ in range(TRIES + 2):
        assert shopper.find().status_code == 303
    assert tries_kept(app) == 0


def test_an_unreadable_form_is_not_counted(app: Flask, shopper: Browser) -> None:
    for _ in range(TRIES + 2):
        assert shopper.find("", "").status_code == 422
    assert tries_kept(app) == 0


def test_a_success_between_failures_forgives_none_of_them(shopper: Browser) -> None:
    for number in range(TRIES - 1):
        guess(shopper, f"ZZ-{number}")
    assert shopper.find().status_code == 303
    assert guess(shopper, "ZZ-50").status_code == 422
    assert guess(shopper, "ZZ-51").status_code == 429


def test_the_window_moves_and_has_no_seam(shopper: Browser, today: time_machine.Traveller) -> None:
    for number in range(TRIES):
        guess(shopper, f"ZZ-{number}")
        today.shift(20)
    today.shift(WINDOW - TRIES * 20 + 5)
    assert guess(shopper, "ZZ-50").status_code == 422  # the first one is 5 seconds over
    assert guess(shopper, "ZZ-51").status_code == 429
    today.shift(20)
    assert guess(shopper, "ZZ-52").status_code == 422
    today.shift(WINDOW + 1)
    assert guess(shopper, "ZZ-53").status_code == 422


def test_waiting_as_long_as_told_is_enough(shopper: Browser, today: time_machine.Traveller) -> None:
    for number in range(TRIES):
        guess(shopper, f"ZZ-{number}")
    today.shift(int(guess(shopper, "ZZ-50").headers["Retry-After"]) + 1)
    assert guess(shopper, "ZZ-50").status_code == 422


def test_a_signed_link_passes_however_often_somebody_guessed(
    app: Flask, shop: Shop, shopper: Browser
) -> None:
    for _ in range(TRIES + 1):
        guess(shopper, "AC-1001")
    box = app.extensions["evenly.connections"].box
    with app.app_context():
        portal_links.make_key(box, shop.store_id, NOW)
        token = portal_links.sign(box, shop.store_id, "AC-1001", Purpose.BUYER, NOW.replace(year=2027))
    assert guess(shopper).status_code == 429
    assert shopper.send(portal_links.address_of("", "acme", token), {}).status_code == 303


def test_another_store_has_buckets_of_its_own_for_its_orders(app: Flask, new_browser: NewBrowser) -> None:
    with app.app_context():
        make_store("kaze")
        db.session.remove()
    for number in range(TRIES):
        guess(new_browser(address=f"198.51.100.{number}"))
    other = new_browser(address="198.51.100.99")
    assert guess(other).status_code == 429
    assert other.find("AC-1001", "wrong@example.com", store="kaze").status_code == 422


@pytest.mark.parametrize(
    ("address", "source"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:0DB8:0001:0002::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("unix:", "unknown"),
        ("", "unknown"),
        (None, "unknown"),
    ],
)
def test_what_counts_as_one_source(address: str | None, source: str) -> None:
    assert throttles.source_of(address) == source


def test_one_household_on_ipv6_is_one_source(new_browser: NewBrowser) -> None:
    for number in range(TRIES):
        assert guess(new_browser(address=f"2001:db8:1:2::{number + 1:x}"), f"ZZ-{number}").status_code == 422
    assert guess(new_browser(address="2001:db8:1:2:ffff::1"), "ZZ-50").status_code == 429
    assert guess(new_browser(address="2001:db8:1:3::1"), "ZZ-51").status_code == 422


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "X-Real-IP", "x-forwarded-FOR"])
def test_a_source_cannot_name_itself(shopper: Browser, header: str) -> None:
    answers = []
    for number in range(TRIES + 1):
        page = shopper.token("/acme/")
        form = {"csrf_token": page, "order_number": f"ZZ-{number}", "email_or_postcode": "x@example.com"}
        answers.append(shopper.post("/acme/", form, headers={header: f"198.51.100.{number}"}).status_code)
    assert answers == [422] * TRIES + [429]


def test_trusted_proxies_are_counted_from_our_end(settings: Settings, shop: Shop) -> None:
    behind = create_app(replace(settings, trusted_proxies=1))
    shopper = Browser(behind)
    form = {"csrf_token": "", "order_number": "", "email_or_postcode": "x@example.com"}
    answers = []
    for number in range(TRIES + 1):
        form |= {"csrf_token": shopper.token("/acme/"), "order_number": f"ZZ-{number}"}
        forged = f"198.51.100.{number}, 192.0.2.1"
        answers.append(shopper.post("/acme/", form, headers={"X-Forwarded-For": forged}).status_code)
    assert answers == [422] * TRIES + [429]
    form |= {"csrf_token": shopper.token("/acme/")}
    assert shopper.post("/acme/", form, headers={"X-Forwarded-For": "192.0.2.2"}).status_code == 422
    with behind.app_context():
        db.engine.dispose()


def test_when_the_table_cannot_be_asked_nobody_looks_anything_up(app: Flask, shopper: Browser) -> None:
    token = shopper.token("/acme/")
    with app.app_context():
        db.session.execute(text("DROP TABLE throttle_try"))
        db.session.commit()
    form = {"csrf_token": token, "order_number": "AC-1001", "email_or_postcode": "ada@example.com"}
    answer = shopper.post("/acme/", form)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "10")
    assert shopper.get("/acme/").status_code == 200
