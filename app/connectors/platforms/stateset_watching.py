"""Looking what has become of an exchange at StateSet: each unit's return is read, and read leniently.

Source: `GET /returns/{id}` and the return states of StateSet's client libraries; the fields of an exchange
are those of the page about exchanging. That a return goes on showing them is our reading. No page has times,
so news from here happened when it was seen. All units together are told as one: the last of them counts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import quote

from app.connectors.answers import content_of, one_line
from app.connectors.base import Done, Refused, Reply, Request, Step
from app.connectors.platforms.stateset_reply import ESTIMATE, TRACKING, explain
from app.connectors.seen import Seen
from app.domain.news import News, NewsKind

LONGEST_TRACKING = 100
# Not COMPLETED: a return may be that as soon as it is exchanged, with the goods still at the shopper.
BACK = frozenset({"RECEIVED", "INSPECTING", "PROCESSING_REFUND"})
GONE = frozenset({"CANCELLED", "CANCELED"})
SENT = frozenset({"SHIPPED", "DELIVERED"})


@dataclass(frozen=True)
class Unit:
    """One return as it stands, its words in capitals. `sends`: something goes out for it."""

    status: str
    exchange: str
    tracking: str
    estimate: str
    sends: bool


def watch(url: str, placed: Mapping[str, Any], answers: Sequence[Reply]) -> Step:
    """The next return to be read, or what all of them together tell. `placed` names them."""
    parcels = [one for one in placed.get("parcels", []) if one.get("return_id")]
    if not parcels:
        return Refused("no return of it is known here")
    if answers and not 200 <= answers[-1].status < 300:
        return Refused(explain(answers[-1]))
    if len(answers) < len(parcels):
        number = quote(parcels[len(answers)]["return_id"], safe="")
        return Request("read return", "GET", f"{url}/returns/{number}", {"Accept": "application/json"}, b"")
    units = [_unit(parcel, reply) for parcel, reply in zip(parcels, answers, strict=False)]
    known = [unit for unit in units if unit is not None]
    if len(known) < len(units):
        return Refused("an answer is not about the return that was asked for")
    return Done(Seen(tuple(_news(known)), _doubt(known)))


def _unit(parcel: Mapping[str, Any], reply: Reply) -> Unit | None:
    content = content_of(reply)
    if not isinstance(content, dict) or content.get("id") != parcel["return_id"]:
        return None
    said = {name: _text(content.get(name)) for name in ("status", "exchange_status", TRACKING, ESTIMATE)}
    return Unit(
        said["status"].upper(),
        said["exchange_status"].upper(),
        said[TRACKING],
        said[ESTIMATE],
        sends=parcel.get("unit") != "card",
    )


def _doubt(units: Sequence[Unit]) -> str:
    """Money follows from the whole exchange, so what becomes of a part is for a person."""
    gone = sum(map(_is_gone, units))
    part = f"StateSet has cancelled {gone} of the {len(units)} returns of this exchange."
    return part if 0 < gone < len(units) else ""


def _is_gone(unit: Unit) -> bool:
    return bool({unit.status, unit.exchange} & GONE)


def _news(units: Sequence[Unit]) -> Iterator[News]:
    if all(map(_is_gone, units)):
        yield News(NewsKind.CANCELLED)
        return
    if all(unit.status in BACK for unit in units):
        yield News(NewsKind.RECEIVED)
    elif any(unit.status in BACK for unit in units):
        yield News(NewsKind.IN_TRANSIT)
    sent = [unit for unit in units if unit.sends]
    if sent and all(unit.exchange in SENT for unit in sent):
        numbers = ", ".join(dict.fromkeys(unit.tracking for unit in sent if unit.tracking))
        tracking = numbers if len(numbers) <= LONGEST_TRACKING else ""
        yield News(NewsKind.SHIPPED, None, tracking, _last_day(sent))
        if all(unit.exchange == "DELIVERED" for unit in sent):
            yield News(NewsKind.DELIVERED)


def _last_day(sent: Sequence[Unit]) -> date | None:
    """The day by which all of it should be there; None where a unit has none that can be read."""
    try:
        return max(date.fromisoformat(unit.estimate) for unit in sent)
    except ValueError:
        return None


def _text(value: Any) -> str:
    return one_line(value) if isinstance(value, str) else ""
