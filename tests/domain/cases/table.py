"""What an argued case consists of, and how the code under test is asked for its answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from app.domain.eligibility import Eligibility, judge
from app.domain.explaining_lines import Names
from app.domain.explanation import Explanation
from app.domain.facts import LineFacts, StoreFacts
from app.domain.policy import Policy
from app.domain.quote import Quote
from app.domain.reasons import Reason
from app.domain.settlement import Choice, make_quote
from app.domain.verdicts import Case
from app.web.filters import money
from tests.domain.examples import TODAY, USD_STORE, bought_as, line, order, variant

PRODUCT, OTHER_PRODUCT = 10, 20


@dataclass(frozen=True)
class Bought:
    """A line as paid, all its units together, without tax. `gone` units went back before."""

    title: str
    product: int
    discount: int = 0
    tax: int = 0
    quantity: int = 1
    gone: int = 0
    list_price: int | None = None


@dataclass(frozen=True)
class Wish:
    """Units of a line for something that costs `price` today; None: for the gift card.

    `now` is today's price of what was bought, `price` too where it is not given; with `gone_since` the
    variant is no longer sold. `other` is another product.
    """

    of: Bought
    price: int | None
    units: int = 1
    now: int | None = None
    other: bool = False
    gone_since: bool = False
    reason: Reason | None = None


@dataclass(frozen=True)
class SumCase:
    """One argued sum in minor units. `total` names every part that is not nothing."""

    name: str
    because: str
    wishes: tuple[Wish, ...]
    total: Mapping[str, int]
    policy: Policy = field(default_factory=Policy)
    currency: str = "USD"
    tax_inside: bool = False
    expedited: bool = False
    beside: tuple[Bought, ...] = ()  # lines of the same order that stay

    def quote(self) -> Quote:
        lines = _lines((*(wish.of for wish in self.wishes), *self.beside))
        choices = [
            _choice(number, wish, lines[wish.of.title]) for number, wish in enumerate(self.wishes, start=1)
        ]
        bought = order(*lines.values(), currency=self.currency)
        store = StoreFacts("any", self.currency, "UTC", self.tax_inside, tax_rate_ppm=100_000)
        return make_quote(store, self.policy, bought, choices, expedited=self.expedited)

    def explained(self) -> Explanation:
        names = {
            number: Names(wish.of.title, "Another product" if wish.other else "The other one")
            for number, wish in enumerate(self.wishes, start=1)
        }
        return Explanation(self.quote(), names, self.money)

    def money(self, minor: int) -> str:
        return money(minor, self.currency, "en_US")


def parts_of(made: Quote) -> dict[str, int]:
    """Every part of a sum that is not nothing, by the names that the tables use."""
    priced = [each.price for each in made.lines if each.price]
    card = made.card
    parts = {
        "credit": made.credit,
        "product": sum(price.product for price in priced),
        "discount": sum(price.discount - price.waived for price in priced),
        "waived": sum(price.waived for price in priced),
        "tax": sum(price.tax for price in priced),
        "fees": made.fees,
        "due": made.amount_due,
        "refund": made.refund_due,
        "forfeited": made.forfeited,
        "face": card.face if card else 0,
        "residue": card.residue if card else 0,
        "bonus": card.bonus if card else 0,
    }
    return {name: amount for name, amount in parts.items() if amount}


@dataclass(frozen=True)
class RuleCase:
    """One argued verdict. `code` is the rule that speaks, empty where all allow; `ask` a person then."""

    name: str
    because: str
    code: str = ""
    ask: bool = False
    line: Mapping[str, Any] = field(default_factory=dict)
    order: Mapping[str, Any] = field(default_factory=dict)
    policy: Mapping[str, Any] = field(default_factory=dict)
    today: date = TODAY
    zone: str = "America/New_York"
    reason: Reason | None = None

    def judged(self) -> Eligibility:
        bought = line(**self.line)
        store = replace(USD_STORE, time_zone=self.zone)
        asked = order(bought, **self.order)
        return judge(Case(store, Policy(**self.policy), asked, bought, self.today, self.reason))


def _lines(bought: tuple[Bought, ...]) -> dict[str, LineFacts]:
    """The lines of the order by title; wishes for one line share it."""
    found: dict[str, LineFacts] = {}
    for each in bought:
        if each.title not in found:
            found[each.title] = line(
                id=len(found) + 1,
                platform_id=str(len(found) + 1),
                title=each.title,
                product=each.product,
                discount=each.discount,
                tax=each.tax,
                quantity=each.quantity,
                committed=each.gone,
                list_price=each.product // each.quantity if each.list_price is None else each.list_price,
                product_id=PRODUCT,
            )
    return found


def _choice(number: int, wish: Wish, bought: LineFacts) -> Choice:
    price_now = wish.price if wish.now is None else wish.now
    returned = None if wish.gone_since or price_now is None else bought_as(bought, price_now)
    to = None
    if wish.price is not None:
        product = OTHER_PRODUCT if wish.other else PRODUCT
        to = variant(id=500 + number, sku=f"V{number}", price=wish.price, product_id=product)
    return Choice(number, bought, wish.units, to, returned, wish.reason)
