"""Find anything: one field, results masked until they are opened, so that looking for one shows no other.

What is typed names people, so it travels in a form and goes on encrypted: addresses end up in logs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from flask import g, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from app.domain.return_window import local_day
from app.domain.search_words import asked
from app.models import Exchange, Order
from app.queries.search import exchanges_of, found_orders
from app.services.desk_work import note_search
from app.services.secret_box import WrongKey
from app.web.clock import now
from app.web.console import blueprint, desk
from app.web.console.words import masked, masked_address, states_of
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


@blueprint.post("/search")
def find() -> AnyResponse:
    """Go to the page with what is found, whose address says nothing of whom was looked for."""
    return _to_results(request.form.get("q", ""))


@blueprint.get("/search")
def search() -> AnyResponse:
    """What fits, the newest first, noted in the audit trail; nothing is looked for while too little is typed.

    An address with the words themselves, as somebody typed or kept it, leads on to one without.
    """
    if "q" in request.args:
        return _to_results(request.args["q"])
    typed = _opened(request.args.get("s", ""))
    wanted = asked(typed)
    found = found_orders(wanted)
    orders = found.orders
    if wanted.words or wanted.whole:
        code = desk.box().seal(f"search {typed}")
        note_search(desk.agent().agent_id, code, [row.id for row in orders], now())
    exchanges = exchanges_of([order.id for order in orders])
    states = states_of(row for rows in exchanges.values() for row in rows)
    return render_page(
        "console/search.html",
        typed=typed,
        too_short=bool(typed) and not (wanted.words or wanted.whole),
        results=[_result(order, exchanges.get(order.id, []), states) for order in orders],
        cut=found.cut,
    )


def _to_results(text: str) -> AnyResponse:
    typed = text.replace("\0", "")[:LONGEST].strip()
    ours = desk.box().encrypt(f"{desk.agent().agent_id} {typed}")
    return redirect(url_for("console.search", s=ours if typed else None), 303)


def _opened(token: str) -> str:
    """What this very person typed; empty where an address is not of theirs."""
    try:
        whose, _, typed = desk.box().decrypt(token).partition(" ")
    except WrongKey:
        return ""
    return typed if whose == str(desk.agent().agent_id) else ""


def _result(order: Order, exchanges: list[Exchange], states: Mapping[int, str]) -> Result:
    return Result(
        id=order.id,
        number=order.number,
        url=url_for("console.order", order_id=order.id),
        placed_on=local_day(order.placed_at, g.store.time_zone),
        name=masked(f"{order.first_name} {order.last_name}"),
        email=masked_address(order.email),
        exchanges=tuple(
            (row.reference or "", url_for("console.exchange", reference=row.reference), states[row.id])
            for row in exchanges
        ),
    )
