"""What the platform is to place of a submitted exchange."""

from __future__ import annotations

from collections.abc import Mapping

from app.domain.exchange_order import Delivery, ExchangeOrder, build_exchange_order
from app.domain.facts import Address
from app.domain.idempotency import transaction_id_for
from app.domain.quote import Quote
from app.models import Exchange
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
    return build_exchange_order(order, current, basket.variants, basket.policy, delivery)


def delivery_address(ordered: Address, changed: Mapping[str, str] | None) -> Address:
    """Where the replacement goes: as the shopper corrected it, else as ordered."""
    return Address.from_data(dict(changed)) if changed else ordered
