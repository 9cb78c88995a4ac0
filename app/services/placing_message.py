"""What the platform is to place of a submitted exchange."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from app.domain.building_order import Delivery, build_exchange_order
from app.domain.exchange_order import ExchangeOrder
from app.domain.facts import Address
from app.domain.idempotency import transaction_id_for
from app.domain.quote import Quote
from app.models import Exchange, Order, db
from app.services.baskets import Basket
from app.services.placing import placing_key_of


def message_of(exchange: Exchange, basket: Basket, current: Quote) -> ExchangeOrder:
    """What the platform shall place of this submitted exchange."""
    order = basket.order
    address = delivery_address(order.shipping_address, basket.shipping_address)
    delivery = Delivery(
        reference=exchange.reference or "",
        rma=exchange.rma or "",
        transaction_id=transaction_id_for(placing_key_of(exchange)),
        shipping_address=address,
        customer=basket.recipient.customer(order.customer) if basket.recipient else order.customer,
        gift_view=basket.recipient_view,
        reasons={item.id: str(item.reason) for item in basket.items if item.reason},
    )
    message = build_exchange_order(order, current, basket.variants, basket.policy, delivery)
    return replace(message, bought_order_id=_bought_as(exchange))


def _bought_as(exchange: Exchange) -> str:
    """The platform's own id of the order that a chain began with; empty where this is that order."""
    root = exchange.order.root_id
    return db.session.get_one(Order, root).platform_id if root else ""


def delivery_address(ordered: Address, changed: Mapping[str, str] | None) -> Address:
    """Where the replacement goes: as the shopper corrected it, else as ordered."""
    return Address.from_data(dict(changed)) if changed else ordered
