"""Exchanges out, and news of their parcels in: once for each Idempotency-Key."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.models import AuditEntry, Exchange, KeptAnswer, Order, db
from app.services import repeated_calls
from tests.api.conftest import Program, token_for
from tests.factories import NOW

AT = "2026-11-22T11:30:00+00:00"
Placed = Callable[[str], str]


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    return sqlite_database_url


def tell(program: Program, reference: str, body: Any, key: str = "k-1") -> TestResponse:
    return program.call("POST", f"/exchanges/{reference}/news", body, Idempotency_Key=key)


def row(app: Flask, reference: str) -> Exchange:
    with app.app_context():
        query = select(Exchange).where(Exchange.reference == reference)
        return db.session.scalars(query.execution_options(all_stores=True)).one()


def acts(app: Flask) -> list[str]:
    with app.app_context():
        query = select(AuditEntry.act).order_by(AuditEntry.id).execution_options(all_stores=True)
        return list(db.session.scalars(query))


def test_an_exchange_is_shown_as_the_command_shows_it(app: Flask, program: Program, placed: Placed) -> None:
    reference = placed("AC-1001")
    shown = program.get(f"/exchanges/{reference}")
    assert shown.status_code == 200
    printed = app.test_cli_runner().invoke(args=["exchange", "show", reference, "--json"])
    assert shown.get_json() == json.loads(printed.stdout)
    assert program.get("/exchanges/EX-000000").status_code == 404
    assert program.get("/exchanges/%00").status_code == 404


def test_shipped_with_its_tracking_number_then_delivered(
    app: Flask, program: Program, placed: Placed
) -> None:
    reference = placed("AC-1001")
    shipped = {"event": "shipped", "at": AT, "tracking_number": "1Z 999", "delivery_estimate": "2026-11-27"}
    answer = tell(program, reference, shipped)
    assert (answer.status_code, answer.get_json()) == (200, {"reference": reference, "state": "shipped"})
    shown = program.get(f"/exchanges/{reference}").get_json()
    assert (shown["tracking_number"], shown["delivery_estimate"]) == ("1Z 999", "2026-11-27")
    assert tell(program, reference, {"event": "delivered"}, "k-2").status_code == 200
    with app.app_context():
        query = select(Order).where(Order.parent_id.is_not(None)).execution_options(all_stores=True)
        sent = db.session.scalars(query).one()
        assert (sent.shipped_at, sent.delivered_at) == (NOW - timedelta(minutes=30), NOW)


def test_the_parcel_back_is_seen_then_received(app: Flask, program: Program, placed: Placed) -> None:
    reference = placed("AC-1001")
    assert tell(program, reference, {"event": "in_transit", "at": AT}).status_code == 200
    assert tell(program, reference, {"event": "received"}, "k-2").status_code == 200
    found = row(app, reference)
    assert found.parcel_seen_at is not None
    assert found.parcel_seen_at.isoformat() == AT
    assert found.parcel_received_at == NOW


@pytest.mark.parametrize("event", ["in_transit", "received", "shipped", "delivered", "cancelled"])
def test_the_same_news_again_changes_nothing_under_whatever_key(
    app: Flask, program: Program, placed: Placed, today: time_machine.Traveller, event: str
) -> None:
    reference = placed("AC-1001")
    assert tell(program, reference, {"event": event}).status_code == 200
    before, written = row(app, reference), acts(app)
    today.shift(timedelta(hours=1))
    assert tell(program, reference, {"event": event}, "k-2").status_code == 200
    after = row(app, reference)
    for name in ("status", "updated_at", "parcel_seen_at", "parcel_received_at", "tracking_number"):
        assert getattr(after, name) == getattr(before, name), name
    assert acts(app) == written


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/event"),
        ({"event": "lost"}, "/event"),
        ({"event": "shipped", "at": "yesterday"}, "/at"),
        ({"event": "shipped", "at": "2026-11-22T11:30:00"}, "/at"),
        ({"event": "shipped", "tracking_number": "x" * 101}, "/tracking_number"),
        ({"event": "shipped", "tracking_number": "a\nb"}, "/tracking_number"),
        ({"event": "shipped", "delivery_estimate": "soon"}, "/delivery_estimate"),
        ({"event": "received", "tracking_number": "1Z"}, "/tracking_number"),
        ({"event": "shipped", "note": "hello"}, "/note"),
        ({"event": "shipped", "items": [{"sku": "CAP", "quantity": 1}]}, "/items"),
        ({"event": "received", "items": [{"quantity": 1}]}, "/items/0"),
        ({"event": "received", "items": [{"sku": "CAP", "quantity": 0}]}, "/items/0/quantity"),
        (
            {"event": "received", "items": [{"sku": "CAP", "quantity": 1, "condition": "eaten"}]},
            "/items/0/condition",
        ),
    ],
)
def test_news_that_cannot_be_read(program: Program, placed: Placed, body: Any, pointer: str) -> None:
    answer = tell(program, placed("AC-1001"), body)
    assert answer.status_code == 422
    assert [fault["pointer"] for fault in answer.get_json()["errors"]] == [pointer]


def test_what_was_in_the_parcel_is_held_against_what_was_expected(
    app: Flask, program: Program, placed: Placed
) -> None:
    reference = placed("AC-1001")
    items = [{"sku": "MUG", "quantity": 1}]
    assert tell(program, reference, {"event": "received", "items": items}).status_code == 200
    assert row(app, reference).parcel_received_at is None
    shown = program.get(f"/exchanges/{reference}").get_json()["attention"]
    assert "1 × MUG came and was not expected" in shown


def test_news_that_cannot_be_true(app: Flask, program: Program, placed: Placed) -> None:
    reference = placed("AC-1001")
    later = (NOW + timedelta(days=1)).isoformat()
    assert tell(program, reference, {"event": "shipped", "at": later}).status_code == 409
    assert tell(program, reference, {"event": "shipped", "at": AT}, "k-2").status_code == 200
    early = {"event": "delivered", "at": "2026-11-21T00:00:00Z"}
    assert "before it was shipped" in tell(program, reference, early, "k-3").get_json()["detail"]
    assert tell(program, "EX-000000", {"event": "shipped"}, "k-4").status_code == 404


def test_the_same_key_and_body_get_the_stored_answer(
    app: Flask, program: Program, placed: Placed, today: time_machine.Traveller
) -> None:
    reference = placed("AC-1001")
    first = tell(program, reference, {"event": "shipped"})
    written = acts(app)
    tell(program, reference, {"event": "delivered"}, "k-2")
    again = tell(program, reference, {"event": "shipped"})
    assert (again.status_code, again.data, again.mimetype) == (200, first.data, first.mimetype)
    refusal = tell(program, reference, {"event": "lost"}, "k-3")
    assert tell(program, reference, {"event": "lost"}, "k-3").data == refusal.data
    assert len(acts(app)) >= len(written)


def test_the_same_key_with_anything_else_is_422(program: Program, placed: Placed) -> None:
    one, other = placed("AC-1001"), "EX-000000"
    assert tell(program, one, {"event": "shipped"}).status_code == 200
    for reference, body in ((one, {"event": "received"}), (other, {"event": "shipped"})):
        answer = tell(program, reference, body)
        assert answer.status_code == 422
        assert "another request" in answer.get_json()["detail"]


@pytest.mark.parametrize("key", ["", " ", '"', '""', "x" * 256, "é", "two words", '"open'])
def test_a_missing_or_impossible_key_is_400(program: Program, placed: Placed, key: str) -> None:
    reference = placed("AC-1001")
    path = f"/exchanges/{reference}/news"
    answer = program.call("POST", path, {"event": "shipped"}, Idempotency_Key=key)
    assert answer.status_code == 400
    assert "Idempotency-Key" in answer.get_json()["detail"]
    assert program.get(f"/exchanges/{reference}").get_json()["state"] == "placed"


def test_quotes_around_a_key_are_not_part_of_it(program: Program, placed: Placed) -> None:
    reference = placed("AC-1001")
    first = tell(program, reference, {"event": "shipped"}, '"k-1"')
    assert first.status_code == 200
    assert tell(program, reference, {"event": "received"}, "k-1").status_code == 422


def test_a_call_that_still_runs_is_409_and_an_abandoned_one_is_taken_over(
    app: Flask, program: Program, placed: Placed, today: time_machine.Traveller
) -> None:
    reference = placed("AC-1001")
    assert tell(program, reference, {"event": "in_transit"}).status_code == 200
    with app.app_context():
        kept = db.session.scalars(select(KeptAnswer).execution_options(all_stores=True)).one()
        kept.status = kept.body = None  # as if its process had died on the way
        db.session.commit()
    waiting = tell(program, reference, {"event": "in_transit"})
    assert (waiting.status_code, waiting.headers["Retry-After"]) == (409, "1")
    today.shift(timedelta(minutes=2))
    assert tell(program, reference, {"event": "in_transit"}).status_code == 200


def test_keys_are_forgotten_after_a_day(
    app: Flask, program: Program, placed: Placed, today: time_machine.Traveller
) -> None:
    reference = placed("AC-1001")
    assert tell(program, reference, {"event": "shipped"}).status_code == 200
    today.shift(repeated_calls.KEPT_FOR)
    assert tell(program, reference, {"event": "received"}).status_code == 200


def test_keys_of_two_programs_do_not_meet(
    app: Flask, program: Program, placed: Placed, store_id: int
) -> None:
    reference = placed("AC-1001")
    other = Program(program.client, token_for(app, store_id))
    assert tell(program, reference, {"event": "shipped"}).status_code == 200
    assert tell(other, reference, {"event": "received"}).status_code == 200


def test_the_command_takes_the_same_news(app: Flask, program: Program, placed: Placed) -> None:
    run = app.test_cli_runner().invoke
    reference = placed("AC-1001")
    wrong = run(args=["exchange", "mark", reference, "received", "--tracking", "1Z"])
    assert (wrong.exit_code, "belong to shipped" in wrong.stderr) == (2, True)
    told = ["shipped", "--tracking", "1Z 999", "--estimate", "2026-11-27"]
    assert run(args=["exchange", "mark", reference, *told]).exit_code == 0
    shown = program.get(f"/exchanges/{reference}").get_json()
    assert (shown["tracking_number"], shown["delivery_estimate"]) == ("1Z 999", "2026-11-27")
    assert shown["state"] == "shipped"
