"""The audit trail of an exchange or an order, for leads: who did what, and whether it was changed."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Response, url_for

from app.domain.exchange_status import Status
from app.domain.exchange_trail import NotATrail, states_told
from app.models import AuditEntry
from app.queries.agents import names_of
from app.queries.console_exchange import audit_of
from app.services.audit import verify
from app.services.audit_seals import verify_seals_over
from app.services.desk_work import order_chain
from app.services.moving import chain_of
from app.web.console import blueprint, desk
from app.web.console.exchanges import required
from app.web.console.orders import required_order
from app.web.rendering import render_page


@blueprint.get("/exchanges/<reference>/audit")
def audit(reference: str) -> Response:
    """Ids, states and amounts only: no person's data stands in the trail."""
    row = required(reference)
    entries = audit_of(chain_of(row))
    return render_page(
        "console/audit.html",
        name=row.reference,
        back_url=url_for("console.exchange", reference=row.reference),
        entries=entries,
        names=names_of({entry.actor for entry in entries}),
        check=verify(chain_of(row)),
        seals=verify_seals_over(chain_of(row), desk.box()),
        told=_told(entries),
        stands=row.state,
        head=entries[-1].hash if entries else "",
    )


@blueprint.get("/orders/<int:order_id>/audit")
def audit_of_order(order_id: int) -> Response:
    """Who looked at this order, and at the people in it."""
    row, chain = required_order(order_id), order_chain(order_id)
    entries = audit_of(chain)
    return render_page(
        "console/audit.html",
        name=f"order {row.number}",
        back_url=url_for("console.order", order_id=row.id),
        entries=entries,
        names=names_of({entry.actor for entry in entries}),
        check=verify(chain),
        seals=verify_seals_over(chain, desk.box()),
        told=None,
        stands=None,
        head=entries[-1].hash if entries else "",
    )


def _told(entries: Iterable[AuditEntry]) -> Status | None:
    """The state that the trail leads to; None where it leads nowhere."""
    try:
        return states_told((entry.act, entry.details) for entry in entries)[-1]
    except NotATrail:
        return None
