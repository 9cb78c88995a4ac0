"""What is different when the recipient of a gift exchanges it: they owe nothing and learn no amount.

Fees and rounding are the merchant's, what is left over becomes a gift card, and nothing dearer than what
goes back may come instead. That no page shows an amount is decided by the pages of the gift view.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from app.domain.facts import Address, Customer, LineFacts, VariantFacts
from app.domain.policy import OtherProducts, Policy
from app.domain.refunds import RefundTo
from app.domain.verdicts import Verdict

# What became of the goods or the money before is between the giver and the shop.
NOT_TOLD = frozenset(
    {
        "already_refunded",
        "line_already_exchanged",
        "order_already_exchanged",
        "in_live_exchange",
        "chain_limit",
    }
)
# A limit in money, or the giver's habits, are behind these.
BY_HAND = "We check this one by hand"
CANNOT = "This cannot be exchanged online"


@dataclass(frozen=True)
class Recipient:
    """Who received the gift and exchanges it: where mails and the parcel go."""

    email: str
    address: Address

    def customer(self, buyer: Customer) -> Customer:
        """Whom the platform writes to; the merchant's own identifier stays the one of the order."""
        first, _, last = self.address.name.partition(" ")
        return Customer(buyer.identifier, self.email, first, last.strip(), self.address.phone)


def gift_policy(policy: Policy) -> Policy:
    """The store's policy as it applies to a recipient: no fees, no money back, no faster shipping to buy.

    Nor another product: what it costs more or less is what the gift view may not say.
    """
    return replace(
        policy,
        refund_to=RefundTo.GIFT_CARD,
        shipping_fee=0,
        restocking_fee=0,
        expedited_fee=None,
        other_products=OtherProducts.NONE,
    )


def not_dearer(
    line: LineFacts, returned: VariantFacts | None, variants: Iterable[VariantFacts]
) -> tuple[VariantFacts, ...]:
    """The variants whose list price today is at most that of what goes back.

    `returned` is what was bought as the catalogue has it; once it is gone its paid list price counts.
    """
    most = returned.price if returned and returned.active else line.list_price
    return tuple(variant for variant in variants if variant.price <= most)


def words_for_recipient(verdict: Verdict) -> str:
    """The sentence of a refusal, without what happened to the order before."""
    return CANNOT if verdict.code in NOT_TOLD else verdict.shopper
