"""Each way in which a platform's record of an exchange can differ from ours, brought about by name."""

from __future__ import annotations

from collections.abc import Callable

import httpx2
from sqlalchemy import update

from app.connectors.found import LINES_TOTAL
from app.models import Dispatch, Exchange, db
from app.services.agent_decisions import Decision
from app.services.books import DriftKind
from app.services.cancelling_placed import cancelled_by_hand
from app.services.settling_at_platform import enqueue_settlement
from tests.services.dispatch_cases import Acme, exchange_of

SAM = Decision("sam", "looked there")
EXCHANGE = "/medusa/admin/exchanges"


def its_number(exchange_id: int) -> str:
    number = str((exchange_of(exchange_id).platform_reply or {})["exchange_id"])
    db.session.rollback()
    return number


def lost(_store: Acme, medusa: httpx2.Client, _exchange_id: int) -> None:
    assert medusa.delete("/settings").status_code == 204


def cancelled_there(_store: Acme, medusa: httpx2.Client, exchange_id: int) -> None:
    assert medusa.post(f"{EXCHANGE}/{its_number(exchange_id)}/cancel", json={}).status_code == 200


def stands_there(store: Acme, _medusa: httpx2.Client, exchange_id: int) -> None:
    cancelled_by_hand(exchange_id, SAM, store.clock())


def another_total(_store: Acme, _medusa: httpx2.Client, exchange_id: int) -> None:
    reply = exchange_of(exchange_id).platform_reply or {}
    assert reply[LINES_TOTAL] == 2500
    then = dict(reply) | {LINES_TOTAL: 2400}
    db.session.execute(update(Exchange).where(Exchange.id == exchange_id).values(platform_reply=then))
    db.session.commit()


def still_owed(store: Acme, _medusa: httpx2.Client, exchange_id: int) -> None:
    assert enqueue_settlement(exchange_of(exchange_id), store.clock())
    db.session.flush()
    db.session.execute(update(Dispatch).where(Dispatch.purpose == "settle").values(state="delivered"))
    db.session.commit()


SEEDED: dict[DriftKind, Callable[[Acme, httpx2.Client, int], None]] = {
    DriftKind.NOT_AT_PLATFORM: lost,
    DriftKind.CANCELLED_THERE: cancelled_there,
    DriftKind.STANDS_THERE: stands_there,
    DriftKind.ANOTHER_TOTAL: another_total,
    DriftKind.STILL_OWED_THERE: still_owed,
}
