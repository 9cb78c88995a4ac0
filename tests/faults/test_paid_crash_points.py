"""kill -9 wherever money is paid or moved: it is paid once and placed once, or nothing is kept (R3, R15).

Shoppers pay on the pages of the sandbox's provider. Whoever serves them, looks at the provider's records,
takes money, lets go of it or pays it back ends in the middle of it, and others go on.
"""

from __future__ import annotations

import signal
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from app.models import Dispatch, DispatchState, Exchange, Purpose, db
from app.services.cancelling import cancel_exchange
from app.services.crashpoints import POINTS
from app.services.dispatch_claims import claim_due
from app.services.dispatching import send_claimed
from tests.faults.history import CHEAPER, DEARER, DUE, History, order_id
from tests.faults.killing import SECONDS, answers
from tests.faults.plain_browser import PlainBrowser, ServerGone
from tests.paying.shop_with_till import CHEAPER as TO_CHEAPER
from tests.services.dispatch_cases import TO_XL

PAYING = [name for name, where in POINTS.items() if where.startswith("paying")]
OPENING = ("page-before-open", "page-after-open", "page-recorded")
TAKING = ("paid-before-commit", "paid-after-commit")
# Before these a worker does not know yet what its message is about.
MOVING = ("prepare-before-commit", "before-send", "after-send", "record-before-commit", "after-record")
AT_THE_PROVIDER = ("after-send", "record-before-commit")


def test_web_servers_killed_while_a_shopper_pays(history: History) -> None:
    doomed = {point: history.processes.web(point) for point in PAYING}
    _, url = history.processes.web()
    for _, each in [*doomed.values(), (None, url)]:
        answers(each)
    for point, (server, at) in doomed.items():
        _pay_and_be_cut_off(history, url, at, point)
        assert server.wait(SECONDS) == -signal.SIGKILL, point
    db.session.rollback()
    history.drain()
    assert history.verdict() == f"{len(PAYING)} promises kept\n"


def _pay_and_be_cut_off(history: History, url: str, doomed: str, point: str) -> None:
    """Press the button at a server that ends, and again at one that does not, as people do."""
    number, browser = history.bought(), PlainBrowser(url)
    review, form = browser.review("acme", number, DEARER)
    if point in OPENING:
        with pytest.raises(ServerGone):
            browser.post(review, form, at=doomed)
    page = browser.post(review, form)
    if point not in OPENING:
        back = f"{review.removesuffix('/review')}/pay/back"
        if point in TAKING:
            browser.pay(page)
        with pytest.raises(ServerGone):
            browser.post(back, form, at=doomed)
        came_to = browser.post(back, form)
        assert came_to == (review if point == "page-closed" else review.removesuffix("/review"))
        if point == "page-closed":
            page = browser.post(review, form)
    status = browser.pay(page)
    history.tell(number, "confirmed", browser.reference(status), DUE[DEARER])


def test_workers_killed_while_money_moves(history: History) -> None:
    history.till.acme.set_policy(undo_minutes=15)
    for make_due, points in (
        (_take, MOVING),
        (_let_go, AT_THE_PROVIDER),
        (_give_back, AT_THE_PROVIDER),
        (_look, TAKING),
        (_close, ("page-closed",)),
    ):
        make_due(history)
        for point in points:
            history.time_passes()
            history.kill_a_worker(point)
        history.till.clock.now = datetime.now(UTC)
        history.time_passes()
        history.till.watch(0)
        history.till.send()
    history.drain()
    assert history.verdict() == f"{len(history.told)} promises kept\n"


def _take(history: History) -> None:
    """Placed, and what is due is to be taken."""
    _paid(history)
    _place(history, Purpose.CAPTURE)


def _let_go(history: History) -> None:
    """Paid and cancelled in time."""
    for number, exchange_id in _paid(history).items():
        _cancel(history, number, exchange_id)
    assert _due(history) == {Purpose.VOID}


def _give_back(history: History) -> None:
    """Placed, and something is to be paid back."""
    _at_the_time_of_confirming(history)
    for number in (history.bought(), history.bought()):
        exchange_id = history.till.acme.confirm_order(order_id(number), TO_CHEAPER)
        history.tell_confirmed(number, exchange_id, DUE[CHEAPER])
    _place(history, Purpose.REFUND)


def _look(history: History) -> None:
    """Paid, and the provider's record is to be looked at."""
    _paid(history, seen=False)


def _close(history: History) -> None:
    """Cancelled with the page still open."""
    _at_the_time_of_confirming(history)
    number, exchange_id, _ = _page_open(history)
    _cancel(history, number, exchange_id)


def _paid(history: History, *, seen: bool = True) -> dict[str, int]:
    """Two exchanges within the time to undo, by their orders' numbers."""
    _at_the_time_of_confirming(history)
    found = {}
    for _ in range(2):
        number, exchange_id, page = _page_open(history)
        history.till.pay(page)
        history.tell_confirmed(number, exchange_id, DUE[DEARER])
        found[number] = exchange_id
    if seen:
        history.till.watch()
    return found


def _page_open(history: History) -> tuple[str, int, str | None]:
    till, number = history.till, history.bought()
    exchange_id = till.confirm_draft(till.acme.draft_of(order_id(number), TO_XL))
    return number, exchange_id, till.open(exchange_id)


def _cancel(history: History, number: str, exchange_id: int) -> None:
    cancel_exchange(exchange_id, "shopper", history.till.clock())
    reference = db.session.get_one(Exchange, exchange_id).reference
    history.tell(number, "cancelled", reference or "")


def _place(history: History, then: Purpose) -> None:
    """The time to undo is over; placed, only this is left to do."""
    history.till.clock.forward(minutes=16)
    for claim in claim_due("worker-0", 2, history.till.clock()):
        send_claimed(history.till.acme.dispatcher("worker-0"), claim)
    assert _due(history) == {then}


def _due(history: History) -> set[str]:
    waits = select(Dispatch.purpose).where(Dispatch.state == DispatchState.WAITING)
    return set(db.session.scalars(waits.where(Dispatch.due_at <= history.till.clock())))


def _at_the_time_of_confirming(history: History) -> None:
    """Long enough ago that the time to undo is over by now."""
    history.till.clock.now = datetime.now(UTC) - timedelta(minutes=20)
