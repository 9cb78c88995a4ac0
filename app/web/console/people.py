"""The people of the store, for its admins: where they are signed in, and links for another password."""

from __future__ import annotations

from flask import Response, abort, current_app, g, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from app.queries.agents import colleagues, sessions_at_store
from app.services.agents import signing_in
from app.services.agents.people import UnknownAgent
from app.services.agents.reset_links import NotYours, make_link_for_colleague
from app.settings import Settings
from app.web.clock import now
from app.web.console import blueprint, desk
from app.web.console.words import browser_words
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


@blueprint.post("/people/sessions/end")
def end_session_of_colleague() -> AnyResponse:
    """Sign out one browser that looks after this store. One that is over already is over."""
    wanted = request.form.get("session", "")
    signing_in.end_session_at(g.store.id, wanted, desk.agent().agent_id, now())
    return redirect(url_for("console.people"), 303)


def _page(status: int, *, problem: str = "", link: str = "", whose: int = 0) -> Response:
    rows = colleagues()
    return render_page(
        "console/people.html",
        status=status,
        problem=problem,
        rows=rows,
        sessions=sessions_at_store(g.store.id, now(), signing_in.IDLE),
        browser_words=browser_words,
        link=link,
        name=next((row.name for row, _ in rows if row.id == whose), ""),
    )
