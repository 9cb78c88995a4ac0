"""How an exchange's sum ends: as it was confirmed, or for its placed part where the rest was given back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select

from app.domain.collecting import final_due
from app.domain.quote import Quote
from app.models import Dispatch, Exchange, Purpose, db
from app.services.reporting import part_of


@dataclass(frozen=True)
class Ending:
    """In minor units: to pay, to be paid back, not paid back, and on a gift card."""

    due: int
    refund: int
    forfeited: int
    card: int


def ending_of(exchange: Exchange, quote: Quote) -> Ending:
    """What counts of the confirmed sum. The card of one that is placed in part is given back, too."""
    card = quote.card.total if quote.card else 0
    whole = Ending(quote.amount_due, quote.refund_due, quote.forfeited, card)
    placing = _placing_of(exchange) if exchange.given_back else None
    part = part_of(placing) if placing else None
    if part is None:
        return whole
    due = final_due(part.owed(whole.due), exchange.drift) if whole.due else 0
    return Ending(due, part.refunded(whole.refund), part.refunded(whole.forfeited), 0)


def units_left(exchange: Exchange, items: Iterable[tuple[int, int, int]]) -> dict[int, int]:
    """Units that are exchanged of each item, given with its bought line and quantity, in their order.

    A platform takes them in order, so the last ones are kept.
    """
    kept: Counter[int] = Counter()
    for each in exchange.given_back or ():
        kept[each["line"]] += each["units"]
    left: dict[int, int] = {}
    for item_id, line_id, quantity in reversed(list(items)):
        stays = min(kept[line_id], quantity)
        kept[line_id] -= stays
        left[item_id] = quantity - stays
    return left


def _placing_of(exchange: Exchange) -> Dispatch | None:
    placed = select(Dispatch).where(Dispatch.exchange_id == exchange.id, Dispatch.purpose == Purpose.PLACE)
    return db.session.scalar(placed)
