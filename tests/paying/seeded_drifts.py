"""Each way in which our books and a provider's can differ, brought about by name; `SEEDED` has them all."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import delete, select, text, update

from app.cli.demo.emptying import ledger_laid_open
from app.domain.exchange_status import Status
from app.models import Dispatch, Exchange, Movement, MovementKind, Payment, db, writing
from app.services.books import DriftKind
from app.services.moving import move_exchange
from app.services.payment_ledger import note_movement
from app.services.payment_moves import let_go
from tests.paying.shop_with_till import DUE, PayingShop, cheaper, payment_of


def settled(shop: PayingShop) -> int:
    exchange_id = shop.paid()
    shop.send()
    return exchange_id


def at_the_provider(shop: PayingShop, exchange_id: int, **changes: object) -> None:
    """Somebody changed the payment there, past us."""
    page = payment_of(exchange_id).page or ""
    record = shop.provider.record(page) | changes
    shop.provider.app.ledger.keep("cards", page.removeprefix("pg_"), record)


def here(exchange_id: int, **changes: object) -> None:
    """Somebody changed our payment's row by hand."""
    db.session.execute(update(Payment).where(Payment.exchange_id == exchange_id).values(changes))
    db.session.commit()


def lose_line(kind: str) -> None:
    """Somebody lifted the rule and took a line out of the ledger."""
    with ledger_laid_open(db.session.connection()) as connection:
        connection.execute(text("DELETE FROM movement WHERE kind = :kind"), {"kind": kind})
    db.session.commit()


def no_record(shop: PayingShop) -> int:
    exchange_id = settled(shop)
    here(exchange_id, page="pg_" + "0" * 32)
    return exchange_id


def another_amount(shop: PayingShop) -> int:
    exchange_id = shop.paid()
    at_the_provider(shop, exchange_id, authorised=DUE + 5)
    return exchange_id


def another_currency(shop: PayingShop) -> int:
    exchange_id = shop.paid()
    at_the_provider(shop, exchange_id, currency="EUR")
    return exchange_id


def captured_there(shop: PayingShop) -> int:
    exchange_id = shop.paid()
    at_the_provider(shop, exchange_id, status="captured", captured=DUE)
    return exchange_id


def captured_here(shop: PayingShop) -> int:
    exchange_id = settled(shop)
    at_the_provider(shop, exchange_id, captured=DUE - 1)
    return exchange_id


def refunded_there(shop: PayingShop) -> int:
    exchange_id = settled(shop)
    at_the_provider(shop, exchange_id, refunded=DUE)
    return exchange_id


def refunded_here(shop: PayingShop) -> int:
    exchange_id = settled(shop)
    payment, exchange = payment_of(exchange_id), db.session.get_one(Exchange, exchange_id)
    note_movement(exchange, MovementKind.REFUNDED, 7, "by hand", shop.clock(), payment=payment)
    db.session.commit()
    here(exchange_id, refunded=7)
    return exchange_id


def gone_there(shop: PayingShop) -> int:
    exchange_id = shop.paid()
    at_the_provider(shop, exchange_id, status="voided")
    return exchange_id


def unheard(shop: PayingShop) -> int:
    exchange_id = shop.confirm()
    shop.open(exchange_id)
    shop.leave(exchange_id)
    at_the_provider(
        shop, exchange_id, status="authorised", authorised=DUE, capture_before="2027-01-01T00:00:00+00:00"
    )
    return exchange_id


def kept_for_nothing(shop: PayingShop) -> int:
    exchange_id = shop.paid()
    db.session.execute(update(Exchange).where(Exchange.id == exchange_id).values(status="cancelled"))
    db.session.commit()
    return exchange_id


def placed_unpaid(shop: PayingShop) -> int:
    exchange_id = shop.confirm()
    db.session.execute(update(Exchange).where(Exchange.id == exchange_id).values(status="placed"))
    db.session.commit()
    return exchange_id


