"""Every failed look-up answers the same, and does the same work (T1: nobody learns what exists)."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import event

from app.models import db, store_scope
from tests.factories import Bought, make_order
from tests.web.browsing import Browser
from tests.web.conftest import Shop

FAILURES = {
    "no such order": ("AC-9999", "ada@example.com"),
    "no such order, by its digits": ("9999", "ada@example.com"),
    "another's e-mail": ("AC-1001", "eve@example.com"),
    "another's postcode": ("AC-1001", "10115"),
    "neither": ("AC-9999", "10115"),
    "a gift by another's postcode": ("AC-1002", "10115"),
}
VARYING = (re.compile(r'(name="csrf_token" value=)"[^"]+"'), re.compile(r'(id="[a-z_]+"[^>]*value=)"[^"]*"'))


@pytest.fixture
def gift(app: Flask, shop: Shop) -> None:
    with app.app_context(), store_scope(shop.store_id):
        make_order(shop.store_id, Bought(None), number="AC-1002", is_gift=True)
        db.session.remove()


def answer_to(browser: Browser, number: str, fact: str) -> tuple[int, str]:
    """Status and page, without the token and what was typed."""
    reply = browser.find(number, fact)
    text = reply.text
    for pattern in VARYING:
        text = pattern.sub(r"\1", text)
    return reply.status_code, text


@pytest.mark.usefixtures("gift")
def test_all_failures_answer_with_the_same_bytes(new_browser: Callable[..., Browser]) -> None:
    answers = {name: answer_to(new_browser(), *typed) for name, typed in FAILURES.items()}
    assert len(set(answers.values())) == 1, sorted(answers)
    status, text = answers["neither"]
    assert status == 422
    assert "We could not match those details." in text


@pytest.mark.usefixtures("gift")
def test_all_failures_ask_the_database_the_same(app: Flask, new_browser: Callable[..., Browser]) -> None:
    asked: dict[str, list[str]] = {}
    for name, typed in FAILURES.items():
        browser = new_browser(address=f"198.51.100.{len(asked) + 1}")
        page = browser.token("/acme/")
        statements = asked.setdefault(name, [])

        def note(*given: object, into: list[str] = statements) -> None:
            into.append(str(given[2]))

        with app.app_context():
            event.listen(db.engine, "before_cursor_execute", note)
            form = {"csrf_token": page, "order_number": typed[0], "email_or_postcode": typed[1]}
            assert browser.post("/acme/", form).status_code == 422
            event.remove(db.engine, "before_cursor_execute", note)
    assert len({tuple(statements) for statements in asked.values()}) == 1
