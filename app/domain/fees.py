"""What the merchant charges for an exchange, and from whom: the difference, or the gift card's face.

Shipping is charged once for an exchange that sends something out, restocking for each unit that comes
back, so that a line split over several replacements costs no more than whole. A reason that waives fees
frees its own item: shipping stays due while another item needs it anyway. Faster shipping is something
the shopper asks for, so no reason waives it. A waived fee stays in the sum at 0, to be explained.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from app.domain.policy import Policy
from app.domain.reasons import Reason


class FeeKind(StrEnum):
    """What is charged for."""

    SHIPPING = "shipping"
    RESTOCKING = "restocking"
    EXPEDITED = "expedited"


SENDING = frozenset({FeeKind.SHIPPING, FeeKind.EXPEDITED})


@dataclass(frozen=True)
class Fee:
    """One fee in minor units. `on_card`: it comes off the gift card's face, not out of the difference.

    `item_id` is the return item it is charged for, None for the exchange as a whole.
    """

    kind: FeeKind
    amount: int
    item_id: int | None
    on_card: bool
    why: Mapping[str, Any]


@dataclass(frozen=True)
class Returned:
    """What fees look at of a return item: units, reason, its credit, and whether a card replaces it."""

    item_id: int
    units: int
    reason: Reason | None
    credit: int
    for_card: bool


def fees_for(policy: Policy, items: Sequence[Returned], *, expedited: bool) -> tuple[Fee, ...]:
    """All fees of an exchange, those that are waived among them at 0."""
    sent = [item for item in items if not item.for_card]
    given = [item for item in items if item.for_card]
    return (
        *_sending(policy, sent, expedited=expedited),
        *(_restocking(policy, item) for item in sent if policy.restocking_fee),
        *_off_the_card(policy, given),
    )


def _sending(policy: Policy, sent: Sequence[Returned], *, expedited: bool) -> Iterable[Fee]:
    if not sent:
        return
    if policy.shipping_fee:
        free = all(_is_free(policy, item) for item in sent)
        why = {"fee": policy.shipping_fee, "waived_for": _reasons(sent) if free else []}
        yield Fee(FeeKind.SHIPPING, 0 if free else policy.shipping_fee, None, on_card=False, why=why)
    if expedited and policy.expedited_fee is not None:
        fee = policy.expedited_fee
        yield Fee(FeeKind.EXPEDITED, fee, None, on_card=False, why={"fee": fee, "waived_for": []})


def _restocking(policy: Policy, item: Returned, most: int | None = None) -> Fee:
    """The fee for one item, at most what its card can bear."""
    free = _is_free(policy, item)
    asked = 0 if free else policy.restocking_fee * item.units
    amount = asked if most is None else min(asked, most)
    why = {
        "fee": policy.restocking_fee,
        "units": item.units,
        "waived_for": _reasons([item]) if free else [],
        "asked": asked,
    }
    return Fee(FeeKind.RESTOCKING, amount, item.item_id, on_card=item.for_card, why=why)


def _off_the_card(policy: Policy, given: Sequence[Returned]) -> Iterable[Fee]:
    """Fees of what is given for the card, until its face is used up: it never goes below 0."""
    left = sum(item.credit for item in given)
    for item in given if policy.restocking_fee else ():
        fee = _restocking(policy, item, left)
        left -= fee.amount
        yield fee


def _is_free(policy: Policy, item: Returned) -> bool:
    return item.reason in policy.fee_free_reasons


def _reasons(items: Iterable[Returned]) -> list[str]:
    return list(dict.fromkeys(str(item.reason) for item in items))
