"""Building the message that every placing connector gets, from a confirmed quote and Review."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from app.domain.exchange_order import CardLine, ExchangeOrder, ReturnedItem, VariantLine
from app.domain.facts import Address, Customer, OrderFacts, VariantFacts
from app.domain.policy import Policy
from app.domain.pricing import Price
from app.domain.quote import Quote, QuoteLine


class NothingToPlace(ValueError):
    """Only items of no value against a gift card: no platform can be asked for anything."""


@dataclass(frozen=True)
class Delivery:
    """What the shopper gave or kept on Review, and the numbers made at submit."""

    reference: str
    rma: str
    transaction_id: str
    shipping_address: Address
    customer: Customer
    gift_view: bool = False
    reasons: Mapping[int, str] = field(default_factory=dict)  # by item


def build_exchange_order(
    order: OrderFacts,
    quote: Quote,
    variants: Mapping[int, VariantFacts],
    policy: Policy,
    delivery: Delivery,
) -> ExchangeOrder:
    """The message for this confirmed quote. Raises NothingToPlace rather than send no items.

    Neither a residue nor its bonus is in it: that part of the card is issued by us.
    """
    lines = [(line, _returned(order, line, delivery.reasons)) for line in quote.lines]
    outgoing, card = _variant_lines(lines, variants), _card_line(quote, policy, lines)
    if not outgoing and card is None:
        raise NothingToPlace(delivery.reference)
    return ExchangeOrder(
        reference=delivery.reference,
        currency=quote.currency,
        rma=delivery.rma,
        original_order_id=order.number,
        original_secondary_order_id=order.secondary_id,
        is_gift=delivery.gift_view,
        variants=outgoing,
        card=card,
        customer=delivery.customer,
        shipping_address=delivery.shipping_address,
        billing_address=order.billing_address,
        transaction_id=delivery.transaction_id,
        shipping=quote.shipping,
        expedited=quote.expedited,
        platform_order_id=order.platform_id,
        readdressed=not delivery.shipping_address.same_place(order.shipping_address),
    )


def _variant_lines(
    lines: Iterable[tuple[QuoteLine, ReturnedItem]], variants: Mapping[int, VariantFacts]
) -> tuple[VariantLine, ...]:
    return tuple(
        _variant_line(line, line.price, variants[line.variant_id], returned)
        for line, returned in lines
        if line.price is not None and line.variant_id is not None
    )


def _variant_line(
    line: QuoteLine, price: Price, variant: VariantFacts, returned: ReturnedItem
) -> VariantLine:
    return VariantLine(
        sku=variant.sku,
        title=f"{variant.product_title} {variant.title}".strip(),
        product_id=variant.product_platform_id,
        variant_id=variant.platform_id,
        quantity=line.units.count,
        product=price.product,
        discount=price.discount,
        tax=price.tax,
        returned=returned,
        difference=line.difference,
    )


def _card_line(
    quote: Quote, policy: Policy, lines: Iterable[tuple[QuoteLine, ReturnedItem]]
) -> CardLine | None:
    """The part of the card that items were given for, None where that is nothing."""
    card = quote.card
    if card is None or card.face == card.residue:
        return None
    return CardLine(
        sku=policy.gift_card_sku,
        face=card.face - card.residue,
        bonus=card.bonus - card.residue_bonus,
        returned=tuple(returned for line, returned in lines if line.price is None),
    )


def _returned(order: OrderFacts, line: QuoteLine, reasons: Mapping[int, str]) -> ReturnedItem:
    bought = order.line(line.line_item_id)
    return ReturnedItem(
        line_id=bought.platform_id,
        sku=bought.sku,
        title=bought.title,
        quantity=line.units.count,
        concept=bought.concept,
        credit=line.credit.total,
        reason=reasons.get(line.item_id, ""),
        orders=bought.platform_orders[line.units.first : line.units.last],
    )
