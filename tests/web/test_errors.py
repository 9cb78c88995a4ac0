"""T29: what people see when something goes wrong: plain words, no stack, no path; R19: a busy database."""

from __future__ import annotations

import sqlite3

import pytest
from flask import Flask, abort
from sqlalchemy import create_engine, event
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import TooManyRequests

from app.models import db
from tests.factories import make_store
from tests.pages.html_checker import HtmlPages
from tests.pages.rules import assert_fragment, assert_page
from tests.web.browsing import Browser
from tests.web.conftest import Shop

PARTIAL = {"HX-Request": "true", "HX-Request-Type": "partial"}
STATUSES = (400, 401, 403, 404, 405, 408, 409, 410, 413, 415, 418, 422, 429, 500, 501, 502, 503)


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    return sqlite_database_url


@pytest.fixture
def failing(app: Flask, shopper: Browser) -> Browser:
    """A browser on an application with pages that fail, in a store and outside."""

    def fail(status: int, store_slug: str | None = None) -> str:
        if status == 0:
            raise RuntimeError("secret detail in /work/secret.py")
        if status == 1:
            raise OperationalError("SELECT secret", {}, sqlite3.OperationalError("database is locked"))
        if status == 2:
            raise PoolTimeout("QueuePool limit reached")
        if status == 3:
            raise TooManyRequests(retry_after=123)
        abort(status)

    app.add_url_rule("/fail/<int:status>", "fail", fail)
    app.add_url_rule("/<store_slug>/fail/<int:status>", "fail_in_store", fail)
    return shopper


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("prefix", ["", "/acme"])
def test_every_error_is_a_whole_page_or_a_fragment_in_place(
    failing: Browser, html_pages: HtmlPages, prefix: str, status: int
) -> None:
    page = failing.get(f"{prefix}/fail/{status}")
    assert page.status_code == status
    assert_page(page.text)
    html_pages.add(f"error {status} {prefix}", page.text)
    assert ("Acme" in page.text) is bool(prefix)
    part = failing.get(f"{prefix}/fail/{status}", headers=PARTIAL)
    assert part.status_code == status
    assert "<html" not in part.text
    assert_fragment(part.text)
    html_pages.add(f"error part {status} {prefix}", part.text)
    for answer in (page, part):
        assert {"HX-Request", "HX-Request-Type"} <= set(answer.vary)


def test_an_unexpected_failure_shows_nothing_of_itself(
    failing: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    answer = failing.get("/acme/fail/0?token=canary")
    assert answer.status_code == 500
    assert "Exception on /<store_slug>/fail/<int:status> [GET]" in caplog.text
    assert "RuntimeError" in caplog.text
    assert "canary" not in caplog.text
    for hint in ("secret", "Traceback", "RuntimeError", ".py", "/work"):
        assert hint not in answer.text


@pytest.mark.parametrize("kind", [1, 2])
def test_a_database_that_is_busy_is_503_with_a_time_to_come_back(failing: Browser, kind: int) -> None:
    answer = failing.get(f"/acme/fail/{kind}")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "10")
    assert "SELECT" not in answer.text
    assert "locked" not in answer.text


def test_a_database_that_somebody_else_holds(app: Flask, shop: Shop, shopper: Browser) -> None:
    draft = shopper.find().location
    with app.app_context():
        db.engine.dispose()
        event.listen(db.engine, "connect", _no_patience)
        holder = db.engine.execution_options(writes=True)
        with holder.begin():
            answer = shopper.send(draft, {}, to="/acme/leave")
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "10")
    assert shopper.get(draft).status_code == 200


def _no_patience(connection: sqlite3.Connection, _record: object) -> None:
    connection.execute("PRAGMA busy_timeout = 0")


def test_retry_after_and_allow_are_kept(failing: Browser) -> None:
    assert failing.get("/fail/3").headers["Retry-After"] == "123"
    assert set(failing.post("/acme/brand.css").headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"}


def test_too_much_at_once_is_413(shopper: Browser) -> None:
    answer = shopper.send("/acme/", {"order_number": "x" * 1_000_000})
    assert answer.status_code == 413
    assert "too much" in answer.text


def test_a_broken_error_page_still_says_something(app: Flask, failing: Browser) -> None:
    app.jinja_env.globals["static_url"] = None
    answer = failing.get("/fail/404")
    assert answer.status_code == 404
    assert "<h1>Something went wrong</h1>" in answer.text
    assert "Traceback" not in answer.text


def test_an_unknown_store_is_not_found(shopper: Browser) -> None:
    for path in ("/nope/", "/nope/brand.css", "/nope/exchanges/x", "/ACME/", "/acme%2e/", "/ac%00me/"):
        assert shopper.get(path).status_code == 404, path


def test_health(app: Flask, shopper: Browser) -> None:
    answer = shopper.get("/health")
    assert (answer.status_code, answer.json) == (200, {"status": "ok"})


def test_health_says_no_when_the_database_is_gone(app: Flask, shopper: Browser) -> None:
    with app.app_context():
        db.engine.dispose()
        db._app_engines[app][None] = create_engine("sqlite:////nowhere/evenly.db")
    answer = shopper.get("/health")
    assert (answer.status_code, answer.json) == (503, {"status": "unavailable"})
    assert shopper.get("/acme/").status_code == 503
    assert shopper.get("/").status_code == 503


def test_the_front_leads_to_the_only_store_and_names_none_of_several(app: Flask, shopper: Browser) -> None:
    assert shopper.get("/").location == "/acme/"
    with app.app_context():
        make_store("kaze")
    page = shopper.get("/")
    assert page.status_code == 200
    assert_page(page.text)
    assert "acme" not in page.text.lower()
    assert "kaze" not in page.text.lower()
