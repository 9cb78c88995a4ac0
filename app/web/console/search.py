"""Find anything: one field, results masked until they are opened, so that looking for one shows no other."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask import Response, g, request, url_for

from app.domain.return_window import local_day
from app.domain.search_words import asked
from app.models import Exchange, Order
from app.queries.search import MOST, exchanges_of, found_orders
from app.web.console import blueprint
from app.web.console.words import STATES, masked, masked_address
from app.web.rendering import render_page

LONGEST = 200


@dataclass(frozen=True)
class Result:
    """One order that was found, with its exchanges (reference, address, state)."""

    id: int
    number: str
    url: str
    placed_on: date
    name: str
    email: str
    exchanges: tuple[tuple[str, str, str], ...]


@blueprint.get("/search")
def search() -> Response:
    """What fits, the newest first; nothing is looked for while too little is typed."""
    typed = request.args.get("q", "").replace("\0", "")[:LONGEST].strip()
    wanted = asked(typed)
    orders = found_orders(wanted)
    exchanges = exchanges_of([order.id for order in orders])
    return render_page(
        "console/search.html",
        typed=typed,
        too_short=bool(typed) and not (wanted.words or wanted.whole),
        results=[_result(order, exchanges.get(order.id, [])) for order in orders],
        most=MOST,
    )


def _result(order: Order, exchanges: list[Exchange]) -> Result:
    return Result(
        id=order.id,
        number=order.number,
        url=url_for("console.order", order_id=order.id),
        placed_on=local_day(order.placed_at, g.store.time_zone),
        name=masked(f"{order.first_name} {order.last_name}"),
        email=masked_address(order.email),
        exchanges=tuple(
            (row.reference or "", url_for("console.exchange", reference=row.reference), STATES[row.state])
            for row in exchanges
        ),
    )
