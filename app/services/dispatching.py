"""Sending claimed messages: get them ready, send each outside any transaction, record what came of it.

Killed between any two of these, a worker loses and doubles nothing: the bytes are stored before they
leave, and after the lease another worker repeats the same ones. Messages for one system of one store are
made ready and recorded together. Picking what is due is `app.services.dispatch_claims`; running many at a
time is the worker command.
"""

from __future__ import annotations

import logging
import random
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import TypeVar

from sqlalchemy.exc import OperationalError

from app.models import store_scope
from app.services.bearer_tokens import Sender, TokenShelf
from app.services.connector_settings import Connections
from app.services.crashpoints import crashpoint
from app.services.dispatch_claims import Claim, claim_due
from app.services.dispatch_results import Result, record_fault, record_results
from app.services.dispatch_steps import Ready, prepare
from app.services.proving import Courier

log = logging.getLogger("evenly.dispatch")
Done = TypeVar("Done")


@dataclass(frozen=True)
class Dispatcher:
    """What a worker works with. `worker` names it in leases and attempts; `draw` rolls the dice.

    Its threads share the tokens that it has fetched.
    """

    connections: Connections
    sender: Sender
    worker: str
    clock: Callable[[], datetime]
    draw: Callable[[], float] = random.random
    tokens: TokenShelf = field(default_factory=TokenShelf)

    @property
    def courier(self) -> Courier:
        return Courier(self.sender, self.worker, self.clock, self.tokens, self.connections.box.sealed)


def make_ready(dispatcher: Dispatcher, claims: Iterable[Claim], *, wait: bool = True) -> dict[Claim, Ready]:
    """Store the bytes that these claims are about; those of which something is to be sent.

    Unless told to `wait`, what somebody else has locked goes back into the queue. Raises OperationalError
    while the database cannot be used: then the leases run out.
    """

    def ready(group: list[Claim]) -> Mapping[Claim, Ready]:
        crashpoint("after-claim")
        return prepare(dispatcher.connections, group, dispatcher.clock(), dispatcher.draw, wait=wait)

    found: dict[Claim, Ready] = {}
    for group in _by_system(claims):
        for part in _together(dispatcher, group, ready):
            found.update(part)
    return found


def send_ready(dispatcher: Dispatcher, claim: Claim, ready: Ready) -> Result:
    """Send once and wait for the answer, without touching the database."""
    crashpoint("before-send")
    *before, tried = dispatcher.courier.send(ready.connector, ready.request, claim.fence)
    crashpoint("after-send")
    return Result(ready, tried, dispatcher.draw(), tuple(before))


def record_sent(
    dispatcher: Dispatcher, results: Mapping[Claim, Result], *, wait: bool = True
) -> frozenset[Claim]:
    """Write down what came of these, and what follows. Raises OperationalError as `make_ready` does.

    Unless told to `wait`, what somebody else has locked is not recorded, and comes back.
    """

    def record(group: list[Claim]) -> frozenset[Claim]:
        mine = {claim: results[claim] for claim in group}
        recorded = record_results(mine, dispatcher.clock(), wait=wait)
        crashpoint("after-record")
        return recorded.locked

    parts = (part for group in _by_system(results) for part in _together(dispatcher, group, record))
    return frozenset().union(*parts)


def give_up(dispatcher: Dispatcher, claim: Claim, problem: BaseException) -> None:
    """What nobody foresaw is logged and shown to a person."""
    log.error("Dispatch %s could not be carried out", claim.dispatch_id, exc_info=problem)
    with store_scope(claim.store_id):
        record_fault(claim, dispatcher.draw(), dispatcher.clock())


def send_claimed(dispatcher: Dispatcher, claim: Claim) -> None:
    """Carry out one claim to its recorded end. Raises OperationalError as `make_ready` does."""
    for ready in make_ready(dispatcher, [claim]).values():
        try:
            result = send_ready(dispatcher, claim, ready)
        except Exception as problem:  # noqa: BLE001 - logged, and shown to a person
            give_up(dispatcher, claim, problem)
        else:
            record_sent(dispatcher, {claim: result})


def send_all_due(dispatcher: Dispatcher) -> int:
    """Send what is due, one after the other, until nothing is; how many tries that took."""
    tries = 0
    while claims := claim_due(dispatcher.worker, 1, dispatcher.clock()):
        for claim in claims:
            send_claimed(dispatcher, claim)
            tries += 1
    return tries


def _by_system(claims: Iterable[Claim]) -> list[list[Claim]]:
    """A transaction is one store's, and counts at one breaker: so nobody waits for two of them."""

    def address(claim: Claim) -> tuple[int, str]:
        return claim.store_id, claim.system

    return [list(group) for _, group in groupby(sorted(claims, key=address), address)]


def _together(dispatcher: Dispatcher, group: list[Claim], act: Callable[[list[Claim]], Done]) -> list[Done]:
    """Do it for all in one transaction; where that fails one by one, so that one fault stays one's own."""
    try:
        with store_scope(group[0].store_id):
            return [act(group)]
    except Exception as problem:
        if len(group) == 1:
            if isinstance(problem, OperationalError):
                raise
            give_up(dispatcher, group[0], problem)
            return []
    return [done for claim in group for done in _together(dispatcher, [claim], act)]
