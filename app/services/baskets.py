"""A draft as the rules see it: order, items, wishes, variants and verdicts, read in a few queries.

`load_basket` serves every screen, the quote and the submit alike, so that none of them can look at
other facts than the rest. Nothing here writes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from app.domain.eligibility import Case, Eligibility, judge, local_day
from app.domain.exchange_status import Status
from app.domain.facts import Address, LineFacts, OrderFacts, StoreFacts, VariantFacts
from app.domain.gift import Recipient, gift_policy, not_dearer
from app.domain.holds import HoldFacts, wants_hold
from app.domain.parts import most_for, within
from app.domain.policy import Policy
from app.domain.reasons import Reason
from app.domain.replacements import Refusal, fixed_options, keeps, of_product, refusal
from app.models import Exchange, ReturnItem, RuleOverride, Store, db
from app.services.basket_rows import draft_row, order_facts
from app.services.connected_systems import cannot_write_to, takes_one_exchange_only
from app.services.granted_rules import granted_rules, live_overrides
from app.services.holds import Wanted, holds_of
from app.services.shelf import pictures_of, variants_of

# What is wished for: the same product in another variant, another product, a gift card.
VARIANT, PRODUCT, GIFT_CARD = "variant", "product", "gift_card"


@dataclass(frozen=True)
class BasketItem:
    """One return item with what was wished for it so far. `variant` None: none chosen, or a card."""

    id: int
    line: LineFacts
    quantity: int
    first_chosen_on: date
    reason: Reason | None
    outcome: str | None
    option_choice: Mapping[str, str]
    variant: VariantFacts | None
    product_id: int | None = None  # the other product that was chosen instead of its own

    @property
    def settled(self) -> bool:
        """Whether reason and replacement are both known."""
        return self.reason is not None and (self.outcome == GIFT_CARD or self.variant is not None)


@dataclass(frozen=True)
class Basket:
    """Everything a draft's screens and its sum are made from, as read at one moment."""

    exchange_id: int
    public_id: str
    status: Status
    store: StoreFacts
    policy: Policy
    order: OrderFacts
    items: tuple[BasketItem, ...]
    variants: Mapping[int, VariantFacts]
    pictures: Mapping[int, str]
    today: date
    shipping_address: Mapping[str, str] | None
    read_at: datetime
    holds: Mapping[int, HoldFacts]  # by item
    expedited: bool = False  # the shopper asked for faster shipping
    recipient_view: bool = False  # a gift's recipient is choosing
    recipient: Recipient | None = None  # who that is, once they have said
    one_exchange_only: bool = False  # the platform takes one of an order and no more
    platform: str | None = None  # what its exchanges are placed at
    granted: Mapping[int, frozenset[str]] = field(default_factory=dict)  # rules overridden, by line

    def eligibility(self, line: LineFacts) -> Eligibility:
        """The verdicts on a line; the day counts on which this draft first chose it.

        Of a line in several parts those that weigh most: one of them may have a reason to judge.
        """
        parts = [self.judged(item) for item in self.parts_of(line)]
        if parts:
            return max(parts, key=lambda part: (part.refusal is not None, bool(part.doubts)))
        case = Case(self.store, self.policy, self.order, line, self.today)
        return judge(case, self.granted.get(line.id, frozenset()))

    def parts_of(self, line: LineFacts) -> tuple[BasketItem, ...]:
        """The items of one line, in their order; several where its units become different things."""
        return tuple(item for item in self.items if item.line.id == line.id)

    def units_by_line(self) -> dict[int, int]:
        """How many units of each chosen line come back."""
        units: dict[int, int] = {}
        for item in self.items:
            units[item.line.id] = units.get(item.line.id, 0) + item.quantity
        return units

    def most_units(self, item: BasketItem) -> int:
        """How many units this item may stand for: all that no earlier item of its line has."""
        parts = self.parts_of(item.line)
        place = [part.id for part in parts].index(item.id)
        return most_for([part.quantity for part in parts], place)

    def judged(self, item: BasketItem) -> Eligibility:
        """The verdicts on an item, with the reason it was given."""
        day = min(self.today, item.first_chosen_on)
        case = Case(self.store, self.policy, self.order, item.line, day, item.reason)
        return judge(case, self.granted.get(item.line.id, frozenset()))

    def item(self, item_id: int) -> BasketItem:
        """The item with this id. Raises KeyError for an item of another draft."""
        for item in self.items:
            if item.id == item_id:
                return item
        raise KeyError(item_id)

    def choices_for(self, item: BasketItem) -> tuple[VariantFacts, ...]:
        """The variants that may be looked at for this item: of its own product or of the one chosen."""
        offered = of_product(item.product_id or item.line.product_id, self.variants.values())
        fixed = self.fixed_options(item)
        offered = tuple(variant for variant in offered if keeps(fixed, variant))
        if self.recipient_view:
            return not_dearer(item.line, self.bought(item.line), offered)
        return offered

    def bought(self, line: LineFacts) -> VariantFacts | None:
        """What was bought as the catalogue has it today, None when it is gone."""
        return self.variants.get(line.variant_id or 0)

    def fixed_options(self, item: BasketItem) -> dict[str, str]:
        """The options of the same product that the policy keeps as they were bought."""
        return {} if item.product_id is not None else fixed_options(self.bought(item.line), self.policy)

    def refusal(self, item: BasketItem, variant: VariantFacts) -> Refusal | None:
        """Why the item may not become this variant, None when it may."""
        bought = self.bought(item.line)
        return refusal(item.line, variant, item.quantity, item.reason, self.policy, bought)

    def wanted(self) -> tuple[Wanted, ...]:
        """Every variant chosen so far, as it is to be held."""
        return tuple(
            Wanted(self.exchange_id, item.id, item.variant, item.quantity)
            for item in self.items
            if item.variant is not None
        )

    def held(self, item: BasketItem) -> HoldFacts | None:
        """The live hold on what was chosen for an item; None where it ended, or where none is needed."""
        hold = self.holds.get(item.id)
        if hold is None or item.variant is None:
            return None
        return hold if hold.keeps(item.variant.id, item.quantity, self.read_at) else None

    def let_go(self, item: BasketItem) -> bool:
        """Whether what was chosen should be held and is not: its time ran out."""
        return item.variant is not None and wants_hold(item.variant) and self.held(item) is None

    def unsettled(self) -> BasketItem | None:
        """The first item that still wants a reason or a replacement."""
        return next((item for item in self.items if not item.settled), None)


