"""What an agent does where a platform placed only a part of an exchange: send the rest, or give it back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial

from werkzeug.wrappers import Response as AnyResponse

from app.queries.console_exchange import dispatches_of
from app.services import rest_of_exchange
from app.services.agent_decisions import Decision
from app.services.rest_of_exchange import rest_of
from app.web.clock import now
from app.web.console import blueprint, desk
from app.web.console.doing import LONGEST, done
from app.web.console.exchanges import required
from app.web.console.typed_text import typed_text, wrong_text

Act = Callable[[int, Decision, datetime], None]


@blueprint.post("/exchanges/<reference>/rest/send")
def send_rest(reference: str) -> AnyResponse:
    """What was refused goes to the shop's system once more."""
    return _decided(reference, "send-rest-reason", "Say what has changed since.", rest_of_exchange.send_rest)


@blueprint.post("/exchanges/<reference>/rest/give-back")
def keep_rest(reference: str) -> AnyResponse:
    """The shopper keeps what was not placed."""
    asked = "Say why, for your colleagues."
    return _decided(reference, "keep-rest-reason", asked, rest_of_exchange.give_rest_back)


def _decided(reference: str, name: str, asked: str, act: Act) -> AnyResponse:
    row, reason = required(reference), typed_text(name)
    errors = wrong_text(name, reason, asked, LONGEST)
    decision = Decision(desk.actor(), reason, person=desk.person())
    offered = rest_of(row, dispatches_of(row.id)) is not None
    return done(row, errors, partial(act, row.id, decision, now()), offered)
