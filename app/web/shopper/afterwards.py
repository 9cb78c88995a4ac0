"""What the status page offers besides telling: a way back, a new start, and the exchanges around this one."""

from __future__ import annotations

from app.domain.exchange_status import ENDED_WITHOUT_PLACING
from app.models import Exchange
from app.queries.chains import neighbours_of
from app.services.cancelling import cancellable
from app.web.acting import is_acting, screen
from app.web.clock import now
from app.web.shopper.pages import ChainLink, Undo


def way_back(exchange: Exchange) -> Undo | None:
    """How to cancel, as long as that is possible."""
    if not cancellable(exchange, now()):
        return None
    until = None if exchange.waits_for_a_person else exchange.release_at
    return Undo(screen("undo", public_id=exchange.public_id), until)


def new_start(exchange: Exchange) -> str | None:
    """Where to choose anew, once this exchange is over and has given its order up.

    An agent begins anew from the order's page at the console.
    """
    if is_acting() or exchange.state not in ENDED_WITHOUT_PLACING or exchange.occupies_order:
        return None
    return screen("choose_again", public_id=exchange.public_id)


def chain_links(exchange: Exchange) -> tuple[ChainLink, ...]:
    """The exchanges before and after this one; each asks for itself who may see it."""
    around = neighbours_of(exchange)
    told = (("This replaces", around.before), ("Exchanged again as", around.after))
    return tuple(
        ChainLink(words, other.reference or "", screen("status", public_id=other.public_id))
        for words, other in told
        if other is not None
    )
