"""R13: what could not get through: send it again, or say under which number the shop has it; keep a hold."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import select

from app.models import Dispatch, DispatchState, Exchange, Purpose, db, store_scope
from tests.console.cases import connect, done, make_exchange, make_stuck, send
from tests.console.desk import Desk
from tests.console.loopback import peer, settings
from tests.faults import behaviours as does
from tests.faults.peer import Peer
from tests.pages.html_checker import HtmlPages
from tests.pages.rules import assert_page
from tests.web.conftest import Shop

__all__ = ["peer", "settings"]


NewDesk = Callable[..., Desk]


@pytest.fixture
def refused(app: Flask, shop: Shop, peer: Peer) -> str:
    """An exchange that the platform said no to."""
    return make_stuck(app, shop.store_id, peer, "AC-6001", does.status(422))


def exchange(app: Flask, shop: Shop, reference: str) -> Exchange:
    with app.app_context(), store_scope(shop.store_id):
        row = db.session.scalars(select(Exchange).where(Exchange.reference == reference)).one()
        db.session.remove()
        return row


def messages(app: Flask, shop: Shop, reference: str) -> list[Dispatch]:
    row = exchange(app, shop, reference)
    with app.app_context(), store_scope(shop.store_id):
        places = (Dispatch.exchange_id == row.id, Dispatch.purpose == Purpose.PLACE)
        return list(db.session.scalars(select(Dispatch).where(*places)))


def test_sent_again_and_delivered(
    app: Flask, shop: Shop, desk: Desk, peer: Peer, refused: str, html_pages: HtmlPages
) -> None:
    path = f"/console/exchanges/{refused}"
    page = desk.get(path).text
    assert_page(page)
    html_pages.add("stuck", page)
    assert "Sending got stuck" in page
    assert "status 422" in page
    assert 'id="approve"' not in page  # sending it again is the yes
    assert page.index('id="retry"') < page.index('id="decline"') < page.index('id="flags-title"')
    for _ in range(2):  # the second press finds it under way
        assert desk.send(path, {"retry-reason": "set right"}, to=f"{path}/retry").status_code == 303
    row = exchange(app, shop, refused)
    assert (row.status, row.decided_by, row.decision_reason) == ("placing", "agent:1", "set right")
    assert done(app, shop, f"exchange:{row.id}", "sent again") == 1
    assert "Sending got stuck" not in desk.get(path).text
    assert send(app) == 1
    assert exchange(app, shop, refused).platform_order == "AC-6001-X1"
    (first, second) = [heard for heard in peer.requests if heard.method == "POST"]
    assert first.body == second.body
    late = desk.send(path, {"retry-reason": "once more"}, to=f"{path}/retry")
    assert (late.status_code, "nothing of it has failed" in late.text) == (409, True)


def test_what_waits_for_its_next_try_is_tried_now(app: Flask, shop: Shop, desk: Desk, peer: Peer) -> None:
    reference = make_stuck(app, shop.store_id, peer, "AC-6002", does.status(503))
    (waits,) = messages(app, shop, reference)
    assert (waits.state, waits.tries) == (DispatchState.WAITING, 1)
    assert waits.due_at > datetime.now(UTC)
    path = f"/console/exchanges/{reference}"
    for _ in range(2):
        assert desk.send(path, {"retry-reason": "it is back"}, to=f"{path}/retry").status_code == 303
    (sooner,) = messages(app, shop, reference)
    assert sooner.due_at <= datetime.now(UTC)
    assert (sooner.tries, sooner.key) == (1, waits.key)
    assert done(app, shop, f"exchange:{exchange(app, shop, reference).id}", "tried sooner") == 1


def test_what_waits_for_the_undo_window_is_not_hurried(app: Flask, shop: Shop, desk: Desk) -> None:
    connect(app, shop.store_id)
    reference = make_exchange(app, shop.store_id, "AC-6003")
    path = f"/console/exchanges/{reference}"
    (before,) = messages(app, shop, reference)
    assert "Sending got stuck" not in desk.get(path).text
    desk.send(path, {"retry-reason": "now, please"}, to=f"{path}/retry")
    (after,) = messages(app, shop, reference)
    assert after.due_at == before.due_at


def test_the_shop_has_it_under_this_number(
    app: Flask, shop: Shop, desk: Desk, refused: str, html_pages: HtmlPages
) -> None:
    path = f"/console/exchanges/{refused}"
    asked = desk.send(path, {"placed-number": " ", "placed-reason": "saw it"}, to=f"{path}/placed")
    assert asked.status_code == 422
    assert "Enter the number as it stands at the shop." in asked.text
    assert_page(asked.text)
    html_pages.add("placed, without a number", asked.text)
    taken = desk.send(path, {"placed-number": "AC-1001", "placed-reason": "saw it"}, to=f"{path}/placed")
    assert taken.status_code == 409
    assert "that of order AC-1001" in taken.text
    assert 'value="AC-1001"' in taken.text  # kept as it was typed
    for _ in range(2):
        fields = {"placed-number": " X-77 ", "placed-reason": "saw it there"}
        assert desk.send(path, fields, to=f"{path}/placed").status_code == 303
    row = exchange(app, shop, refused)
    assert (row.status, row.platform_order, row.attention_since) == ("placed", "X-77", None)
    assert done(app, shop, f"exchange:{row.id}", "placed") == 1
    other = desk.send(path, {"placed-number": "X-78", "placed-reason": "no, there"}, to=f"{path}/placed")
    assert (other.status_code, "is placed as X-77 already" in other.text) == (409, True)


@pytest.mark.parametrize("act", ["retry", "placed"])
def test_nothing_to_recover_is_said_and_not_asked_for(
    app: Flask, shop: Shop, desk: Desk, act: str, html_pages: HtmlPages
) -> None:
    connect(app, shop.store_id)
    reference = make_exchange(app, shop.store_id, "AC-6004", review=True)
    path = f"/console/exchanges/{reference}"
    answer = desk.send(path, {}, to=f"{path}/{act}")
    assert answer.status_code == 409
    assert_page(answer.text)
    html_pages.add(f"nothing to {act}", answer.text)
    assert exchange(app, shop, reference).status == "in_review"


FIELDS = {
    "retry-reason": "set right",
    "placed-number": "X-77",
    "placed-reason": "saw it there",
    "decline-reason": "no",
    "decline-words": "We cannot take it.",
}


@pytest.mark.usefixtures("either")
@pytest.mark.parametrize(
    ("acts", "answers", "ends"),
    [
        (("retry", "retry"), {(303, 303)}, {"placing"}),
        (("retry", "decline"), {(303, 409), (409, 303)}, {"placing", "declined"}),
        (("retry", "placed"), {(303, 409), (409, 303)}, {"placing", "placed"}),
        (("placed", "placed"), {(303, 303)}, {"placed"}),
    ],
)
def test_two_agents_press_at_once(
    app: Flask,
    shop: Shop,
    new_desk: NewDesk,
    refused: str,
    acts: tuple[str, str],
    answers: set[tuple[int, int]],
    ends: set[str],
) -> None:
    path = f"/console/exchanges/{refused}"
    desks = [new_desk("ana@acme.example"), new_desk("bo@acme.example")]
    tokens = [desk.token("/console/") for desk in desks]
    together = Barrier(2)

    def press(number: int) -> int:
        together.wait(30)
        return (
            desks[number].post(f"{path}/{acts[number]}", {"csrf_token": tokens[number], **FIELDS}).status_code
        )

    with ThreadPoolExecutor(2) as pool:
        got = tuple(pool.map(press, (0, 1)))
    assert got in answers
    row = exchange(app, shop, refused)
    assert row.status in ends
    assert done(app, shop, f"exchange:{row.id}", "sent again", "placed", "declined") == 1
    (message,) = messages(app, shop, refused)
    assert (message.state == DispatchState.WAITING) is (row.status == "placing")
