"""What an exchange in review waits for is said in every list, in the words of what really keeps it."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from sqlalchemy import select, update

from app.models import Exchange, Order, db, store_scope, writing
from tests.console.cases import connect, make_exchange, make_stuck
from tests.console.desk import Desk
from tests.console.loopback import peer, settings
from tests.faults import behaviours as does
from tests.faults.peer import Peer
from tests.pages.html_checker import HtmlPages
from tests.web.conftest import Shop

__all__ = ["peer", "settings"]

ANOTHERS = b'{"order_identifier": "AC-1001", "total_amount_cents": 12900}'
WORDS = {
    "judged": "waits for a decision",
    "refused": "waits: the shop's system refused it",
    "doubtful": "waits: it may be at the shop already",
    "unpaid": "waits: its payment fell through",
}


@pytest.fixture
def waiting(app: Flask, shop: Shop, peer: Peer) -> dict[str, str]:
    """One of each: its reference. That a payment lapsed is what `tests/paying` brings about."""
    connect(app, shop.store_id)
    made = {
        "judged": make_exchange(app, shop.store_id, "AC-5001", review=True),
        "unpaid": make_exchange(app, shop.store_id, "AC-5002", policy={"undo_minutes": 600}),
        "refused": make_stuck(app, shop.store_id, peer, "AC-5003", does.status(422)),
        "doubtful": make_stuck(app, shop.store_id, peer, "AC-5004", does.status(200, ANOTHERS)),
    }
    with app.app_context(), store_scope(shop.store_id), writing():
        lapsed = update(Exchange).where(Exchange.reference == made["unpaid"])
        db.session.execute(lapsed.values(status="in_review"))
    return made


def pill(page: str, reference: str) -> str:
    """The state that stands behind this exchange's link."""
    found = re.search(rf'>{reference}<.*?<span class="(pill[^"]*)"[^>]*>([^<]+)', page, re.DOTALL)
    assert found
    assert found[1] == "pill pill--trouble"
    return found[2].replace("&#39;", "'")


def test_every_list_names_what_it_waits_for(
    app: Flask, shop: Shop, desk: Desk, waiting: dict[str, str], html_pages: HtmlPages
) -> None:
    with app.app_context(), store_scope(shop.store_id):
        rows = db.session.execute(select(Exchange.reference, Order.id).join(Order)).all()
        orders = {row.reference: row.id for row in rows}
        db.session.remove()
    queue = desk.get("/console/").text
    results = desk.get(desk.send("/console/search", {"q": "ac-500"}).location).text
    html_pages.add("queue of all that waits", queue)
    for why, reference in waiting.items():
        order = desk.get(f"/console/orders/{orders[reference]}").text
        assert [pill(page, reference) for page in (queue, results, order)] == [WORDS[why]] * 3
        own = desk.get(f"/console/exchanges/{reference}").text.replace("&#39;", "'")
        assert WORDS[why] in own
    table = desk.get("/console/overview.csv").text
    assert [f'"How they stand","{words}",1,' in table for words in WORDS.values()] == [True] * 4
    assert "Its payment fell through." in queue
    assert "The shop&#39;s system refused it." not in queue  # its flag says it in the platform's words
