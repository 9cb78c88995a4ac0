"""The heart of paying on SQLite and on PostgreSQL: taken once, given back once, a ledger that is final."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from app.domain.exchange_status import Status
from app.models import Exchange, LedgerIsFinal, LineItem, Movement, PaymentState, db, writing
from app.services import audit
from app.services.dispatch_claims import claim_due
from app.services.dispatching import send_claimed
from app.services.leaving_payment import Left
from app.services.moving import move_exchange
from app.services.parcels import mark_received
from app.services.payment_attempts import TooManyTries
from tests.faults.peer import Peer
from tests.paying.shop_with_till import DUE, PayingShop, ledger_of, payment_of, queued, states
from tests.services.dispatch_cases import exchange_of


def committed(exchange_id: int) -> int:
    order_id = exchange_of(exchange_id).order_id
    return db.session.scalar(select(func.sum(LineItem.committed)).where(LineItem.order_id == order_id)) or 0


def waiting_for_parcel(shop: PayingShop) -> int:
    shop.acme.set_policy(release="received", undo_minutes=15)
    return shop.paid()


def test_paid_it_is_placed_and_captured_once(shop: PayingShop, peer: Peer) -> None:
    exchange_id = shop.paid()
    assert states(exchange_id) == ("submitted", PaymentState.AUTHORISED)
    shop.send()
    assert states(exchange_id) == ("placed", PaymentState.CAPTURED)
    assert ledger_of(exchange_id) == [("authorised", DUE), ("captured", DUE)]
    assert queued(exchange_id) == [("place", "delivered"), ("capture", "delivered")]
    assert len(peer.requests) == len(shop.provider.requests("/capture")) == 1
    assert audit.verify(f"exchange:{exchange_id}").whole
    record = shop.provider.record(payment_of(exchange_id).page or "")
    assert (record["status"], record["captured"], record["statement"]) == (
        "captured",
        DUE,
        exchange_of(exchange_id).reference,
    )


def test_a_page_that_ends_unpaid_gives_everything_back_and_keeps_the_choices(shop: PayingShop) -> None:
    exchange_id = shop.confirm()
    reference = exchange_of(exchange_id).reference
    shop.open(exchange_id)
    shop.watch(46 * 60)
    row = exchange_of(exchange_id)
    assert (row.status, row.occupies_order, row.submitted_at, row.quote_data) == ("draft", False, None, None)
    assert len(row.items[0].replacements) == 1
    assert row.reference == reference
    assert states(exchange_id)[1] is PaymentState.OVER
    assert committed(exchange_id) == 0
    shop.confirm_draft(exchange_id)
    again = payment_of(exchange_id, 2)
    assert (again.key, exchange_of(exchange_id).reference) == ("acme:AC-1001:0:pay:2", reference)


def test_the_fourth_page_within_an_hour_is_refused(shop: PayingShop) -> None:
    exchange_id = shop.confirm()
    for _ in range(3):
        shop.open(exchange_id)
        assert shop.leave(exchange_id) is Left.DRAFT
        if _ < 2:
            shop.confirm_draft(exchange_id)
    with pytest.raises(TooManyTries):
        shop.confirm_draft(exchange_id)
    assert exchange_of(exchange_id).status == "draft"
    assert committed(exchange_id) == 0
    shop.clock.forward(hours=1)
    shop.confirm_draft(exchange_id)
    assert payment_of(exchange_id, 4).state == "opening"


def test_a_movement_is_never_changed_and_never_deleted(shop: PayingShop) -> None:
    exchange_id = shop.paid()
    line = db.session.scalars(select(Movement).where(Movement.exchange_id == exchange_id)).one()
    line.amount = 1
    with pytest.raises(LedgerIsFinal):
        db.session.commit()
    db.session.rollback()
    db.session.delete(db.session.get_one(Movement, line.id))
    with pytest.raises(LedgerIsFinal):
        db.session.commit()
    db.session.rollback()
    with pytest.raises(DBAPIError, match="never changed"):
        db.session.execute(text("UPDATE movement SET amount = 1"))
    db.session.rollback()
    with pytest.raises(DBAPIError, match="never deleted"):
        db.session.execute(text("DELETE FROM movement"))
    db.session.rollback()
    if db.engine.dialect.name == "postgresql":
        with pytest.raises(DBAPIError, match="never deleted"):
            db.session.execute(text("TRUNCATE movement"))
        db.session.rollback()
    assert ledger_of(exchange_id) == [("authorised", DUE)]


@pytest.mark.parametrize("sent_first", [True, False])
def test_what_was_paid_back_already_is_not_paid_back_again(
    shop: PayingShop, peer: Peer, sent_first: bool
) -> None:
    exchange_id = waiting_for_parcel(shop)
    shop.clock.forward(minutes=15)
    shop.send()
    peer.extra_total = -22
    mark_received(exchange_id, shop.clock(), "carrier", shop.clock())
    claims = claim_due("worker-1", 1, shop.clock())
    send_claimed(shop.acme.dispatcher(), claims[0])  # placed; 22 are on their way back
    if sent_first:
        shop.send()
    with writing():
        move_exchange(db.session.get_one(Exchange, exchange_id), Status.CANCELLED, "platform", shop.clock())
    shop.send()
    assert states(exchange_id) == ("cancelled", PaymentState.REFUNDED)
    assert ledger_of(exchange_id)[2:] == [("refunded", 22), ("refunded", DUE - 22)]
