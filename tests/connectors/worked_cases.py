"""The worked cases that every platform is tried with, and what each comes to. Amounts are USD cents.

One frozen exchange a case; what a platform makes of it stands in `payloads/<system>/<case>.json`.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from app.domain.exchange_order import CardLine, ExchangeOrder, ReturnedItem, VariantLine
from app.domain.exchange_report import Direction, ExchangeReport, MoneyMoved
from tests.connectors.messages import exchange_order

SUBMITTED = datetime(2026, 11, 20, 9, 30, 0, 250_000, tzinfo=UTC)
PLACED = datetime(2026, 11, 20, 9, 45, 30, tzinfo=UTC)
MOVED = datetime(2026, 11, 20, 9, 46, 10, 500_000, tzinfo=UTC)

PARKA = ReturnedItem("11", "PARKA-M-NAVY", "Ridge Parka M / Navy", 1, "northwind", 12900, "too_small")
BOOTS = ReturnedItem("14", "BOOTS-41", "Fell Boots 41", 1, "northwind", 15000, "too_large")
CAP = ReturnedItem("12", "CAP-RED", "Trail Cap", 1, "northwind", 4500, "changed_mind")
SOCKS = ReturnedItem("13", "SOCKS-M", "Wool Socks M", 3, "northwind", 3000, "damaged")


def line(sku: str, title: str, price: int, back: ReturnedItem, tax: int = 0) -> VariantLine:
    """`price` is for the whole line, `tax` part of it."""
    return VariantLine(
        sku=sku,
        title=title,
        product_id=sku.split("-", maxsplit=1)[0],
        variant_id=sku,
        quantity=back.quantity,
        product=price - tax,
        discount=0,
        tax=tax,
        returned=back,
        difference=price - back.credit,
    )


def order(*lines: VariantLine, card: CardLine | None = None) -> ExchangeOrder:
    return replace(exchange_order(*lines, card=card), platform_order_id="ord_1001")


def report(message: ExchangeOrder, **settled: Any) -> ExchangeReport:
    """As told after placing; what is due follows from the message."""
    due = message.difference
    told = ExchangeReport(message, SUBMITTED, "NW-1001-X1", PLACED, max(due, 0), max(-due, 0))
    return replace(told, **settled) if settled else told


def once_paid(told: ExchangeReport) -> tuple[ExchangeReport, ...]:
    """What is told after that, once the money of it has moved; nothing where none does."""
    direction = Direction.TAKEN if told.amount_due else Direction.PAID_BACK
    amount = told.amount_due or told.refund_due
    return (replace(told, moved=MoneyMoved(direction, amount, MOVED)),) if amount else ()


LARGE = line("PARKA-L-NAVY", "Ridge Parka L / Navy", 12900, PARKA, tax=983)
EXTRA_LARGE = line("PARKA-XL-NAVY", "Ridge Parka XL / Navy", 13950, PARKA, tax=1064)
MOSS = line("PARKA-M-MOSS", "Ridge Parka M / Moss", 10900, PARKA)
CARD = CardLine("OPTOROGIFTCARD", face=4500, bonus=500, returned=(CAP,))

EVEN = report(order(LARGE))
DEARER = report(order(EXTRA_LARGE))
CHEAPER = report(order(MOSS))
UP_AND_DOWN = report(order(EXTRA_LARGE, line("BOOTS-40", "Fell Boots 40", 13950, BOOTS)))
CARD_WITH_BONUS = report(order(card=CARD), card_total=5000)
MIXED = report(order(EXTRA_LARGE, card=CARD), card_total=5000)
AGAIN = report(
    replace(order(LARGE), original_order_id="NW-1001-X1", platform_order_id="ord_exch_55", rma="RMA-8")
)
AGAIN = replace(AGAIN, platform_order="NW-1001-X2")
THREE_UNITS = report(order(line("SOCKS-L", "Wool Socks L", 3100, SOCKS)))
THREE_CHEAPER = report(order(line("SOCKS-S", "Wool Socks S", 2900, SOCKS)))
FORFEITED = report(order(MOSS), refund_due=0, forfeited=2000)
RESIDUE_CARD = report(order(MOSS), refund_due=0, card_total=2000)
EXPEDITED = report(replace(order(EXTRA_LARGE), expedited=True, shipping=500))
GIFT = report(replace(order(LARGE), is_gift=True))

CASES = {
    "even": EVEN,
    "dearer": DEARER,
    "cheaper": CHEAPER,
    "up_and_down": UP_AND_DOWN,
    "card_with_bonus": CARD_WITH_BONUS,
    "mixed": MIXED,
    "again": AGAIN,
    "three_units": THREE_UNITS,
    "three_cheaper": THREE_CHEAPER,
    "forfeited": FORFEITED,
    "residue_card": RESIDUE_CARD,
    "expedited": EXPEDITED,
    "gift": GIFT,
}
