"""`POST /hooks/v1/<store>/decisions/<system>`: a person at a screening system has decided on an exchange.

The system carries a token that was agreed on. Anything that it need not repeat is answered with 200 and what
became of it; a decision that comes before the system's own answer was taken is 409, to come again.
"""

from __future__ import annotations

from flask import current_app, request
from flask.typing import ResponseReturnValue

from app.models import store_scope
from app.queries.stores import store_with
from app.services.connector_settings import Connections
from app.services.late_decisions import (
    NotADecision,
    NotBelieved,
    NotScreened,
    StillScreening,
    UnknownCaller,
    take_decision,
)
from app.web.api.gate import raw_body, require_call_of_source
from app.web.clock import now
from app.web.hooks import blueprint as hooks
from app.web.problems import SENTENCES, Problem

__all__ = ["hooks"]


@hooks.post("/<slug>/decisions/<system>")
def take_late_decision(slug: str, system: str) -> ResponseReturnValue:
    """Carry it out once."""
    require_call_of_source()
    store = store_with(slug) if "\0" not in request.path else None
    body, given = raw_body(), request.headers.get("Authorization")
    connections: Connections = current_app.extensions["evenly.connections"]
    if store is None:
        raise Problem(404, SENTENCES[404])
    try:
        with store_scope(store.id):
            return {"outcome": take_decision(connections.box, system, body, given, now())}
    except UnknownCaller:
        raise Problem(404, SENTENCES[404]) from None
    except NotBelieved:
        raise Problem(401, "This call does not carry the token that was agreed on.") from None
    except NotADecision as refused:
        raise Problem(422, f"This is no decision: {refused}.") from None
    except NotScreened:
        raise Problem(404, "There is no such exchange to decide on.") from None
    except StillScreening:
        raise Problem(409, "This exchange is still being screened. Send the decision again later.") from None
