"""Which systems a store can be connected to, by the name that its connector row carries."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from app.connectors.base import Connector, Listener, OrderPlacer, Screener
from app.connectors.card_webhook import CardWebhook
from app.connectors.decisions import DecisionReader
from app.connectors.fraud.ravelin import RavelinListener, RavelinScreener
from app.connectors.fraud.ravelin_decision import read_decision
from app.connectors.gateway import Gateway
from app.connectors.merchant_webhooks import MerchantWebhook
from app.connectors.payments.cards import CardsGateway
from app.connectors.payments.stripe import StripeGateway
from app.connectors.platforms.medusa import MedusaPlacer
from app.connectors.platforms.optoro import OptoroPlacer
from app.connectors.platforms.optoro_rmas import OptoroRmas
from app.connectors.platforms.optoro_variants import OptoroVariants
from app.connectors.platforms.stateset import StateSetPlacer
from app.connectors.reading import ShelfSource
from app.domain.card_wish import CardWish
from app.domain.exchange_notice import ExchangeNotice

PLATFORMS: Mapping[str, type[OrderPlacer]] = MappingProxyType(
    {placer.system: placer for placer in (OptoroPlacer, MedusaPlacer, StateSetPlacer)}
)
SCREENERS: Mapping[str, type[Screener]] = MappingProxyType({RavelinScreener.system: RavelinScreener})
LISTENERS: Mapping[str, type[Listener]] = MappingProxyType(
    {listener.system: listener for listener in (RavelinListener, OptoroRmas)}
)
# Listeners who are told again when the parcel that comes back is seen, and when it is there.
FOLLOWERS: Mapping[str, type[Listener]] = MappingProxyType({OptoroRmas.system: OptoroRmas})
# Listeners who are told again when money was taken for a placed exchange, or paid back.
MONEY_FOLLOWERS: Mapping[str, type[Listener]] = MappingProxyType({RavelinListener.system: RavelinListener})
# Listeners who are told again when what goes out has left the shop.
SHIPPING_FOLLOWERS: Mapping[str, type[Listener]] = MappingProxyType({RavelinListener.system: RavelinListener})
NOTIFIERS: Mapping[str, type[Connector[ExchangeNotice]]] = MappingProxyType(
    {MerchantWebhook.system: MerchantWebhook}
)
# Programs of the merchant's own that make gift cards.
ISSUERS: Mapping[str, type[Connector[CardWish]]] = MappingProxyType({CardWebhook.system: CardWebhook})
SOURCES: Mapping[str, type[ShelfSource]] = MappingProxyType({OptoroVariants.system: OptoroVariants})
# Screeners whose people may decide later and call back.
DECISIONS: Mapping[str, DecisionReader] = MappingProxyType({RavelinScreener.system: read_decision})
GATEWAYS: Mapping[str, type[Gateway]] = MappingProxyType(
    {gateway.system: gateway for gateway in (CardsGateway, StripeGateway)}
)
