"""The overview: figures that add up on both databases, their charts, few queries, and a harmless file."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import event, select, update

from app.models import Dispatch, Exchange, Variant, db, store_scope, writing
from app.services.draft_exchange import choose_items, open_draft
from tests.console.cases import connect, make_exchange, make_stuck, send
from tests.console.desk import Desk
from tests.console.loopback import peer, settings
from tests.factories import Bought, line_ids, make_order, make_product, make_store
from tests.faults import behaviours as does
from tests.faults.peer import Peer
from tests.pages.html_checker import HtmlPages
from tests.pages.rules import assert_page
from tests.web.conftest import Shop

__all__ = ["peer", "settings"]


pytestmark = pytest.mark.usefixtures("either")
NewDesk = Callable[..., Desk]
MOST_QUERIES = 10


def figures(desk: Desk, days: int = 1) -> dict[tuple[str, str], tuple[int, str]]:
    """The downloaded figures: (figure, what) → (number, more)."""
    answer = desk.get(f"/console/overview.csv?days={days}")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert re.fullmatch(
        rf'attachment; filename="evenly-acme-[\d-]{{10}}-{days}-days\.csv"',
        answer.headers["Content-Disposition"],
    )
    head, *rows = csv.reader(io.StringIO(answer.text.removeprefix("\ufeff")))
    assert head == ["Figure", "What", "Number", "More"]
    return {(chart, what): (int(number), more) for chart, what, number, more in rows}


def change(app: Flask, reference: str, **values: object) -> None:
    with app.app_context(), writing():
        changed = update(Exchange).where(Exchange.reference == reference).values(values)
        db.session.execute(changed.execution_options(all_stores=True))


def test_the_figures_add_up(
    app: Flask, shop: Shop, new_desk: NewDesk, peer: Peer, today: time_machine.Traveller
) -> None:
    with app.app_context():
        kaze = make_store("kaze")
        with store_scope(kaze):
            make_product(kaze)
        db.session.remove()
    make_exchange(app, kaze, "KZ-7001", review=True)  # nothing of another store counts
    make_stuck(app, shop.store_id, peer, "AC-7001", does.status(422))
    dearer, cheaper, card = (make_exchange(app, shop.store_id, f"AC-700{n}") for n in (2, 3, 4))
    make_exchange(app, shop.store_id, "AC-7005", review=True)
    assert send(app) == 3
    change(app, dearer, amount_due=1050, card_total=500)
    change(app, cheaper, refund_due=250, status="completed")
    change(app, card, card_total=2000)
    with app.app_context(), store_scope(shop.store_id):
        for number, items in (("AC-7006", 0), ("AC-7007", 1)):
            order_id = make_order(shop.store_id, Bought(), number=number)
            public_id = open_draft(order_id, "browser", datetime.now(UTC))
            draft = db.session.scalars(select(Exchange.id).where(Exchange.public_id == public_id)).one()
            if items:
                choose_items(draft, dict.fromkeys(line_ids(order_id), 1), datetime.now(UTC))
        db.session.remove()
    today.shift(timedelta(hours=2))
    shown = figures(new_desk())
    confirmed = {what: number for (chart, what), (number, _) in shown.items() if chart == "Confirmed"}
    assert len(confirmed) == 24
    assert sorted(confirmed.values())[-2:] == [0, 5]
    states = {what: number for (chart, what), (number, _) in shown.items() if chart == "How they stand"}
    refused = "waits: the shop's system refused it"
    assert states == {"placed": 2, "completed": 1, "waits for a decision": 1, refused: 1}
    sums = {what: both for (chart, what), both in shown.items() if chart == "Even or not"}
    assert sums == {
        "even": (2, ""),
        "dearer": (1, "$10.50 to pay"),
        "cheaper": (1, "$2.50 back"),
        "gift card alone": (1, "$25.00 on cards in all"),
    }
    steps = {what: both for (chart, what), both in shown.items() if chart == "How far people come"}
    assert steps == {
        "opened an order": (7, "100 %"),
        "chose items": (6, "86 %"),
        "chose what comes instead": (5, "71 %"),
        "confirmed": (5, "71 %"),
        "placed by the shop": (3, "43 %"),
        "completed": (1, "14 %"),
    }
    ages = {what: number for (chart, what), (number, _) in shown.items() if chart == "Not placed yet, by age"}
    assert ages == {"under 1 hour": 0, "1 to 4 hours": 2, "4 to 24 hours": 0, "1 to 3 days": 0, "longer": 0}
    waits = [number for (chart, _), (number, _) in shown.items() if chart == "Of these wait for a person"]
    assert waits == [0, 2, 0, 0, 0]
    (failure,) = [both for both in shown.items() if both[0][0] == "What does not get through"]
    assert failure[0][1] == "optoro: It answered 422."
    assert failure[1] == (1, "")


def test_what_awaits_payment_is_not_confirmed_yet(app: Flask, shop: Shop, desk: Desk) -> None:
    connect(app, shop.store_id)
    make_exchange(app, shop.store_id, "AC-7201")
    unpaid = make_exchange(app, shop.store_id, "AC-7202")
    change(app, unpaid, status="awaiting_payment", amount_due=1050)
    shown = figures(desk)
    counts: dict[str, int] = {}
    for (chart, _), (number, _) in shown.items():
        counts[chart] = counts.get(chart, 0) + number
    assert counts["Confirmed"] == counts["Even or not"] == counts["Not placed yet, by age"] == 1
    assert shown["How they stand", "waits for payment"] == (1, "")
    assert shown["How far people come", "chose what comes instead"][0] == 2
    assert shown["How far people come", "confirmed"][0] == 1
    page = desk.get("/console/overview").text
    assert_page(page)
    assert '<strong class="figure__number" id="total">1</strong> exchange today' in page
    assert "1 more waits for payment" in page


def test_every_age_counts_once(app: Flask, shop: Shop, desk: Desk) -> None:
    connect(app, shop.store_id)
    now = datetime.now(UTC)
    passed = (0, 1, 1.5, 4, 24, 71, 72, 500)
    with app.app_context(), writing():
        db.session.execute(update(Variant).values(stock=100).execution_options(all_stores=True))
    for place, hours in enumerate(passed):
        reference = make_exchange(app, shop.store_id, f"AC-71{place}")
        change(app, reference, submitted_at=now.replace(microsecond=0) - timedelta(hours=hours))
    with time_machine.travel(now.replace(microsecond=0), tick=False):
        shown = figures(desk)
    ages = [number for (chart, _), (number, _) in shown.items() if chart == "Not placed yet, by age"]
    assert ages == [1, 2, 1, 2, 2]


def test_the_page_shows_it_with_bars_and_numbers(
    app: Flask, shop: Shop, desk: Desk, peer: Peer, html_pages: HtmlPages
) -> None:
    empty = desk.get("/console/overview")
    assert "None was confirmed." in empty.text
    assert_page(empty.text)
    html_pages.add("overview, empty", empty.text)
    reference = make_stuck(app, shop.store_id, peer, "AC-7001", does.status(422))
    row = update(Dispatch).values(last_error="status 422: <b>ada@example.com</b> is unknown")
    with app.app_context(), writing():
        db.session.execute(row.execution_options(all_stores=True))
    page = ""
    for days in (1, 7, 30):
        page = desk.get(f"/console/overview?days={days}").text
        assert_page(page)
        html_pages.add(f"overview {days}", page)
        assert '<strong class="figure__number" id="total">1</strong> exchange' in page
        assert page.count('aria-current="true"') == 1
        assert "is unknown" not in page
        assert "optoro: It answered 422." in page
    assert reference not in page
    for typed in ("", "0", "31", "-1", "x", "7 ", "١"):
        assert 'aria-current="true">Today' in desk.get(f"/console/overview?days={typed}").text


def test_messages_that_fare_alike_count_as_one(app: Flask, shop: Shop, desk: Desk, peer: Peer) -> None:
    """Whatever the platform says of each of them."""
    for number, name in enumerate(("Ada Moss", "Rita Reed")):
        make_stuck(
            app,
            shop.store_id,
            peer,
            f"AC-700{number}",
            does.status(422, b'{"message": "%s"}' % name.encode()),
        )
    make_stuck(app, shop.store_id, peer, "AC-7002", does.status(401))
    make_stuck(app, shop.store_id, peer, "AC-7003", does.lost_answer)
    shown = [(what, number) for (chart, what), (number, _) in figures(desk).items() if "get through" in chart]
    assert shown == [
        ("optoro: It answered 422.", 2),
        ("optoro: It answered 401: our credential was not accepted.", 1),
        ("optoro: Sent, but not answered.", 1),
    ]


def test_ten_queries_are_enough(app: Flask, shop: Shop, desk: Desk) -> None:
    connect(app, shop.store_id)
    for number in ("AC-7001", "AC-7002"):
        make_exchange(app, shop.store_id, number, review=True)
    said: list[str] = []
    with app.app_context():

        @event.listens_for(db.engine, "before_cursor_execute")
        def _note(_c: object, _cur: object, statement: str, *_rest: object) -> None:
            said.append(statement)

    for path in ("/console/overview?days=30", "/console/overview.csv"):
        said.clear()
        desk.get(path)
        read = [statement for statement in said if not statement.startswith(("BEGIN", "PRAGMA"))]
        assert len(read) <= MOST_QUERIES, read
