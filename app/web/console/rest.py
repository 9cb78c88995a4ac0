"""What an agent does where a platform placed only a part of an exchange: send the rest, or give it back."""

from __future__ import annotations

from functools import partial

from werkzeug.wrappers import Response as AnyResponse

from app.queries.console_exchange import dispatches_of
from app.services.agent_decisions import Decision
from app.services.rest_of_exchange import give_rest_back, rest_of
from app.services.rest_of_exchange import send_rest as send
from app.web.clock import now
from app.web.console import blueprint, desk
from app.web.console.doing import LONGEST, done
from app.web.console.exchanges import required
from app.web.console.typed_text import typed_text, wrong_text


@blueprint.post("/exchanges/<reference>/rest/send")
def send_rest(reference: str) -> AnyResponse:
    """What was refused goes to the shop's system once more."""
    row, reason = required(reference), typed_text("send-rest-reason")
    errors = wrong_text("send-rest-reason", reason, "Say what has changed since.", LONGEST)
    decision = Decision(desk.actor(), reason)
    offered = rest_of(row, dispatches_of(row.id)) is not None
    return done(row, errors, partial(send, row.id, decision, now()), offered)


@blueprint.post("/exchanges/<reference>/rest/give-back")
def keep_rest(reference: str) -> AnyResponse:
    """The shopper keeps what was not placed."""
    row, reason = required(reference), typed_text("keep-rest-reason")
    errors = wrong_text("keep-rest-reason", reason, "Say why, for your colleagues.", LONGEST)
    decision = Decision(desk.actor(), reason)
    offered = rest_of(row, dispatches_of(row.id)) is not None
    return done(row, errors, partial(give_rest_back, row.id, decision, now()), offered)
