"""What became of the goods, said by a person: the replacement that went out, the parcel that came back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from flask import request
from werkzeug.wrappers import Response as AnyResponse

from app.services.parcels import mark_in_transit, mark_received, mark_unexpected
from app.services.placed_orders import LONGEST_TRACKING
from app.services.tracking import LONGEST_CARRIER, Outgoing, mark_delivered, mark_shipped
from app.web.clock import now
from app.web.console import blueprint, desk
from app.web.console.doing import done
from app.web.console.exchanges import Typed, page, required
from app.web.console.typed_text import typed_text, wrong_text

LONGEST = 400  # with the sentence around it a flag
MARKS: dict[str, Callable[[int, datetime, str, datetime], None]] = {
    "delivered": mark_delivered,
    "in_transit": mark_in_transit,
    "received": mark_received,
}


@blueprint.post("/exchanges/<reference>/mark")
def mark(reference: str) -> AnyResponse:
    """What the shop sends out has arrived, or what comes back is on its way or there."""
    row, what = required(reference), request.form.get("what", "")
    if what not in MARKS:
        return page(reference, Typed(problem="Say what became of it."), 422)
    return done(row, [], lambda: MARKS[what](row.id, now(), desk.actor(), now()))


@blueprint.post("/exchanges/<reference>/shipped")
def shipped(reference: str) -> AnyResponse:
    """The replacement went out, with the number that its carrier gave it, if any, and who that is."""
    row, number, carrier = required(reference), typed_text("tracking"), typed_text("carrier")
    too_long = [
        *(wrong_text("tracking", number, "", LONGEST_TRACKING) if number else []),
        *(wrong_text("carrier", carrier, "", LONGEST_CARRIER) if carrier else []),
    ]
    parcel = Outgoing(number, carrier=carrier)
    return done(row, too_long, lambda: mark_shipped(row.id, now(), desk.actor(), now(), parcel))


@blueprint.post("/exchanges/<reference>/unexpected")
def unexpected(reference: str) -> AnyResponse:
    """Something else came back than was expected."""
    row, what = required(reference), typed_text("unexpected")
    errors = wrong_text("unexpected", what, "Say what is different.", LONGEST)
    return done(row, errors, lambda: mark_unexpected(row.id, what, now(), desk.actor(), now()))
