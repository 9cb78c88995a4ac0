"""A person decides what becomes of the rest, where a platform placed only a part of an exchange.

The rest is sent once more, by the same message under the same keys, or it is given back: its units are free
again, the shopper keeps them, and the stock for them is let go of. Each may be said twice, by two people at
once too. What was placed stays.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import update

from app.domain.exchange_status import Status
from app.domain.partly_placed import IN_PART, PlacedPart
from app.domain.quote import QuoteLine
from app.models import (
    Dispatch,
    DispatchState,
    Exchange,
    ExchangeFlag,
    LineItem,
    Purpose,
    Replacement,
    db,
    writing,
)
from app.services import audit
from app.services.agent_decisions import CannotDecide, Decision, note_decision, settled_by
from app.services.locking import locked_exchange
from app.services.mailing import MailKind, enqueue_mail
from app.services.moving import chain_of, close_flag, withdraw_attention
from app.services.placing import placing_of
from app.services.reporting import part_of

GIVEN_BACK = "given_back"  # in the result of a placing
STILL_OPEN = (Status.PLACED, Status.SHIPPED)


class Rest(StrEnum):
    """Where the rest stands: a person is asked, or it is being sent."""

    OPEN = "open"
    UNDER_WAY = "under_way"


def rest_of(exchange: Exchange, dispatches: Iterable[Dispatch]) -> Rest | None:
    """What a page may offer for an exchange with these messages; None where there is no rest to decide on."""
    placing = next((each for each in dispatches if each.purpose == Purpose.PLACE), None)
    if exchange.state not in STILL_OPEN or placing is None or part_of(placing) is None:
        return None
    if placing.state == DispatchState.WAITING:
        return Rest.UNDER_WAY
    decided = GIVEN_BACK in (placing.result or {}) or placing.state == DispatchState.UNKNOWN
    return None if decided else Rest.OPEN


def worth_of_rest(exchange: Exchange, dispatches: Iterable[Dispatch]) -> int:
    """What was paid for the units that were not placed, in minor units; 0 where all of them were."""
    placing = next((each for each in dispatches if each.purpose == Purpose.PLACE), None)
    part = part_of(placing) if placing else None
    left = _units(exchange, part) if part else ()
    return sum(line.credit.total * units // line.units.count for line, units in left)


def send_rest(exchange_id: int, decision: Decision, now: datetime) -> None:
    """Have the platform asked once more for what it refused. Raises CannotDecide."""
    with writing():
        exchange, placing = _locked(exchange_id)
        if rest_of(exchange, [placing]) is Rest.UNDER_WAY:
            return
        _required(exchange, placing)
        noted = settled_by(exchange, decision.person, worth_of_rest(exchange, [placing]))
        for flag in _about_it(exchange):
            withdraw_attention(exchange, flag.words, decision.by, now)
        placing.ask_anew()
        placing.state, placing.due_at, placing.tries = DispatchState.WAITING, now, 0
        placing.finished_at = placing.last_error = placing.first_tried_at = None
        note_decision(exchange, decision, "rest sent", now)
        audit.record(chain_of(exchange), decision.by, "rest sent", {"at": placing.system} | noted, now)


def give_rest_back(exchange_id: int, decision: Decision, now: datetime) -> None:
    """End the rest: the shopper keeps those units, and they can be exchanged anew. Raises CannotDecide."""
    with writing():
        exchange, placing = _locked(exchange_id)
        if GIVEN_BACK in (placing.result or {}):
            return
        part = _required(exchange, placing)
        noted = settled_by(exchange, decision.person, worth_of_rest(exchange, [placing]))
        left = list(_left(exchange, part))
        for each in left:
            _free(each["line"], each["units"])
            _let_stock_go(each["item"], each["units"])
        exchange.given_back = left
        exchange.updated_at = now
        placing.result = {**(placing.result or {}), GIVEN_BACK: True}
        for flag in _about_it(exchange):
            close_flag(exchange, flag, decision.by, now, decision.reason)
        kept = [f"{each['units']} × {each['title']}" for each in left]
        enqueue_mail(exchange, MailKind.PART_KEPT, now, kept=kept)
        note_decision(exchange, decision, "rest given back", now)
        units = sum(each["units"] for each in left)
        audit.record(chain_of(exchange), decision.by, "rest given back", {"units": units} | noted, now)


def _left(exchange: Exchange, part: PlacedPart) -> Iterator[dict[str, Any]]:
    """What was not placed, in the order of the quote: the bought line, its units, and its title."""
    for line, units in _units(exchange, part):
        bought = db.session.get_one(LineItem, line.line_item_id)
        yield {"line": bought.id, "units": units, "title": bought.title, "item": line.item_id}


def _units(exchange: Exchange, part: PlacedPart) -> Iterator[tuple[QuoteLine, int]]:
    """The lines of the quote that were not placed, or not wholly, with how many units of each were not."""
    quote, placed = exchange.quote, iter(part.units)
    for line in quote.lines if quote else ():
        units = line.units.count - (next(placed) if line.price is not None else 0)
        if units:
            yield line, units


def _free(line_id: int, units: int) -> None:
    freed = db.session.connection().execute(
        update(LineItem)
        .where(LineItem.id == line_id, LineItem.committed >= units)
        .values(committed=LineItem.committed - units)
    )
    if freed.rowcount != 1:
        raise RuntimeError(f"line {line_id} has fewer committed units than were taken")


def _let_stock_go(item_id: int, units: int) -> None:
    """What does not go out for these units is not promised to anybody any more."""
    db.session.execute(
        update(Replacement).where(Replacement.item_id == item_id).values(given_back=units),
        execution_options={"synchronize_session": False},
    )


def _about_it(exchange: Exchange) -> list[ExchangeFlag]:
    """Where a person is asked about the part that was placed."""
    return [flag for flag in exchange.open_flags if IN_PART in flag.words]


def _required(exchange: Exchange, placing: Dispatch) -> PlacedPart:
    """The part that was placed. Raises CannotDecide where there is nothing to decide."""
    part = part_of(placing)
    if part is None or exchange.state not in STILL_OPEN:
        raise CannotDecide(f"{exchange.reference} is {exchange.status}, and no rest of it is left.")
    where = rest_of(exchange, [placing])
    if where is Rest.UNDER_WAY:
        raise CannotDecide(f"The rest of {exchange.reference} is being sent; wait until that has ended.")
    if GIVEN_BACK in (placing.result or {}):
        raise CannotDecide(f"The rest of {exchange.reference} was given back.")
    if where is None:
        raise CannotDecide("Nobody knows whether the rest arrived. Look at the shop's system first.")
    return part


def _locked(exchange_id: int) -> tuple[Exchange, Dispatch]:
    """Order and exchange, as every use case locks them, and what placed it. Raises CannotDecide."""
    exchange = locked_exchange(exchange_id)
    placing = placing_of(exchange_id)
    if placing is None:
        raise CannotDecide(f"{exchange.reference} is {exchange.status}: nothing of it was sent.")
    db.session.refresh(placing, with_for_update=True)
    return exchange, placing
