"""The sum in the shopper's words: rows in their fixed order, and the sentence that ends them.

Everything is read off the quote; nothing is computed here that could differ from what is sent. In a
tax-inclusive store amounts are shown with their tax, so that no tax row is needed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import chain
from textwrap import wrap

from app.domain.explaining_lines import shown
from app.domain.explanation import Explanation
from app.domain.fees import FeeKind
from app.domain.quote import Quote
from app.services.settled_sum import Ending
from app.web.shopper.pages import Difference, Outcome, SumKind, SumRow

Money = Callable[[int], str]

FEES: Mapping[FeeKind, str] = {
    FeeKind.SHIPPING: "Shipping",
    FeeKind.EXPEDITED: "Faster shipping",
    FeeKind.RESTOCKING: "Restocking",
}
TEXT_WIDTH = 76


def difference_of(quote: Quote, money: Money) -> Difference:
    """How the quote ends, in figures and in words."""
    outcome, amount = Outcome.EVEN, 0
    if quote.amount_due:
        outcome, amount = Outcome.PAY, quote.amount_due
    elif quote.refund_due:
        outcome, amount = Outcome.BACK, quote.refund_due
    card = quote.card.total if quote.card else None
    return Difference(outcome, amount, card, _sentence(outcome, amount, card, money))


def difference_of_part(end: Ending, money: Money) -> Difference:
    """How the sum ends for what was placed, where the rest was given back."""
    outcome, amount = Outcome.EVEN, 0
    if end.due:
        outcome, amount = Outcome.PAY, end.due
    elif end.refund:
        outcome, amount = Outcome.BACK, end.refund
    ends = _sentence(outcome, amount, None, money)
    return Difference(outcome, amount, None, f"A part of what you confirmed does not go ahead. {ends}")


def explained_difference(explained: Explanation) -> Difference:
    """How the quote ends, and how its rows come to that."""
    return replace(difference_of(explained.quote, explained.money), why=explained.end())


def _sentence(outcome: Outcome, amount: int, card: int | None, money: Money) -> str:
    parts = []
    if outcome is Outcome.PAY:
        parts.append(f"You pay {money(amount)}.")
    elif outcome is Outcome.BACK:
        parts.append(f"You get {money(amount)} back.")
    elif card is None:
        parts.append("An even exchange: nothing to pay.")
    if card is not None:
        parts.append(f"You get a gift card of {money(card)}.")
    return " ".join(parts)


def sum_rows(explained: Explanation) -> tuple[SumRow, ...]:
    """What goes back, replacement, discount kept, tax, fees, card, bonus: in this order, adding up."""
    quote = explained.quote
    rows = [SumRow(SumKind.CREDIT, "What you paid", -quote.credit, why=explained.credit())]
    if any(line.price for line in quote.lines):
        rows += _replacement_rows(explained)
    rows += _fee_rows(explained)
    rows += _settled_elsewhere(explained)
    return tuple(rows)


def _replacement_rows(explained: Explanation) -> list[SumRow]:
    quote = explained.quote
    priced = [line.price for line in quote.lines if line.price]
    seen = [shown(line, line.price, quote.tax_inclusive) for line in quote.lines if line.price]
    discount = sum(each.kept for each in seen)
    waived = sum(price.waived for price in priced)
    tax = sum(price.tax for price in priced)
    note = "tax included" if quote.tax_inclusive else ""
    today = sum(each.price for each in seen)
    rows = [SumRow(SumKind.REPLACEMENT, "Replacement", today, note, explained.replacement())]
    if discount:
        rows.append(SumRow(SumKind.DISCOUNT, "Discount kept", -discount, why=explained.discount()))
    if waived:
        rows.append(SumRow(SumKind.DISCOUNT, "Small difference, on us", -waived, why=explained.waived()))
    if tax and not quote.tax_inclusive:
        rows.append(SumRow(SumKind.TAX, "Tax", tax, "estimated", explained.tax()))
    return rows


def _fee_rows(explained: Explanation) -> list[SumRow]:
    """One row a kind of fee; one that a reason waives is shown at nothing."""
    rows = []
    for kind, label in FEES.items():
        fees = [fee for fee in explained.quote.charges if fee.kind is kind]
        waived = bool(fees) and all(fee.why["waived_for"] for fee in fees)
        charged, note = sum(fee.amount for fee in fees), "not charged" if waived else ""
        if fees and (charged or waived or kind is FeeKind.EXPEDITED):
            rows.append(SumRow(SumKind.FEE, label, charged, note, explained.fee(kind)))
    return rows


def _settled_elsewhere(explained: Explanation) -> list[SumRow]:
    """What of the credit does not come back as money: on the card, or not refunded."""
    quote, rows = explained.quote, []
    if quote.forfeited:
        rows.append(SumRow(SumKind.FEE, "Not refunded", quote.forfeited, why=explained.forfeited()))
    if quote.card:
        card, bonus = quote.card.face, quote.card.bonus
        rows.append(SumRow(SumKind.CARD, "Goes onto your gift card", card, why=explained.card()))
        if bonus:
            rows.append(SumRow(SumKind.BONUS, "Added by the shop on top", bonus, why=explained.bonus()))
    return rows


def sum_text(explained: Explanation) -> str:
    """The sum with its reasons as plain text, amounts under one another, at most 76 columns wide."""
    money, end = explained.money, explained_difference(explained)
    lines = chain.from_iterable(
        [_columns(f"{row.label} ({row.note})" if row.note else row.label, money(row.amount)), *_told(row.why)]
        for row in sum_rows(explained)
    )
    ending = [*wrap(end.sentence, TEXT_WIDTH), *_told(end.why)]
    return "\n".join([*lines, "-" * TEXT_WIDTH, *ending]) + "\n"


def _columns(label: str, amount: str) -> str:
    return f"{label}{amount:>{TEXT_WIDTH - len(label)}}"


def _told(sentences: tuple[str, ...]) -> list[str]:
    return [
        line
        for said in sentences
        for line in wrap(said, TEXT_WIDTH - 14, initial_indent="  ", subsequent_indent="  ")
    ]
