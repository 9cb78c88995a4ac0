"""Rows of the database. They hand `facts` to the domain and decide nothing themselves."""

from app.models.acting import DeskDraft, Granting, RuleOverride
from app.models.agent import Agent, AgentSession, Membership, ResetLink, Role
from app.models.api import ApiKey, KeptAnswer
from app.models.audit import CHAIN_START, AuditEntry, AuditSeal, chain_start
from app.models.base import Base, StoreScoped, UnscopedQuery, UtcDateTime, db, store_scope
from app.models.catalogue import Product, Variant
from app.models.desk_work import ExchangeClaim, ExchangeDecision, ExchangeNote
from app.models.dispatch import GOES_BACK, TELLING, Attempt, Dispatch, DispatchState, DispatchStep, Purpose
from app.models.engine import engine_options, prepare, writing
from app.models.exchange import Exchange, Replacement, ReturnItem
from app.models.flag import ExchangeFlag
from app.models.gift_card import GiftCard, GiftCardCode
from app.models.hold import Hold
from app.models.numbering import number_new
from app.models.order import LineItem, Order
from app.models.passkey import Passkey, PasskeyChallenge
from app.models.payment import (
    GOOD,
    UNDECIDED,
    WANTED,
    LedgerIsFinal,
    Movement,
    MovementKind,
    Payment,
    PaymentState,
)
from app.models.policy_version import PolicyVersion
from app.models.remembering import forget, remembered
from app.models.search_key import SearchKey
from app.models.store import (
    AccessGrant,
    BrowserSession,
    Connector,
    LinkKey,
    Store,
    TaxMode,
    ThrottleTry,
)
from app.models.webhook import HeardWebhook, WebhookSecret

__all__ = [
    "CHAIN_START",
    "GOES_BACK",
    "GOOD",
    "TELLING",
    "UNDECIDED",
    "WANTED",
    "AccessGrant",
    "Agent",
    "AgentSession",
    "ApiKey",
    "Attempt",
    "AuditEntry",
    "AuditSeal",
    "Base",
    "BrowserSession",
    "Connector",
    "DeskDraft",
    "Dispatch",
    "DispatchState",
    "DispatchStep",
    "Exchange",
    "ExchangeClaim",
    "ExchangeDecision",
    "ExchangeFlag",
    "ExchangeNote",
    "GiftCard",
    "GiftCardCode",
    "Granting",
    "HeardWebhook",
    "Hold",
    "KeptAnswer",
    "LedgerIsFinal",
    "LineItem",
    "LinkKey",
    "Membership",
    "Movement",
    "MovementKind",
    "Order",
    "Passkey",
    "PasskeyChallenge",
    "Payment",
    "PaymentState",
    "PolicyVersion",
    "Product",
    "Purpose",
    "Replacement",
    "ResetLink",
    "ReturnItem",
    "Role",
    "RuleOverride",
    "SearchKey",
    "Store",
    "StoreScoped",
    "TaxMode",
    "ThrottleTry",
    "UnscopedQuery",
    "UtcDateTime",
    "Variant",
    "WebhookSecret",
    "chain_start",
    "db",
    "engine_options",
    "forget",
    "number_new",
    "prepare",
    "remembered",
    "store_scope",
    "writing",
]
