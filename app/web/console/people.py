"""The people of the store, for its admins: who serves it, and a link for whoever cannot sign in."""

from __future__ import annotations

from flask import Response, abort, current_app, request, url_for

from app.queries.agents import colleagues
from app.services.agents.people import UnknownAgent
from app.services.agents.reset_links import NotYours, make_link_for_colleague
from app.settings import Settings
from app.web.clock import now
from app.web.console import blueprint, desk
from app.web.rendering import render_page

OF_OTHERS = (
    "They serve other stores too, so only whoever runs this portal can have their authenticator set up anew."
)


@blueprint.get("/people")
def people() -> Response:
    """Everybody who serves this store."""
    return _page(200)


@blueprint.post("/people/<int:agent_id>/reset")
def make_reset_link(agent_id: int) -> Response:
    """Show a link, this once, to be handed over."""
    authenticator = request.form.get("authenticator") == "yes"
    if agent_id >= 2**62:
        abort(404)
    try:
        token = make_link_for_colleague(agent_id, now(), desk.actor(), authenticator=authenticator)
    except UnknownAgent:
        abort(404)
    except NotYours:
        return _page(409, problem=OF_OTHERS)
    settings: Settings = current_app.extensions["evenly.settings"]
    address = settings.public_url.rstrip("/") + url_for("console.reset", reset_token=token)
    return _page(200, link=address, whose=agent_id)


def _page(status: int, *, problem: str = "", link: str = "", whose: int = 0) -> Response:
    rows = colleagues()
    return render_page(
        "console/people.html",
        status=status,
        problem=problem,
        rows=rows,
        link=link,
        name=next((row.name for row, _ in rows if row.id == whose), ""),
    )
