"""The person's own page: how and where they are signed in, ending that, and which store they serve."""

from __future__ import annotations

from flask import Response, abort, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from app.queries.agents import own_sign_in, passkeys_of, sessions_of, stores_of
from app.services.agents import signing_in
from app.web.clock import now
from app.web.console import blueprint, desk
from app.web.console.forms import PasskeyForm
from app.web.console.words import browser_words
from app.web.rendering import render_page
from app.web.sessions import id_of, new_token


@blueprint.get("/account")
def account() -> Response:
    """Every place where this person is signed in."""
    return page(200, PasskeyForm())


@blueprint.post("/account/sessions/end")
def end_session() -> AnyResponse:
    """Sign out one other browser. One that is over already is over."""
    person, wanted = desk.agent(), request.form.get("session", "")
    signing_in.end_session(wanted, person.agent_id, now())
    return redirect(url_for("console.account"), 303)


@blueprint.post("/account/sign-out-everywhere")
def sign_out_everywhere() -> AnyResponse:
    """End every session of this person, this one too."""
    signing_in.sign_out_everywhere(desk.agent().agent_id, now())
    desk.browser().forget()
    return redirect(url_for("console.sign_in"), 303)


@blueprint.post("/store")
def serve_store() -> AnyResponse:
    """Look after another store from now on."""
    person, wanted = desk.agent(), request.form.get("store", "")
    chosen = int(wanted) if wanted.isascii() and wanted.isdecimal() and len(wanted) < 18 else 0
    token = new_token()
    if not signing_in.serve_store(person.session_id, id_of(token), person.agent_id, chosen, now()):
        abort(404)
    desk.adopt(token)
    return redirect(url_for("console.queue"), 303)


def page(status: int, form: PasskeyForm, error: str | None = None) -> Response:
    """The whole page, with what was wrong with a passkey."""
    person = desk.agent()
    return render_page(
        "console/account.html",
        status=status,
        form=form,
        errors=[("passkey_name", error)] if error else [],
        own=own_sign_in(person.agent_id),
        passkeys=passkeys_of(person.agent_id),
        may_add=desk.is_fresh(),
        sessions=sessions_of(person.agent_id, now(), signing_in.IDLE),
        browser_words=browser_words,
        this_session=person.session_id,
        serves=stores_of(person.agent_id),
    )
