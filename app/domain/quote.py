"""The quote: the versioned sum a shopper sees, confirms, and that is sent. Values only.

One quote body serves the page, the partial, the submit and the dispatch. `version` is a hash over
everything in it, so that two sums that differ anywhere have different versions. How a quote comes
about is `app.domain.settlement`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from app.domain.fees import SENDING, Fee, FeeKind
from app.domain.pricing import Credit, Price, Units
from app.domain.refunds import RefundBy, RefundTo, RefundWhen


@dataclass(frozen=True)
class QuoteLine:
    """Units of one return item against one variant, or towards the gift card (`price` None).

    `fees` are those that this line carries into the difference: all of them, on the first variant line.
    `why` names the rule that priced it and the values it used.
    """

    item_id: int
    line_item_id: int
    units: Units
    credit: Credit
    variant_id: int | None
    price: Price | None
    why: Mapping[str, Any]
    fees: int = 0

    @property
    def difference(self) -> int:
        """What this line adds to the price difference; 0 for a gift card line."""
        return self.price.total - self.credit.total + self.fees if self.price else 0


@dataclass(frozen=True)
class GiftCard:
    """One card an exchange: `face` holds its items' credit less their fees, and the residue.

    `bonus` stands apart; `why` holds what earned it and the policy's figures.

    `residue` is the part of the face, `residue_bonus` the part of the bonus, that comes from a
    refund due rather than from items given for the card.
    """

    face: int
    bonus: int
    residue: int = 0
    residue_bonus: int = 0
    why: Mapping[str, Any] = field(default_factory=dict, compare=False)

    @property
    def total(self) -> int:
        return self.face + self.bonus


@dataclass(frozen=True)
class Quote:
    """The whole sum. `difference` is the exact d: replacements + fees − their credit."""

    currency: str
    tax_inclusive: bool
    policy_version: int
    lines: tuple[QuoteLine, ...]
    charges: tuple[Fee, ...]
    difference: int
    refund_to: RefundTo
    refund_when: RefundWhen
    card: GiftCard | None
    refund_by: RefundBy = RefundBy.GATEWAY

    @property
    def fees(self) -> int:
        """Everything charged, whether it joins the difference or comes off the card."""
        return sum(fee.amount for fee in self.charges)

    @property
    def shipping(self) -> int:
        """What is charged for sending: shipping, and faster shipping."""
        return sum(fee.amount for fee in self.charges if fee.kind in SENDING)

    @property
    def expedited(self) -> bool:
        """Whether faster shipping is part of it."""
        return any(fee.kind is FeeKind.EXPEDITED for fee in self.charges)

    @property
    def amount_due(self) -> int:
        return max(self.difference, 0)

    @property
    def unpaid_out(self) -> int:
        """What the shopper's side exceeds the replacements by, wherever policy sends it."""
        return max(-self.difference, 0)

    @property
    def refund_due(self) -> int:
        return self.unpaid_out if self.refund_to is RefundTo.ORIGINAL_PAYMENT else 0

    @property
    def forfeited(self) -> int:
        return self.unpaid_out if self.refund_to is RefundTo.FORFEITED else 0

    @property
    def gives_an_empty_card(self) -> bool:
        """Whether items were given for a card and nothing of them is left to be on it."""
        given = any(line.price is None for line in self.lines)
        return given and (self.card is None or self.card.face == self.card.residue)

    @property
    def credit(self) -> int:
        return sum(line.credit.total for line in self.lines)

    @property
    def replacements(self) -> int:
        return sum(line.price.total for line in self.lines if line.price)

    @property
    def version(self) -> str:
        """Hash of prices, discounts, tax, fees, policy version and units."""
        text = json.dumps(self.to_data(), sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()

    def to_data(self) -> dict[str, Any]:
        """The quote as JSON data, to be frozen with the exchange."""
        # Apart from the rest, because JSON has lists where asdict keeps tuples.
        parts = {
            "lines": [asdict(line) for line in self.lines],
            "charges": [asdict(fee) for fee in self.charges],
        }
        return asdict(replace(self, lines=(), charges=())) | parts

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Quote:
        """The frozen quote, exactly as it was."""
        card = data["card"]
        values = dict(data) | {
            "lines": tuple(_line_from(line) for line in data["lines"]),
            "charges": tuple(Fee(**(dict(fee) | {"kind": FeeKind(fee["kind"])})) for fee in data["charges"]),
            "refund_to": RefundTo(data["refund_to"]),
            "refund_when": RefundWhen(data["refund_when"]),
            "refund_by": RefundBy(data.get("refund_by", RefundBy.GATEWAY)),  # none in what is older
            "card": GiftCard(**card) if card else None,
        }
        return cls(**values)


def _line_from(data: Mapping[str, Any]) -> QuoteLine:
    price = data["price"]
    return QuoteLine(
        item_id=data["item_id"],
        line_item_id=data["line_item_id"],
        units=Units(**data["units"]),
        credit=Credit(**data["credit"]),
        variant_id=data["variant_id"],
        price=Price(**price) if price else None,
        why=dict(data["why"]),
        fees=data["fees"],
    )
