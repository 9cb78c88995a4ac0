"""A merchant's choices as data: versioned, validated, never code.

An exchange keeps the version it was decided under. What each field can hold, and how it is typed in, is
`app.domain.policy_fields`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import Field, asdict, dataclass, fields
from enum import StrEnum
from typing import Any

from app.domain.policy_fields import (
    Kind,
    amount,
    countries,
    days,
    minutes,
    one_of,
    some_of,
    switch,
    text,
    texts,
    whole,
)
from app.domain.reasons import Reason
from app.domain.refunds import RefundBy, RefundTo, RefundWhen


class InvalidPolicy(ValueError):
    """Policy fields that cannot be: `problems` has one sentence's end for each, `field` the first."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__("; ".join(f"{name} {problem}" for name, problem in problems.items()))
        self.problems = dict(problems)
        self.field = next(iter(self.problems))


class VariantPricing(StrEnum):
    """How a replacement of the same product is priced."""

    KEEP_DISCOUNT = "keep_discount"
    EVEN = "even"
    CURRENT_PRICE = "current_price"


class OtherProducts(StrEnum):
    """Whether an item may become another product, and which."""

    NONE = "none"
    CATALOGUE = "catalogue"
    TAGGED = "tagged"


class CardIssuer(StrEnum):
    """Who gives a gift card for items: the platform, or this portal from its pool of codes."""

    PLATFORM = "platform"
    PORTAL = "portal"


class Collect(StrEnum):
    """Whether an amount due is paid on the payment provider's page before anything is sent, or later."""

    GATEWAY = "gateway"
    LATER = "later"


class SmallDue(StrEnum):
    """What becomes of an amount due that is smaller than the payment provider takes."""

    WAIVE = "waive"
    COLLECT_LATER = "collect_later"


class ScreeningSilence(StrEnum):
    """What an exchange does that the fraud screening gives no usable answer about."""

    ASK = "ask"
    ALLOW = "allow"


class Release(StrEnum):
    """What the platform's order waits for."""

    INSTANT = "instant"
    FIRST_SCAN = "first_scan"
    RECEIVED = "received"


