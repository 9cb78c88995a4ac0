"""From choices to the quote: price every line, waive what is within tolerance, settle the rest.

What is charged on top, and what of it a reason waives, is `app.domain.fees`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from app.domain.facts import LineFacts, OrderFacts, StoreFacts, VariantFacts
from app.domain.fees import Fee, Returned, fees_for
from app.domain.money import round_half_even, same_currency
from app.domain.policy import Policy, VariantPricing
from app.domain.pricing import Units, credit_of, price_units, tax_rate, what_was_paid
from app.domain.quote import GiftCard, Quote, QuoteLine
from app.domain.reasons import Reason
from app.domain.refunds import RefundTo


class TooManyUnits(ValueError):
    """More units of a line were chosen than are still the shopper's to exchange."""


@dataclass(frozen=True)
class Choice:
    """Some units of a line against a variant, or (`variant` None) towards a gift card.

    `returned` is the variant that was bought as the catalogue has it today, None when it is gone.
    One that is no longer sold counts as gone: nobody keeps its price up to date. With `nothing_owed` (a
    gift's recipient) a replacement never costs more than its credit.
    """

    item_id: int
    line: LineFacts
    quantity: int
    variant: VariantFacts | None
    returned: VariantFacts | None = None
    reason: Reason | None = None
    nothing_owed: bool = False


def make_quote(
    store: StoreFacts,
    policy: Policy,
    order: OrderFacts,
    choices: Sequence[Choice],
    *,
    expedited: bool = False,
) -> Quote:
    """The sum of these choices, the same for the same facts.

    `expedited` asks for faster shipping, which counts where the policy prices it and something is sent.
    Raises TooManyUnits, and MixedCurrencies when the order is not in the store's currency.
    """
    currency = same_currency(store.currency, order.currency)
    lines = [_priced(store, policy, order, choice, units) for choice, units in _numbered(choices)]
    charges = fees_for(policy, _returned(choices, lines), expedited=expedited)
    lines = _with_fees(lines, charges)
    difference = _difference(lines)
    if 0 < difference <= policy.even_tolerance:
        lines = _waived(lines, difference, policy.even_tolerance)
        difference = _difference(lines)
    return Quote(
        currency=currency,
        tax_inclusive=store.tax_inclusive,
        policy_version=policy.version,
        lines=tuple(lines),
        charges=charges,
        difference=difference,
        refund_to=policy.refund_to,
        refund_when=policy.refund_when,
        refund_by=policy.refund_by,
        card=_card(policy, lines, charges, difference),
    )


def _numbered(choices: Iterable[Choice]) -> list[tuple[Choice, Units]]:
    """Give each choice its unit numbers: after those already gone, in the order of the draft."""
    taken: Counter[int] = Counter()
    numbered = []
    for choice in choices:
        line = choice.line
        first = line.gone + taken[line.id]
        taken[line.id] += choice.quantity
        if choice.quantity < 1 or taken[line.id] > line.open_units:
            raise TooManyUnits(f"{choice.quantity} of line {line.id}, {line.open_units} are open")
        numbered.append((choice, Units(first, first + choice.quantity)))
    return numbered


def _priced(store: StoreFacts, policy: Policy, order: OrderFacts, choice: Choice, units: Units) -> QuoteLine:
    line, variant = choice.line, choice.variant
    if variant is None:
        credit = credit_of(line, units)
        return QuoteLine(choice.item_id, line.id, units, credit, None, None, what_was_paid(line, units))
    same = variant.product_id == line.product_id
    price = partial(
        price_units,
        line=line,
        units=units,
        price_now=variant.price,
        returned_price_now=choice.returned.price
        if choice.returned and choice.returned.active
        else line.list_price,
        rate=tax_rate(line, order.lines, store),
        tax_inclusive=store.tax_inclusive,
    )
    priced = price(policy.variant_pricing if same else VariantPricing.CURRENT_PRICE)
    if choice.nothing_owed and priced.price.total > priced.credit.total:
        priced = price(VariantPricing.EVEN)
    return QuoteLine(choice.item_id, line.id, units, priced.credit, variant.id, priced.price, priced.why)


def _returned(choices: Sequence[Choice], lines: Sequence[QuoteLine]) -> list[Returned]:
    return [
        Returned(line.item_id, line.units.count, choice.reason, line.credit.total, line.price is None)
        for choice, line in zip(choices, lines, strict=True)
    ]


def _with_fees(lines: Sequence[QuoteLine], charges: Iterable[Fee]) -> list[QuoteLine]:
    """The first line with a replacement carries every fee that joins the difference."""
    left = sum(fee.amount for fee in charges if not fee.on_card)
    result = []
    for line in lines:
        if line.price and left:
            line, left = replace(line, fees=left), 0
        result.append(line)
    return result


def _difference(lines: Iterable[QuoteLine]) -> int:
    return sum(line.difference for line in lines)


def _waived(lines: Sequence[QuoteLine], amount: int, tolerance: int) -> list[QuoteLine]:
    """Take `amount` off the replacements' net, the first dear line first.

    Tax is never waived: what the nets cannot bear stays due.
    """
    left, result = amount, []
    for line in lines:
        if line.price and left and line.difference > 0:
            off = min(left, line.difference, line.price.net)
            left -= off
            why = {**line.why, "tolerance": tolerance}
            line = replace(line, price=line.price.waive(off), why=why)
        result.append(line)
    return result


def _card(
    policy: Policy, lines: Sequence[QuoteLine], charges: Iterable[Fee], difference: int
) -> GiftCard | None:
    """The one card: credit of its items less their fees, and the residue; the bonus stands apart.

    Items whose whole credit went to fees reach no card, so they earn nothing either.
    """
    credit = sum(line.credit.total for line in lines if line.price is None)
    chosen = credit - sum(fee.amount for fee in charges if fee.on_card)
    residue = max(-difference, 0) if policy.refund_to is RefundTo.GIFT_CARD else 0
    if chosen + residue == 0:
        return None
    earning = credit if chosen else 0
    on_items = _bonus(policy, earning)
    if policy.bonus_on_residue:
        earning += residue
    bonus = _bonus(policy, earning)
    why = {
        "earning": earning,
        "percent": policy.bonus_percent,
        "fixed": policy.bonus_fixed,
        "cap": policy.bonus_cap,
    }
    return GiftCard(chosen + residue, bonus, residue, residue_bonus=bonus - on_items, why=why)


def _bonus(policy: Policy, earning: int) -> int:
    """A fixed bonus, or a percentage of what earns it up to the cap; nothing for nothing."""
    if earning == 0:
        return 0
    if policy.bonus_fixed:
        return policy.bonus_fixed
    bonus = round_half_even(policy.bonus_percent * earning, 100)
    return bonus if policy.bonus_cap is None else min(policy.bonus_cap, bonus)