def load_basket(exchange_id: int, now: datetime, exceptions: Iterable[RuleOverride] | None = None) -> Basket:
    """Read a draft whole, within the store in scope. Raises LookupError when it is not there.

    `exceptions` are those made for it, where they have been read already.
    """
    exchange, holder, platform, excepted = draft_row(exchange_id)
    store = db.session.get_one(Store, exchange.store_id)
    order = order_facts(exchange, holder, store.policy, now)
    # A gift's recipient gives an address of their own.
    unreachable = not exchange.gift_view and cannot_write_to(platform, order.customer.email)
    order = replace(order, lacks_email=unreachable)
    variants = _variants(exchange, order, now)
    chosen_still = exchange.state is Status.DRAFT  # what is confirmed is judged no more, and keeps no hold
    if exceptions is None:
        exceptions = live_overrides(exchange.id) if chosen_still and excepted else ()
    return Basket(
        exchange_id=exchange.id,
        public_id=exchange.public_id,
        status=exchange.state,
        store=store.facts(),
        policy=gift_policy(store.policy) if exchange.gift_view else store.policy,
        order=order,
        items=_items(exchange, order, variants),
        variants=variants,
        pictures=pictures_of(order, variants),
        today=local_day(now, store.time_zone),
        shipping_address=exchange.shipping_address,
        read_at=now,
        holds=holds_of(exchange.id) if chosen_still and exchange.items else {},
        expedited=exchange.expedited,
        recipient_view=exchange.gift_view,
        recipient=_recipient(exchange),
        one_exchange_only=takes_one_exchange_only(platform),
        platform=platform,
        granted=granted_rules(exceptions, order),
    )


def _variants(exchange: Exchange, order: OrderFacts, now: datetime) -> dict[int, VariantFacts]:
    """Those of every product that comes back, and of those chosen instead."""
    products = {order.line(item.line_item_id).product_id for item in exchange.items}
    chosen = {item.product_id for item in exchange.items}
    return variants_of(products | chosen, now, exchange.id)


def _recipient(exchange: Exchange) -> Recipient | None:
    """Who a gift's recipient said they are, None as long as they have not."""
    if not exchange.gift_view or not exchange.recipient_email or not exchange.shipping_address:
        return None
    return Recipient(exchange.recipient_email, Address.from_data(exchange.shipping_address))


def _items(
    exchange: Exchange, order: OrderFacts, variants: Mapping[int, VariantFacts]
) -> tuple[BasketItem, ...]:
    """The items, those of a draft within the units that are still open.

    Units may have gone elsewhere since: a refund came in, or another exchange took them. A part that
    nothing is left of is no longer there; the first one of a line stays, to say so.
    """
    units = {row.id: row.quantity for row in exchange.items}
    lines = dict.fromkeys(row.line_item_id for row in exchange.items)
    for line_id in lines if exchange.state is Status.DRAFT else ():
        parts = [row for row in exchange.items if row.line_item_id == line_id]
        left = within([row.quantity for row in parts], order.line(line_id).open_units)
        units |= {row.id: count for row, count in zip(parts, left, strict=True)}
        for row in parts[1:]:
            if not units[row.id]:
                del units[row.id]
    return tuple(_item(row, order, variants, units[row.id]) for row in exchange.items if row.id in units)


def _item(row: ReturnItem, order: OrderFacts, variants: Mapping[int, VariantFacts], units: int) -> BasketItem:
    replacement = row.replacements[0] if row.replacements else None
    return BasketItem(
        id=row.id,
        line=order.line(row.line_item_id),
        quantity=units,
        first_chosen_on=row.first_chosen_on,
        reason=Reason(row.reason) if row.reason else None,
        outcome=row.outcome,
        option_choice=dict(row.option_choice),
        variant=variants.get(replacement.variant_id) if replacement else None,
        product_id=row.product_id,
    )
