"""Comparing three books: the provider's records, what the platform has, and our own ledger.

Money that went one way in one book and another way in the next is drift. Each kind has a name; what was found
is flagged for a person, and nothing is set right by itself. A flag is withdrawn once its books are seen to
agree again. Only reads, one page or one order at a time.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app.domain.collecting import Collecting
from app.domain.flags import FlagKind
from app.models import UNDECIDED, AuditEntry, Exchange, Payment, db, writing
from app.services import audit
from app.services.books import Drift, DriftKind, own_drift
from app.services.connected_systems import placing_system
from app.services.locking import locked_exchange
from app.services.moving import LONGEST_REASON, ask_for_attention, chain_of, withdraw_attention
from app.services.payment_ledger import movements_of, payments_of
from app.services.payment_pages import Cashier
from app.services.platform_books import (
    FOUND_AT_PLATFORM,
    BooksReader,
    can_be_read,
    platform_drift,
    read_at_platform,
)
from app.services.provider_books import ProviderBooks, provider_drift, read_at_providers, unheard

ACTOR = "reconciler"
AT_ONCE = 20
LOOK_AGAIN = "paid at the provider, looked at again"
# Whose work it is flags these as well, in words of its own: no second flag beside that one.
TOLD_BY_OTHERS = (DriftKind.REFUND_NOT_PAID, DriftKind.CARD_NOT_GIVEN, DriftKind.STUCK_RELEASING)
# Flags of those whose work it is: any other tells of something else, such as a mail that came back.
TELLING_OF_IT = (FlagKind.SENDING, FlagKind.MONEY, FlagKind.CARD, FlagKind.CONNECTION)


@dataclass(frozen=True)
class Comparison:
    """What differs; the kinds that nobody could tell of this time; the tries to look at again at once."""

    drifts: list[Drift]
    unproven: frozenset[DriftKind]
    look_at: tuple[int, ...]

    @property
    def agree(self) -> bool:
        return not self.drifts and not self.look_at


def check_exchange(
    cashier: Cashier, exchange_id: int, now: datetime, books: BooksReader | None = None
) -> Comparison:
    """Every difference of one exchange's books; with `books` the platform is asked as well."""
    there = read_at_providers(cashier, exchange_id, now)
    placed = read_at_platform(books, exchange_id, now) if books else None
    exchange = db.session.get_one(Exchange, exchange_id)
    payments, lines = payments_of(exchange_id), movements_of(exchange_id)
    found = [*own_drift(exchange, payments, lines, now), *provider_drift(exchange, payments, lines, there)]
    found += platform_drift(exchange, placed) if placed else []
    look_at = there.paid_unheard(payments)
    found += _still_unheard(exchange, payments, look_at, there)
    unproven = there.unproven() | (set() if placed else FOUND_AT_PLATFORM)
    db.session.rollback()
    return Comparison(found, frozenset(unproven), tuple(look_at))


def check_some(
    cashier: Cashier, after: int, now: datetime, most: int = AT_ONCE, books: BooksReader | None = None
) -> tuple[list[Drift], int]:
    """The next exchanges with something to compare behind this id, their drift flagged; the last id, 0 at the
    end.
    """
    rows = _to_compare(after, most)
    found: list[Drift] = []
    for exchange_id in rows:
        compared = check_exchange(cashier, exchange_id, now, books)
        _write_down(exchange_id, compared, now)
        found += compared.drifts
    return found, rows[-1] if len(rows) == most else 0


def check_due(cashier: Cashier, exchange_id: int, now: datetime, books: BooksReader | None = None) -> bool:
    """Compare one exchange's books and flag what differs; whether they agree."""
    compared = check_exchange(cashier, exchange_id, now, books)
    _write_down(exchange_id, compared, now)
    return compared.agree


def _to_compare(after: int, most: int) -> list[int]:
    """Exchanges of the store in scope that something was due of, either way, or paid for; where the platform
    can be asked, all that were placed.
    """
    paid = select(Payment.id).where(Payment.exchange_id == Exchange.id)
    due = (Exchange.collect == Collecting.GATEWAY) & (Exchange.amount_due > 0)
    back = (Exchange.refund_due > 0) | (Exchange.card_total > 0)
    wanted = paid.exists() | due | back
    if can_be_read(placing_system()):
        wanted |= Exchange.placed_at.is_not(None)
    rows = db.session.scalars(
        select(Exchange.id).where(Exchange.id > after, wanted).order_by(Exchange.id).limit(most)
    ).all()
    db.session.rollback()
    return list(rows)


def _still_unheard(
    exchange: Exchange, payments: Iterable[Payment], look_at: list[int], there: ProviderBooks
) -> list[Drift]:
    """Drift only where an earlier comparison had it looked at, and nothing came of that."""
    known = _looked_at_again(exchange) if look_at else set()
    return [unheard(exchange, each, there) for each in payments if each.id in known.intersection(look_at)]


def _looked_at_again(exchange: Exchange) -> set[int]:
    entries = db.session.scalars(
        select(AuditEntry.details).where(AuditEntry.chain == chain_of(exchange), AuditEntry.act == LOOK_AGAIN)
    )
    return {details["payment"] for details in entries}


def _write_down(exchange_id: int, compared: Comparison, now: datetime) -> None:
    """Flag what differs, take back what does so no more, and have looked at what may be heard of yet."""
    if compared.agree and not _has_flags(exchange_id):
        return
    with writing():
        exchange = locked_exchange(exchange_id)
        _withdraw(exchange, compared, now)
        _look_again(exchange, compared.look_at, now)
        _flag(exchange, compared.drifts, now)


def _has_flags(exchange_id: int) -> bool:
    """Whether there is one to take back."""
    flagged = bool(db.session.get_one(Exchange, exchange_id).attention_since)
    db.session.rollback()
    return flagged


def _withdraw(exchange: Exchange, compared: Comparison, now: datetime) -> None:
    """What was not found this time, and would have been."""
    found = {_sentence(drift.kind, drift.words) for drift in compared.drifts}
    unproven = tuple(_beginning(kind) for kind in compared.unproven)
    for flag in exchange.open_flags:
        over = flag.words not in found and not flag.words.startswith(unproven)
        if flag.kind == FlagKind.BOOKS and over:
            withdraw_attention(exchange, flag.words, ACTOR, now)


def _look_again(exchange: Exchange, payment_ids: Iterable[int], now: datetime) -> None:
    known = _looked_at_again(exchange) if payment_ids else set()
    for payment_id in payment_ids:
        payment = db.session.get_one(Payment, payment_id, with_for_update=True)
        if payment.standing not in UNDECIDED:
            continue
        payment.next_look_at = now
        if payment_id not in known:
            audit.record(chain_of(exchange), ACTOR, LOOK_AGAIN, {"payment": payment_id}, now)


def _flag(exchange: Exchange, drifts: Iterable[Drift], now: datetime) -> None:
    told = any(flag.kind in TELLING_OF_IT for flag in exchange.open_flags)
    for drift in drifts:
        if told and drift.kind in TOLD_BY_OTHERS:
            continue
        ask_for_attention(exchange, _sentence(drift.kind, drift.words), ACTOR, now, FlagKind.BOOKS)


def _beginning(kind: DriftKind) -> str:
    return f"The books differ: {kind} ("


def _sentence(kind: DriftKind, words: str) -> str:
    """As it is flagged, and found again."""
    return f"{_beginning(kind)}{words})."[:LONGEST_REASON]