def placed_after_the_payment_went_back(shop: PayingShop) -> int:
    """The only try was let go of a day before."""
    exchange_id = shop.paid()
    with writing():
        payment = payment_of(exchange_id)
        let_go(db.session.get_one(Exchange, exchange_id), payment, shop.clock())
    db.session.execute(delete(Dispatch).where(Dispatch.purpose == "place"))
    db.session.commit()
    shop.send()
    assert payment_of(exchange_id).state == "voided"
    shop.clock.forward(days=1)
    placed = {"status": "placed", "placed_at": shop.clock()}
    db.session.execute(update(Exchange).where(Exchange.id == exchange_id).values(placed))
    db.session.commit()
    return exchange_id


def paid_twice(shop: PayingShop) -> int:
    exchange_id = shop.paid()
    first = payment_of(exchange_id)
    copied = {
        column.name: getattr(first, column.name)
        for column in Payment.__table__.columns
        if column.name != "id"
    }
    copied |= {"key": "another", "page": None, "attempt": 2}
    db.session.add(Payment(**copied))
    db.session.commit()
    return exchange_id


def books(shop: PayingShop) -> int:
    exchange_id = settled(shop)
    lose_line("captured")
    return exchange_id


def taken_too_much(shop: PayingShop) -> int:
    exchange_id = settled(shop)
    db.session.execute(update(Exchange).where(Exchange.id == exchange_id).values(final_due=DUE - 22))
    db.session.commit()
    return exchange_id


def not_captured(shop: PayingShop) -> int:
    exchange_id = shop.paid()
    db.session.execute(
        update(Exchange)
        .where(Exchange.id == exchange_id)
        .values(status="placed", placed_at=shop.clock() - timedelta(hours=1))
    )
    db.session.commit()
    return exchange_id


def refund_not_paid(shop: PayingShop) -> int:
    exchange_id = refunded_once(shop)
    lose_line("refunded")
    return exchange_id


def refunded_once(shop: PayingShop) -> int:
    exchange_id = cheaper(shop)
    shop.send()
    shop.clock.forward(minutes=16)
    return exchange_id


def refund_failed_later(shop: PayingShop) -> int:
    exchange_id = refunded_once(shop)
    made = db.session.scalars(select(Movement.reference).where(Movement.kind == "refunded")).one()
    shop.provider.app.ledger.keep("cards", made, {"movement": made, "amount": 1, "failed": "Account closed."})
    return exchange_id


def card_not_given(shop: PayingShop) -> int:
    exchange_id = cheaper(shop, refund_to="gift_card")
    shop.send()
    shop.clock.forward(minutes=16)
    db.session.execute(text("DELETE FROM gift_card"))
    db.session.execute(text("DELETE FROM exchange_flag"))
    db.session.commit()
    return exchange_id


def stuck_releasing(shop: PayingShop) -> int:
    exchange_id = shop.paid()
    with writing():
        move_exchange(db.session.get_one(Exchange, exchange_id), Status.CANCELLED, "desk", shop.clock())
    db.session.execute(update(Dispatch).where(Dispatch.purpose == "void").values(state="failed"))
    db.session.commit()
    return exchange_id


SEEDED: dict[DriftKind, Callable[[PayingShop], int]] = {
    DriftKind.NO_RECORD: no_record,
    DriftKind.AMOUNT: another_amount,
    DriftKind.CURRENCY: another_currency,
    DriftKind.CAPTURED_ONLY_THERE: captured_there,
    DriftKind.CAPTURED_ONLY_HERE: captured_here,
    DriftKind.REFUNDED_ONLY_THERE: refunded_there,
    DriftKind.REFUNDED_ONLY_HERE: refunded_here,
    DriftKind.GONE: gone_there,
    DriftKind.UNHEARD: unheard,
    DriftKind.KEPT_FOR_NOTHING: kept_for_nothing,
    DriftKind.PLACED_UNPAID: placed_unpaid,
    DriftKind.PAID_TWICE: paid_twice,
    DriftKind.BOOKS: books,
    DriftKind.TAKEN_TOO_MUCH: taken_too_much,
    DriftKind.NOT_CAPTURED: not_captured,
    DriftKind.REFUND_NOT_PAID: refund_not_paid,
    DriftKind.REFUND_FAILED_LATER: refund_failed_later,
    DriftKind.CARD_NOT_GIVEN: card_not_given,
    DriftKind.STUCK_RELEASING: stuck_releasing,
}
