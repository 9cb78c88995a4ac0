"""The audit trail of an exchange, for leads: who did what when, and whether anybody changed it since."""

from __future__ import annotations

from flask import Response, url_for

from app.queries.agents import names_of
from app.queries.console_exchange import audit_of
from app.services.audit import verify
from app.services.moving import chain_of
from app.web.console import blueprint
from app.web.console.exchanges import required
from app.web.rendering import render_page


@blueprint.get("/exchanges/<reference>/audit")
def audit(reference: str) -> Response:
    """Ids, states and amounts only: no person's data stands in the trail."""
    row = required(reference)
    entries = audit_of(chain_of(row))
    return render_page(
        "console/audit.html",
        reference=row.reference,
        back_url=url_for("console.exchange", reference=row.reference),
        entries=entries,
        names=names_of({entry.actor for entry in entries}),
        check=verify(chain_of(row)),
        head=entries[-1].hash if entries else "",
    )
