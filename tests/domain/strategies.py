"""Any order, any choices, any policy: what the properties of the sum are tried against.

Amounts lean to small ones, where every rounding shows. RULES_EXAMPLES=10000 in the environment tries
more than the normal run does.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from itertools import product

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from iso4217 import Currency

from app.domain.facts import LineFacts, OrderFacts, StoreFacts, VariantFacts
from app.domain.policy import Policy, VariantPricing
from app.domain.quote import Quote
from app.domain.reasons import Reason
from app.domain.refunds import RefundTo
from app.domain.settlement import Choice, make_quote
from tests.domain.examples import bought_as, line, order, variant

# Neither deadline nor slowness counts: a busy machine is no broken rule.
settings.register_profile(
    "rules",
    max_examples=int(os.environ.get("RULES_EXAMPLES", "2000")),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    print_blob=True,
)
RULES = settings.get_profile("rules")

currencies = st.sampled_from(sorted(each.code for each in Currency if each.exponent is not None))
amounts = st.integers(0, 3_000) | st.integers(0, 10**9)
prices = st.integers(0, 3_000) | st.integers(1, 10**9)
stores = st.builds(
    StoreFacts,
    slug=st.just("any"),
    currency=currencies,
    time_zone=st.just("UTC"),
    tax_inclusive=st.booleans(),
    tax_rate_ppm=st.integers(0, 300_000),
)


@dataclass(frozen=True)
class Wish:
    """A basket and all that its sum depends on."""

    store: StoreFacts
    policy: Policy
    order: OrderFacts
    choices: tuple[Choice, ...]
    expedited: bool = False

    def quote(self) -> Quote:
        return make_quote(self.store, self.policy, self.order, self.choices, expedited=self.expedited)

    @property
    def variants(self) -> dict[int, VariantFacts]:
        return {each.variant.id: each.variant for each in self.choices if each.variant}


_quantities = st.sampled_from([1, 2, 3, 4, 7, 1_000])
_products = st.sampled_from([10, 20, None])


@st.composite
def lines(draw: st.DrawFn, number: int = 1) -> LineFacts:
    """A line as paid, some of its units perhaps gone, at least one still open."""
    quantity = draw(_quantities)
    shipped = draw(st.integers(1, quantity)) if quantity > 1 else 1
    gone = draw(st.integers(0, shipped - 1)) if shipped > 1 else 0
    refunded = draw(st.integers(0, gone)) if gone else 0
    paid = draw(amounts)
    return line(
        id=number,
        platform_id=str(number),
        product=paid,
        discount=draw(st.integers(0, paid)),
        tax=draw(st.integers(0, paid // 3 + 3)),
        list_price=draw(prices),
        quantity=quantity,
        shipped=shipped,
        refunded=refunded,
        committed=gone - refunded,
        product_id=draw(_products),
    )


# One draw instead of many: every way to settle, with no bonus, each kind of it, and a cap, with and
# without fees, small beside what is paid and large.
policies = st.sampled_from(
    [
        Policy(
            variant_pricing=mode,
            refund_to=refund_to,
            bonus_on_residue=on_residue,
            bonus_percent=percent,
            bonus_fixed=fixed,
            bonus_cap=cap,
            even_tolerance=tolerance,
            shipping_fee=shipping,
            restocking_fee=restocking,
            expedited_fee=expedited,
        )
        for tolerance, mode, refund_to, on_residue, (percent, fixed, cap), fees in product(
            (0, 60, 5_000),
            VariantPricing,
            RefundTo,
            (False, True),
            ((0, 0, None), (10, 0, None), (37, 0, 250), (0, 500, 100)),
            ((0, 0, None), (0, 150, 0), (595, 0, 1_200), (50, 2_000, 7)),
        )
        for shipping, restocking, expedited in [fees]
    ]
)


_returned = st.none() | prices
_wished = st.none() | st.tuples(st.sampled_from([10, 20]), prices)
_one_or_two = st.sampled_from([1, 2])
_reasons = st.sampled_from([None, Reason.TOO_SMALL, Reason.DAMAGED])


def _choices_of(draw: st.DrawFn, bought: LineFacts) -> list[Choice]:
    """Some or all open units of a line, split over one or two replacements or cards."""
    left, made, price = bought.open_units, list[Choice](), draw(_returned)
    returned = None if price is None else bought_as(bought, price)
    for part in range(min(left, draw(_one_or_two))):
        quantity = draw(st.integers(1, left)) if left > 1 else 1
        left -= quantity
        number, wished = bought.id * 10 + part, draw(_wished)
        to = _variant(number, *wished) if wished else None
        made.append(Choice(number, bought, quantity, to, returned, draw(_reasons)))
        if left == 0:
            break
    return made


@st.composite
def wishes(draw: st.DrawFn) -> Wish:
    """One or two lines with what is wished for their units, in any store under any policy."""
    store = draw(stores)
    bought = [draw(each) for each in _lines[: draw(_one_or_two)]]
    chosen = [choice for each in bought for choice in _choices_of(draw, each)]
    asked = order(*bought, currency=store.currency)
    return Wish(store, draw(policies), asked, tuple(chosen), draw(st.booleans()))


def _variant(number: int, product_id: int, price: int) -> VariantFacts:
    return variant(id=1_000 + number, sku=f"V{number}", product_id=product_id, price=price)


_lines = (lines(1), lines(2))
