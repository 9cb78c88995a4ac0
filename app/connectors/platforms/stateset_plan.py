"""What has to be asked of StateSet for one exchange, call by call, before anything is asked.

StateSet's exchange call takes one product against one return and has no quantity, so one return and one
call for each unit is the only exact reading. All returns are made before the first unit is exchanged:
what can be refused is refused while nothing is placed. What stands in a call is `stateset_body`.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from urllib.parse import quote

from app.connectors.platforms.stateset_settings import StateSetSettings
from app.domain.exchange_order import CardLine, ExchangeOrder, ReturnedItem
from app.domain.money import share_between

LONGEST_KEY = 200


class Act(StrEnum):
    """A call, by the name that its step carries."""

    RETURN = "return"
    APPROVE = "approve return"
    EXCHANGE = "exchange"
    CREDIT = "store credit"


@dataclass(frozen=True)
class Parcel:
    """What comes back on one StateSet return, and what goes out for it.

    `key` is the bought line and the number of the unit, or "card". `difference` is in minor units, above
    zero when the shopper owes it; the parcels' differences add up to that of the exchange.
    """

    key: str
    returned: tuple[ReturnedItem, ...]
    label: str
    product_id: str
    variant_id: str
    difference: int
    is_card: bool = False


@dataclass(frozen=True)
class Call:
    """One act for one parcel."""

    act: Act
    parcel: Parcel

    @property
    def places(self) -> bool:
        """Whether a yes to it sends something out."""
        return self.act in (Act.EXCHANGE, Act.CREDIT)


def parcels_of(message: ExchangeOrder, settings: StateSetSettings) -> tuple[Parcel, ...]:
    """A parcel for each unit of the variant lines, and one for everything given for the card.

    A return is about one order: what was given for the card out of several takes one for each.
    """
    parcels = tuple(_units(message))
    return (*parcels, *_card(message.card, settings)) if message.card else parcels


def calls_for(message: ExchangeOrder, settings: StateSetSettings) -> tuple[Call, ...]:
    """Every call in order: all returns, all approvals, then what cannot be taken back."""
    parcels = parcels_of(message, settings)
    credit = [parcel for parcel in parcels if parcel.is_card and settings.card == "store_credit"]
    exchanged = [parcel for parcel in parcels if parcel not in credit]
    acts = [Act.RETURN] if settings.returns == "create" else []
    acts += [Act.APPROVE] if settings.approve_returns else []
    calls = [Call(act, parcel) for act in (*acts, Act.EXCHANGE) for parcel in exchanged]
    calls += [Call(Act.CREDIT, parcel) for parcel in credit]
    if settings.approve_returns:
        calls += [Call(Act.APPROVE, parcel) for parcel in credit]
    return tuple(calls)


def trouble_with(message: ExchangeOrder, settings: StateSetSettings) -> str:
    """Why this exchange cannot be told in StateSet's words; empty when it can."""
    parcels = parcels_of(message, settings)
    if not parcels:
        return "it has nothing to exchange"
    if settings.card == "product" and sum(parcel.is_card for parcel in parcels) > 1:
        return "its gift card is for items of several orders at StateSet: connect it with card=store_credit"
    if settings.returns == "create":
        return ""
    if len(parcels) > 1:
        return f"its RMA is one return, and it needs {len(parcels)}: connect StateSet with returns=create"
    if parcels[0].is_card and settings.card == "store_credit":
        return "store credit is a return of its own: connect StateSet with returns=create"
    return "" if message.rma.strip() else "it has no RMA number to name the return by"


def idempotency_key(message: ExchangeOrder, call: Call) -> str:
    """The same for every repeat of this call and for no other: fit for a header and not too long."""
    parts = (message.reference, call.parcel.key, call.act)
    key = ":".join(quote(part.replace(" ", "-"), safe="") for part in parts)
    return key if len(key) <= LONGEST_KEY else hashlib.sha256(key.encode()).hexdigest()


def _units(message: ExchangeOrder) -> Iterator[Parcel]:
    seen: Counter[str] = Counter()
    for line in message.variants:
        for unit in range(line.quantity):
            # A bought line can be split over several replacements: its units are counted through.
            seen[line.returned.line_id] += 1
            yield Parcel(
                key=f"{line.returned.line_id}:{seen[line.returned.line_id]}",
                returned=(line.returned.part(unit, unit + 1),),
                label=line.sku,
                product_id=line.product_id,
                variant_id=line.variant_id,
                difference=share_between(line.difference, unit, unit + 1, line.quantity),
            )


def _card(card: CardLine, settings: StateSetSettings) -> Iterator[Parcel]:
    """A card is worth what was given for it, so it makes no difference."""
    for number, returned in enumerate(_by_order(card.returned), 1):
        key = "card" if number == 1 else f"card:{number}"
        yield Parcel(key, returned, "gift card", settings.card_product, settings.card_variant, 0, True)


def _by_order(items: Iterable[ReturnedItem]) -> list[tuple[ReturnedItem, ...]]:
    """The items by the order that they stand in at StateSet, an item in several of them in parts."""
    found: dict[str, list[ReturnedItem]] = {}
    for item in items:
        start = 0
        for order, units in groupby(item.orders or ("",) * item.quantity):
            end = start + len(list(units))
            found.setdefault(order, []).append(item.part(start, end))
            start = end
    return [tuple(returned) for returned in found.values()]
