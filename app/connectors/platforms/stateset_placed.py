"""What came of all the calls of one exchange: placed, placed in part, or not at all.

StateSet takes units one by one, so a refusal can come when some are placed already. Those stand: the
platform's yes is never forgotten, and an agent reads which units are placed and which are not.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any

from app.connectors.base import Done, Placed, Refused, Reply
from app.connectors.platforms.stateset_plan import Act, Call, Parcel
from app.connectors.platforms.stateset_reply import (
    ESTIMATE,
    TRACKING,
    Exchanged,
    read_exchange,
    refusal_in,
    return_id,
)
from app.domain.exchange_order import ExchangeOrder
from app.domain.partly_placed import PlacedPart

MOST_NAMED = 5
ELSEWHERE = "the shopper wants it sent to another address, which cannot be told to StateSet: tell them there"
# Nobody knows whether StateSet remembers the keys of repeated calls for ever: then it would answer like this.
CONFLICT = "; it may have done so before without our reading the answer, so look there first"


@dataclass(frozen=True)
class Sent:
    """One parcel that went out."""

    parcel: Parcel
    return_id: str
    exchanged: Exchanged


def returns_by_parcel(
    message: ExchangeOrder, calls: Sequence[Call], answers: Sequence[Reply]
) -> dict[str, str]:
    """The ids of the returns made so far, by parcel; empty text where an answer names none."""
    made = {
        call.parcel.key: return_id(reply)
        for call, reply in zip(calls, answers, strict=False)
        if call.act in (Act.RETURN, Act.CREDIT)
    }
    return {call.parcel.key: message.rma for call in calls} | made


def refusal_after(calls: Sequence[Call], answers: Sequence[Reply]) -> str:
    """Why the last answer ends it; empty when the next call may follow."""
    call, reply = calls[len(answers) - 1], answers[-1]
    no = refusal_in(reply)
    if no:
        return no + (CONFLICT if reply.status == 409 and call.places else "")
    if call.act is Act.RETURN and not return_id(reply):
        return "The platform's answer names no return that could be exchanged"
    return ""


def conclude(
    message: ExchangeOrder, calls: Sequence[Call], answers: Sequence[Reply], refusal: str = ""
) -> Done | Refused:
    """The end of it. With a refusal, the last answer is the one that refused."""
    returns = returns_by_parcel(message, calls, answers)
    taken = answers[:-1] if refusal else answers
    sent = [
        _sent(message, call, returns[call.parcel.key], reply)
        for call, reply in zip(calls, taken, strict=False)
        if call.places
    ]
    if refusal and not sent:
        return Refused(refusal + _left_open(returns, calls, taken))
    missing = _missing(calls, sent)
    doubts = [*_doubts(message, sent), *([_partly(sent, missing, refusal)] if missing or refusal else [])]
    return Done(
        Placed(
            order=next((each.exchanged.order for each in sent if each.exchanged.order), ""),
            total=None,
            product=None,
            tax=None,
            reply=_kept(sent),
            doubt="; ".join(doubts),
            part=_part_placed(message, sent) if missing else None,
            unit_orders=_orders_of_units(message, sent),
            tracking_number=_tracking_numbers(sent),
            delivery_estimate=_last_day(sent),
        )
    )


def _sent(message: ExchangeOrder, call: Call, asked: str, reply: Reply) -> Sent:
    """Store credit is nothing but its return, so that is what it is known by."""
    if call.act is Act.CREDIT:
        doubt = "" if asked else "the answer to the store credit names no return"
        return Sent(call.parcel, asked, Exchanged(asked, {}, doubt))
    return Sent(call.parcel, asked, read_exchange(message, asked, call.parcel.product_id, reply))


def _missing(calls: Sequence[Call], sent: Sequence[Sent]) -> list[Parcel]:
    placed = {each.parcel.key for each in sent}
    return [call.parcel for call in calls if call.places and call.parcel.key not in placed]


def _part_placed(message: ExchangeOrder, sent: Sequence[Sent]) -> PlacedPart:
    """Units go out in the order of the lines, so what was placed fills them from the first on."""
    left, filled = sum(not each.parcel.is_card for each in sent), list[int]()
    for line in message.variants:
        filled.append(min(line.quantity, left))
        left -= filled[-1]
    return PlacedPart(tuple(filled), sum(each.parcel.difference for each in sent))


def _orders_of_units(message: ExchangeOrder, sent: Sequence[Sent]) -> tuple[tuple[str, ...], ...]:
    """The order of each unit that was placed, by line; empty text for one that cannot be trusted."""
    orders = iter([each.exchanged.order for each in sent if not each.parcel.is_card])
    return tuple(tuple(islice(orders, line.quantity)) for line in message.variants)


def _doubts(message: ExchangeOrder, sent: Sequence[Sent]) -> list[str]:
    doubts = dict.fromkeys(each.exchanged.doubt for each in sent if each.exchanged.doubt)
    card = any(each.parcel.is_card for each in sent)
    if card and message.card and message.card.bonus:
        # No StateSet call has a field for it.
        doubts["the bonus of the gift card cannot be told to StateSet and must be added there"] = None
    if message.readdressed and not all(each.parcel.is_card for each in sent):
        doubts[ELSEWHERE] = None
    return list(doubts)


def _partly(sent: Sequence[Sent], missing: Sequence[Parcel], refusal: str) -> str:
    placed = _named(f"{each.parcel.label} as {each.exchanged.order or 'unknown'}" for each in sent)
    if not missing:
        return f"a last call was refused after everything was placed: {refusal}"
    left = _named(parcel.label for parcel in missing)
    return f"only a part of it: placed are {placed}; not placed are {left}: {refusal}"


def _left_open(returns: Mapping[str, str], calls: Sequence[Call], taken: Sequence[Reply]) -> str:
    made = [
        returns[call.parcel.key]
        for call, _ in zip(calls, taken, strict=False)
        if call.act is Act.RETURN and returns[call.parcel.key]
    ]
    return f"; nothing is placed, but these returns stand open there: {_named(made)}" if made else ""


def _tracking_numbers(sent: Sequence[Sent]) -> str:
    """Each trusted parcel's number once, in the order in which they were placed."""
    told = (each.exchanged.said.get(TRACKING) for each in sent if each.exchanged.order)
    return ", ".join(dict.fromkeys(filter(None, told)))


def _last_day(sent: Sequence[Sent]) -> date | None:
    """The day by which all goods should be there; None where a parcel has none that can be read."""
    days = []
    for each in sent:
        if each.parcel.is_card or not each.exchanged.order:
            continue
        try:
            days.append(date.fromisoformat(each.exchanged.said.get(ESTIMATE, "")))
        except ValueError:
            return None
    return max(days, default=None)


def _named(names: Iterable[str]) -> str:
    """A list that a sentence can bear."""
    all_names = list(names)
    more = len(all_names) - MOST_NAMED
    return ", ".join(all_names[:MOST_NAMED]) + (f" and {more} more" if more > 0 else "")


def _kept(sent: Sequence[Sent]) -> dict[str, Any]:
    """What is kept with the exchange: the first parcel's tracking on top, and every parcel."""
    parcels = [
        {
            "unit": each.parcel.key,
            "sku": each.parcel.label,
            "return_id": each.return_id,
            "exchange_order_id": each.exchanged.order,
            **each.exchanged.said,
        }
        for each in sent
    ]
    first: dict[str, str] = {}
    for each in reversed(sent):
        first |= each.exchanged.said
    return {**first, "parcels": parcels}
