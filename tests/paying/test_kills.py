"""kill -9 while paying: at each point nothing is lost or doubled, and the money is where it should be.

A process is killed by an exception that nothing catches: what is committed stays, what is not is gone. That
the named points end real processes is shown in `tests/faults`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from app.models import PaymentState, db
from app.services import crashpoints
from app.services.agent_decisions import Decision, decline
from app.services.dispatch_claims import claim_due
from app.services.dispatching import send_claimed
from tests.faults.behaviours import says
from tests.faults.peer import Peer
from tests.paying.shop_with_till import DUE, PayingShop, ledger_of, queued, states

OPENING = ("page-before-open", "page-after-open", "page-recorded")
TAKING = ("paid-before-commit", "paid-after-commit")
SENDING = (
    "before-claim",
    "claim-before-commit",
    "after-claim",
    "prepare-before-commit",
    "before-send",
    "after-send",
    "record-before-commit",
    "after-record",
)
PAID_ONCE = [("authorised", DUE), ("captured", DUE)]


class Killed(BaseException):
    """The process is gone."""


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    return sqlite_database_url


@contextmanager
def killed_at(point: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What runs inside ends at this point, as if its power were cut."""

    def end(_pid: int, _signal: int) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr("app.services.crashpoints.os.kill", end)
        crashpoints.arm(point)
        try:
            with pytest.raises(Killed):
                yield
        finally:
            crashpoints.arm("")
            db.session.rollback()
            db.session.expunge_all()


def work_on(shop: PayingShop, rounds: int = 3) -> None:
    """Other workers go on: leases run out, what is due is done."""
    for _ in range(rounds):
        shop.clock.forward(minutes=2)
        shop.watch(0)
        shop.send()


@pytest.mark.parametrize("point", OPENING)
def test_while_the_page_is_opened(shop: PayingShop, point: str, monkeypatch: pytest.MonkeyPatch) -> None:
    exchange_id = shop.confirm()
    with killed_at(point, monkeypatch):
        shop.open(exchange_id)
    url = shop.open(exchange_id)
    shop.pay(url)
    work_on(shop)
    assert states(exchange_id) == ("placed", PaymentState.CAPTURED)
    assert ledger_of(exchange_id) == PAID_ONCE
    assert len({path for path in shop.provider.requests("/v1/pages/pg_") if "close" not in path}) == 1


@pytest.mark.parametrize("point", TAKING)
def test_while_the_record_is_taken(shop: PayingShop, point: str, monkeypatch: pytest.MonkeyPatch) -> None:
    exchange_id = shop.confirm()
    shop.pay(shop.open(exchange_id))
    with killed_at(point, monkeypatch):
        shop.watch()
    work_on(shop)
    assert states(exchange_id) == ("placed", PaymentState.CAPTURED)
    assert ledger_of(exchange_id) == PAID_ONCE


@pytest.mark.parametrize("point", SENDING)
def test_while_it_is_captured(
    shop: PayingShop, peer: Peer, point: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    exchange_id = shop.paid()
    (claim,) = claim_due("worker-0", 1, shop.clock())
    send_claimed(shop.acme.dispatcher("worker-0"), claim)
    assert queued(exchange_id)[-1] == ("capture", "waiting")
    with killed_at(point, monkeypatch):
        shop.send()
    work_on(shop)
    assert states(exchange_id) == ("placed", PaymentState.CAPTURED)
    assert ledger_of(exchange_id) == PAID_ONCE
    assert len(peer.orders) == 1


@pytest.mark.parametrize("point", ["after-send", "record-before-commit"])
def test_while_it_is_let_go(
    shop: PayingShop, peer: Peer, point: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    peer.script.append(says(b"no", 422))
    exchange_id = shop.paid()
    shop.send()
    decline(exchange_id, Decision("desk", "worn", "Sorry."), shop.clock())
    with killed_at(point, monkeypatch):
        shop.send()
    work_on(shop)
    assert states(exchange_id) == ("declined", PaymentState.VOIDED)
    assert ledger_of(exchange_id) == [("authorised", DUE), ("voided", DUE)]