@dataclass(frozen=True)
class Policy:
    """One version of a store's policy. Amounts are minor units of the store's currency.

    Raises InvalidPolicy for choices that contradict each other.
    """

    version: int = whole(1, "Counts up with every change; cannot be set.", least=1, most=10**9)

    window_days: int = days(30, "Days from delivery to the last day on which an item may be exchanged.")
    assumed_delivery_days: int = days(7, "Days after shipping that count as delivery when none was reported.")
    value_review_limit: int | None = amount(None, "A line paid more than this is judged by a person.")
    recent_exchanges_limit: int | None = whole(
        None, "With this many exchanges of late a customer's next one is judged by a person.", most=1_000
    )
    recent_exchanges_days: int = days(90, "How many days back exchanges count as recent.", least=1)
    final_sale_tags: tuple[str, ...] = texts(("final-sale", "finalsale"), "Tags of lines sold for good.")
    gift_card_tags: tuple[str, ...] = texts(("gift-card",), "Tags of lines that are gift cards.")
    third_party_tags: tuple[str, ...] = texts(
        ("thirdparty", "third-party"), "Tags of lines that a partner sold."
    )
    excluded_tags: tuple[str, ...] = texts((), "Tags of lines or orders that cannot be exchanged online.")
    excluded_countries: tuple[str, ...] = countries((), "Countries whose orders cannot be exchanged online.")
    chain_limit: int = whole(2, "How many exchanges may follow one another from one order.", most=100)

    same_options_except: tuple[str, ...] = texts(
        (), "Options that may change, such as Size; all others stay as bought. None named: any may."
    )
    other_products: OtherProducts = one_of(
        OtherProducts.NONE,
        "Whether an item may become another product: not at all, any, or a tagged one.",
    )
    other_products_tags: tuple[str, ...] = texts((), "Tags of products that an item may become.")
    other_products_price_cap: int | None = amount(None, "Another product may cost at most this, a unit.")
    variant_pricing: VariantPricing = one_of(
        VariantPricing.KEEP_DISCOUNT,
        "How a variant of the same product is priced: at the discount paid, even, or at today's price.",
    )
    even_tolerance: int = amount(0, "An amount due up to this is given up.")

    shipping_fee: int = amount(0, "Charged once for an exchange that sends something out.")
    restocking_fee: int = amount(0, "Charged for each unit that comes back.")
    expedited_fee: int | None = amount(
        None, "For faster shipping, if the shopper wants it; none: not offered."
    )
    reasons: tuple[Reason, ...] = some_of(tuple(Reason), Reason, "Reasons a shopper may give.", least=1)
    fee_free_reasons: tuple[Reason, ...] = some_of(
        (Reason.DAMAGED, Reason.WRONG_ITEM), Reason, "Reasons that waive the shipping and restocking fees."
    )
    same_variant_reasons: tuple[Reason, ...] = some_of(
        (Reason.DAMAGED, Reason.WRONG_ITEM),
        Reason,
        "Reasons for which the very same variant may be had.",
    )
    photo_reasons: tuple[Reason, ...] = some_of(
        (), Reason, "Reasons that want a photo; until there can be one, a person judges."
    )

    gift_card: bool = switch(True, "Whether an item may become a gift card.")
    gift_card_sku: str = text("OPTOROGIFTCARD", "What the platform knows the gift card by.")
    gift_card_issuer: CardIssuer = one_of(
        CardIssuer.PLATFORM,
        "Who issues a gift card given for items: the platform; or the portal, from its pool of codes or"
        " through a program of the shop's.",
    )
    gift_card_warning: int = whole(
        10, "With this many codes or fewer left in the pool, the console's overview says so.", most=100_000
    )
    bonus_percent: int = whole(0, "Added to a gift card, in percent of its items' credit.", most=1_000)
    bonus_fixed: int = amount(0, "Added to a gift card instead of a percentage; its own limit.")
    bonus_cap: int | None = amount(None, "A bonus by percentage is at most this.")
    bonus_on_residue: bool = switch(False, "Whether a refund due that goes onto a card earns the bonus too.")
    refund_to: RefundTo = one_of(RefundTo.ORIGINAL_PAYMENT, "Where a refund due goes.")
    refund_when: RefundWhen = one_of(RefundWhen.PLACED, "When it goes there.")
    refund_by: RefundBy = one_of(
        RefundBy.GATEWAY, "Who pays it back: the portal at the payment provider, or the platform. Never both."
    )

    collect: Collect = one_of(
        Collect.GATEWAY,
        "An amount due is paid at the store's payment provider before Confirm is done, or collected later by"
        " the shop. Without a provider it is always later.",
    )
    small_due: SmallDue = one_of(
        SmallDue.WAIVE, "An amount due below what the provider takes: given up, or collected later."
    )
    pay_attempts: int = whole(
        3, "Payment pages opened, or cards declined, for one order within an hour.", least=1, most=3
    )
    pay_link_days: int = days(7, "Days to pay in once a person at the shop has said yes.", least=1)

    hold_minutes: int = minutes(20, "How long a chosen variant is held for a shopper.", least=1)
    quote_minutes: int = minutes(60, "How long a sum on Review can be confirmed.", least=1)
    undo_minutes: int = minutes(15, "How long a shopper may cancel before the exchange is placed.")
    draft_days: int = days(14, "After how many days without a change a draft ends.", least=1)
    send_back_days: int = days(14, "Days after confirming within which the goods are sent back.")
    overdue_reminders: int = whole(
        2, "How often a shopper is reminded of goods that are overdue, before a person is asked.", most=10
    )
    overdue_days: int = days(3, "Days between two reminders, and from the last to a person.", least=1)
    complete_days: int = days(
        30, "Days without news of a parcel after which it counts as arrived, so that all is done.", least=1
    )
    release: Release = one_of(Release.INSTANT, "What placing waits for: nothing, the first scan, the goods.")
    screening_silence: ScreeningSilence = one_of(
        ScreeningSilence.ASK,
        "Without a usable answer of the fraud screening: ask a person, or allow the exchange.",
    )
    address_editable: bool = switch(True, "Whether the replacement may go to another address.")

    exception_limit_agent: int = amount(
        10_000,
        "What an agent may grant one exchange in exceptions on their own, by what was paid for the items.",
    )
    exception_limit_lead: int = amount(50_000, "The same for a lead; above it somebody else has to approve.")
    exception_limit_admin: int | None = amount(None, "The same for an admin; above it, another admin.")

    def __post_init__(self) -> None:
        problems = {}
        if self.bonus_percent and self.bonus_fixed:
            problems["bonus_fixed"] = "must be 0 beside a bonus_percent: a bonus is one or the other"
        if self.other_products is OtherProducts.TAGGED and not self.other_products_tags:
            problems["other_products_tags"] = "must name a tag where other_products is tagged"
        if problems:
            raise InvalidPolicy(problems)

    def to_data(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Policy:
        """Read stored or typed-in policy data. Raises InvalidPolicy naming every field at fault."""
        values: dict[str, Any] = {}
        problems: dict[str, str] = {}
        for name, value in data.items():
            kind = KINDS.get(name)
            try:
                if kind is None:
                    problems[name] = "is no policy field"
                else:
                    values[name] = kind.accept(value)
            except ValueError:
                problems[name] = f"must be {kind.must}" if kind else ""
        if problems:
            raise InvalidPolicy(problems)
        return cls(**values)


POLICY_FIELDS: Mapping[str, Field[Any]] = {each.name: each for each in fields(Policy)}
KINDS: Mapping[str, Kind] = {name: each.metadata["kind"] for name, each in POLICY_FIELDS.items()}
