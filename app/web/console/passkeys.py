"""Passkeys: adding one to the person's own page, taking it away, and signing in with it.

An enhancement: it needs a script (`static/js/passkeys.js`) and a portal with a name and HTTPS. Everything
else works without.
"""

from __future__ import annotations

from flask import Response, abort, current_app, redirect, request, url_for
from sqlalchemy.exc import IntegrityError
from werkzeug.wrappers import Response as AnyResponse

from app.services.agents import passkeys
from app.services.agents.passkeys import MOST, Place, TooMany, place_of
from app.services.agents.signing_in import NotThem
from app.settings import Settings
from app.web.clock import now
from app.web.console import account, blueprint, desk, sign_in, throttling
from app.web.console.forms import PasskeyForm, SignInForm
from app.web.sessions import id_of, new_token

NOT_ADDED = "That passkey could not be added. Try again, or use another device."
FULL = f"You have {MOST} passkeys already. Remove one first."
NOT_TAKEN = "We could not sign you in with that passkey. Use your password and your code."


@blueprint.post("/account/passkeys/ask")
def ask_passkey() -> Response:
    """What the device makes a key for."""
    person = desk.agent()
    if not desk.is_fresh():
        abort(409)
    try:
        return _question(passkeys.ask_to_add(_place(), person.agent_id, person.session_id, now()))
    except (TooMany, IntegrityError):  # asked twice at the same moment
        abort(409)


@blueprint.post("/account/passkeys")
def add_passkey() -> AnyResponse:
    """Keep what the device made."""
    form, person = PasskeyForm(), desk.agent()
    if not desk.is_fresh():
        return account.page(409, form)
    if not form.validate_on_submit():
        return account.page(422, form)
    name, answer = form.passkey_name.data or "", form.answer.data or ""
    try:
        passkeys.add(_place(), person.agent_id, person.session_id, name, answer, now())
    except (NotThem, IntegrityError):
        return account.page(422, form, NOT_ADDED)
    except TooMany:
        return account.page(422, form, FULL)
    return redirect(url_for("console.account"), 303)


@blueprint.post("/account/passkeys/<int:passkey_id>/remove")
def remove_passkey(passkey_id: int) -> AnyResponse:
    """From now on it opens nothing."""
    if passkey_id >= 2**62:
        abort(404)
    passkeys.remove(desk.agent().agent_id, passkey_id, now())
    return redirect(url_for("console.account"), 303)


@blueprint.post("/sign-in/passkey/ask")
def ask_sign_in_passkey() -> Response:
    """What the device signs; the try counts until somebody is signed in."""
    throttling.take_try()
    try:
        return _question(passkeys.ask_to_sign_in(_place(), desk.browser().id, now()))
    except IntegrityError:  # asked twice at the same moment
        abort(409)


@blueprint.post("/sign-in/passkey")
def sign_in_with_passkey() -> AnyResponse:
    """A passkey whose device knows who holds it stands for password and code."""
    token, answer = new_token(), request.form.get("answer", "")
    browser = sign_in.browser_name()
    try:
        passkeys.sign_in(_place(), desk.browser().id, id_of(token), answer, browser, now())
    except NotThem:
        return sign_in.page(SignInForm(formdata=None), 422, NOT_TAKEN)
    throttling.give_back()
    desk.adopt(token)
    return redirect(url_for("console.queue"), 303)


@blueprint.context_processor
def _template_values() -> dict[str, object]:
    return {"passkey_place": place}


def place() -> Place | None:
    """Where this portal's passkeys are good for; None where it can have none."""
    settings: Settings = current_app.extensions["evenly.settings"]
    return place_of(settings.public_url)


def _place() -> Place:
    found = place()
    if found is None:
        abort(404)
    return found


def _question(asked: str) -> Response:
    return Response(asked, mimetype="application/json")
