"""Whatever waits for a person is in the queue with its age and its reason, is claimed by one, and ended."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import time_machine
from flask import Flask
from sqlalchemy import select, update

from app.domain.flags import ENDS_BY_ITSELF, FlagKind
from app.models import AuditEntry, Variant, db, store_scope
from tests.console.cases import connect, flag, make_exchange
from tests.console.causes import Causes
from tests.console.desk import Desk
from tests.console.loopback import peer, settings
from tests.faults.peer import Peer
from tests.pages.rules import assert_page
from tests.web.conftest import Shop

__all__ = ["peer", "settings"]


NewDesk = Callable[..., Desk]


def row_of(page: str, reference: str) -> str:
    """The text of the queue's row of this exchange, empty where it has none."""
    rows = re.findall(r"<tr>.*?</tr>", page, re.DOTALL)
    return next((re.sub(r"<[^>]+>|\s+", " ", row) for row in rows if f">{reference}<" in row), "")


def settle_all(desk: Desk, reference: str) -> None:
    """Every flag of it, with a reason each, in the first way that is offered."""
    path = f"/console/exchanges/{reference}"
    flagged = re.compile(rf'action="({re.escape(path)}/flags/(\d+))".*?name="how" value="(\w+)"', re.DOTALL)
    while found := flagged.search(desk.get(path).text):
        form = {f"settle-{found[2]}": "looked into it", "how": found[3]}
        assert desk.send(path, form, to=found[1]).status_code == 303


def test_all_that_waits_is_shown_claimed_and_ended(
    app: Flask, shop: Shop, desk: Desk, peer: Peer, today: time_machine.Traveller
) -> None:
    with app.app_context(), store_scope(shop.store_id):
        db.session.execute(update(Variant).values(stock=500))
        db.session.commit()
    causes = Causes(app, shop.store_id, peer).all()
    assert set(causes) == set(FlagKind) - ENDS_BY_ITSELF | {"judged", "doubted", "in part"}
    expected = list(causes.values())
    today.shift(timedelta(minutes=25))
    page = desk.get("/console/").text
    assert_page(page)
    for one in expected:
        row = row_of(page, one.reference)
        assert one.words in row, (one, row)
        assert "nobody yet" in row
        assert re.search(r"\b(\d+ minutes|just now)\b", row), row
    for one in expected:
        path = f"/console/exchanges/{one.reference}"
        assert desk.send(path, {}, to=f"{path}/claim").status_code == 303
        assert "Ana</strong> is working on this" in desk.get(path).text
    claimed = desk.get("/console/").text
    assert all("Ana" in row_of(claimed, one.reference) for one in expected)
    for one in expected:
        path = f"/console/exchanges/{one.reference}"
        if one.act:
            assert desk.send(path, dict(one.fields), to=f"{path}/{one.act}").status_code == 303, one
        settle_all(desk, one.reference)
    left = desk.get("/console/").text
    assert [one for one in expected if row_of(left, one.reference)] == []


def test_two_who_settle_together_settle_it_once(
    app: Flask, shop: Shop, desk: Desk, new_desk: NewDesk
) -> None:
    connect(app, shop.store_id)
    reference = make_exchange(app, shop.store_id, "AC-8200")
    path = f"/console/exchanges/{reference}"
    number = flag(app, shop.store_id, reference, "It went wrong.", FlagKind.MONEY)
    desks, together = [desk, new_desk("bo@acme.example")], Barrier(2)
    tokens = [each.token(path) for each in desks]

    def press(place: int) -> int:
        together.wait(30)
        form = {"csrf_token": tokens[place], f"settle-{number}": f"reason {place}", "how": "accept"}
        return desks[place].post(f"{path}/flags/{number}", form).status_code

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(press, (0, 1))) == [303, 303]
    with app.app_context(), store_scope(shop.store_id):
        acts = select(AuditEntry.act).where(AuditEntry.act == "flag settled")
        assert len(db.session.scalars(acts).all()) == 1
        db.session.remove()
