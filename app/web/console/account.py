"""The person's own page: where they are signed in, signing out everywhere, and which store they serve."""

from __future__ import annotations

from flask import Response, abort, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from app.queries.agents import sessions_of, stores_of
from app.services.agents import signing_in
from app.web.clock import now
from app.web.console import blueprint, desk
from app.web.rendering import render_page


@blueprint.get("/account")
def account() -> Response:
    """Every place where this person is signed in."""
    person = desk.agent()
    return render_page(
        "console/account.html",
        sessions=sessions_of(person.agent_id, now()),
        this_session=person.session_id,
        serves=stores_of(person.agent_id),
    )


@blueprint.post("/account/sign-out-everywhere")
def sign_out_everywhere() -> AnyResponse:
    """End every session of this person, this one too."""
    signing_in.sign_out_everywhere(desk.agent().agent_id)
    desk.browser().forget()
    return redirect(url_for("console.sign_in"), 303)


@blueprint.post("/store")
def serve_store() -> AnyResponse:
    """Look after another store from now on."""
    person, wanted = desk.agent(), request.form.get("store", "")
    chosen = int(wanted) if wanted.isascii() and wanted.isdecimal() and len(wanted) < 18 else 0
    if not signing_in.serve_store(person.session_id, person.agent_id, chosen):
        abort(404)
    return redirect(url_for("console.queue"), 303)
