"""Sending one claimed message: get it ready, send it outside any transaction, record what came of it.

Killed between any two of these, a worker loses and doubles nothing: the bytes are stored before they
leave, and after the lease another worker repeats the same ones. Picking what is due is
`app.services.dispatch_claims`; running many at a time is the worker command.
"""

from __future__ import annotations

import logging
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.exc import OperationalError

from app.models import store_scope
from app.services.bearer_tokens import Sender, TokenShelf
from app.services.connector_settings import Connections
from app.services.crashpoints import crashpoint
from app.services.dispatch_claims import Claim, claim_due
from app.services.dispatch_results import Result, record_fault, record_result
from app.services.dispatch_steps import prepare
from app.services.proving import Courier

log = logging.getLogger("evenly.dispatch")


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
        return Courier(self.sender, self.worker, self.clock, self.tokens)


def send_claimed(dispatcher: Dispatcher, claim: Claim) -> None:
    """Carry out one claim to its recorded end. What nobody foresaw is logged and shown to a person.

    Raises OperationalError while the database cannot be used: then the lease runs out.
    """
    with store_scope(claim.store_id):
        try:
            _carry_out(dispatcher, claim)
        except OperationalError:
            raise
        except Exception:
            log.exception("Dispatch %s could not be carried out", claim.dispatch_id)
            record_fault(claim, dispatcher.draw(), dispatcher.clock())


def _carry_out(dispatcher: Dispatcher, claim: Claim) -> None:
    crashpoint("after-claim")
    ready = prepare(dispatcher.connections, claim, dispatcher.clock(), dispatcher.draw())
    if ready is None:
        return
    crashpoint("before-send")
    *before, tried = dispatcher.courier.send(ready.connector, ready.request, claim.fence)
    crashpoint("after-send")
    record_result(claim, Result(ready, tried, dispatcher.draw(), tuple(before)), dispatcher.clock())
    crashpoint("after-record")


def send_all_due(dispatcher: Dispatcher) -> int:
    """Send what is due, one after the other, until nothing is; how many tries that took."""
    tries = 0
    while claims := claim_due(dispatcher.worker, 1, dispatcher.clock()):
        for claim in claims:
            send_claimed(dispatcher, claim)
            tries += 1
    return tries
