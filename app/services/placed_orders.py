"""What an exchange becomes once the platform has placed it: an order of its own, and a compared sum.

The platform's total is compared with what the shopper confirmed; any difference (drift) is shown to an
agent with both figures. Taking and giving back money is `app.services.settling`.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from app.connectors.results import Placed
from app.domain.exchange_order import ExchangeOrder
from app.domain.exchange_status import Status
from app.domain.flags import FlagKind
from app.domain.money import major_units
from app.models import Exchange, db
from app.services.child_orders import child_order
from app.services.moving import ask_for_attention, move_exchange
from app.services.platform_numbers import take_number, why_not_known_by
from app.services.search_keys import index_placed_later

LONGEST_TRACKING = 100
A_DAY = timedelta(days=1)  # somewhere it is still yesterday


def record_placed(
    exchange: Exchange, message: ExchangeOrder, placed: Placed, actor: str, now: datetime
) -> None:
    """Take the platform's yes down, within the caller's transaction, which ends with `index_placed`.

    A yes without an order number that can be trusted goes to a person: the order may exist, so
    nothing is sent again by itself.
    """
    trouble = why_not_known_by(exchange, placed.order) if placed.order else placed.doubt
    exchange.platform_reply = dict(placed.reply)
    if trouble:
        sentence = (
            f"The platform accepted the exchange order, but {trouble}. Look there before sending again."
        )
        ask_for_attention(exchange, sentence, actor, now, FlagKind.PLACED)
        if exchange.state is Status.PLACING:
            move_exchange(exchange, Status.IN_REVIEW, actor, now)
        return
    exchange.platform_order = placed.order
    exchange.placed_at = now
    exchange.drift = drift_of(message, placed)
    _take_parcel(exchange, placed, now)
    if exchange.state is Status.PLACING:
        move_exchange(exchange, Status.PLACED, actor, now, {"drift": exchange.drift})
        child = child_order(exchange, message, placed, now)
        db.session.add(child)
        index_placed_later(exchange, child)
    else:
        sentence = f"Placed as {placed.order} although the exchange is {exchange.status}."
        ask_for_attention(exchange, sentence, actor, now, FlagKind.PLACED)
        index_placed_later(exchange)
    take_number(exchange, placed.order)
    if placed.doubt:
        ask_for_attention(exchange, f"Placed, but {placed.doubt}.", actor, now, FlagKind.PLACED)
    if exchange.drift:
        ask_for_attention(exchange, _both_totals(exchange.drift, message), actor, now, FlagKind.DRIFT)


def _take_parcel(exchange: Exchange, placed: Placed, now: datetime) -> None:
    """What the platform tells of the parcel at once. Half a number, or a day that is over, helps nobody."""
    if 0 < len(placed.tracking_number) <= LONGEST_TRACKING:
        exchange.tracking_number = placed.tracking_number
    if placed.delivery_estimate and placed.delivery_estimate >= (now - A_DAY).date():
        exchange.delivery_estimate = placed.delivery_estimate


def expected_total(message: ExchangeOrder) -> int:
    """What the platform's total should be, in minor units: replacements, face value and bonus.

    Without what the shopper pays for sending: see `drift_of`.
    """
    card = message.card
    return message.replacements + (card.face + card.bonus if card else 0)


def drift_of(message: ExchangeOrder, placed: Placed) -> int | None:
    """How much more the platform counted than the shopper confirmed; None when it did not tell.

    A platform may know nothing of our fees or count its own shipping: up to what the shopper pays for
    sending, neither is a drift.
    """
    if placed.total is None:
        return None
    over = placed.total - expected_total(message)
    return over if over < 0 else max(0, over - message.shipping)


def _both_totals(drift: int, message: ExchangeOrder) -> str:
    confirmed = expected_total(message) + (message.shipping if drift > 0 else 0)
    theirs = major_units(confirmed + drift, message.currency)
    ours = major_units(confirmed, message.currency)
    return (
        f"The platform counts {theirs} {message.currency} in all, the shopper confirmed {ours}"
        f" {message.currency}."
    )
