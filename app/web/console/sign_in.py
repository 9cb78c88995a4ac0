"""Signing in: password, then the code of an authenticator; the first time that is set up. And signing out.

One answer for every failure. Each step that succeeds goes on under a new session id.
"""

from __future__ import annotations

import segno
from flask import Response, abort, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from app.queries.agents import signed_in, totp_secret_of
from app.services.agents import signing_in
from app.services.agents.secrets_of_agents import totp_address
from app.services.agents.signing_in import IDLE, NotThem
from app.web.clock import now
from app.web.console import blueprint, desk, throttling
from app.web.console.forms import CodeForm, SignInForm
from app.web.rendering import render_page
from app.web.sessions import id_of, new_token

WRONG = "We could not sign you in with those details. Check the email and the password."
WRONG_CODE = "That code is not right, or it was used already. Wait for the next one and try again."


@blueprint.get("/sign-in")
def sign_in() -> Response:
    """The empty form."""
    return page(SignInForm(), 200)


@blueprint.post("/sign-in")
def check_password() -> AnyResponse:
    """A right password leads to the question for the code."""
    form = SignInForm()
    if not form.validate_on_submit():
        return page(form, 422)
    email, token = form.email.data or "", new_token()
    throttling.take_try(email)
    try:
        signing_in.check_password(desk.box(), email, form.password.data or "", id_of(token), now())
    except NotThem:
        return page(form, 422, WRONG)
    throttling.give_back(email)
    desk.adopt(token)
    found = signed_in(id_of(token), now(), IDLE)
    known = found is not None and found.has_totp
    return redirect(url_for("console.code" if known else "console.set_up"), 303)


@blueprint.get("/sign-in/code")
def code() -> AnyResponse:
    """Ask for the code."""
    return _ask_code(CodeForm(), 200)


@blueprint.post("/sign-in/code")
def check_code() -> AnyResponse:
    """The code of the authenticator, or one of the recovery codes."""
    form = CodeForm()
    if not form.validate_on_submit():
        return _ask_code(form, 422)
    token = new_token()
    throttling.take_try(desk.agent().email)
    try:
        signing_in.check_code(
            desk.box(), desk.browser().id, id_of(token), form.code.data or "", browser_name(), now()
        )
    except NotThem:
        return _ask_code(form, 422, WRONG_CODE)
    throttling.give_back(desk.agent().email)
    desk.adopt(token)
    return redirect(url_for("console.queue"), 303)


@blueprint.get("/sign-in/set-up")
def set_up() -> AnyResponse:
    """The QR code for an authenticator app; only where none is set up yet."""
    return _ask_first_code(CodeForm(), 200)


@blueprint.post("/sign-in/set-up")
def finish_set_up() -> AnyResponse:
    """The first code proves that it works; then the recovery codes are shown, once."""
    form = CodeForm()
    if not form.validate_on_submit():
        return _ask_first_code(form, 422)
    token = new_token()
    throttling.take_try(desk.agent().email)
    try:
        codes = signing_in.set_up(
            desk.box(), desk.browser().id, id_of(token), form.code.data or "", browser_name(), now()
        )
    except NotThem:
        return _ask_first_code(form, 422, WRONG_CODE)
    throttling.give_back(desk.agent().email)
    desk.adopt(token)
    return render_page("console/recovery_codes.html", codes=codes, on_url=url_for("console.queue"))


@blueprint.post("/sign-out")
def sign_out() -> AnyResponse:
    """End this session; a copy of its cookie opens nothing either."""
    signing_in.sign_out(desk.browser().id, now())
    desk.browser().forget()
    return redirect(url_for("console.sign_in"), 303)


def page(form: SignInForm, status: int, error: str | None = None) -> Response:
    """The first question again, with what was wrong."""
    errors = [("email", error)] if error else []
    return render_page(
        "console/sign_in.html", status=status, form=form, errors=errors, post_url=url_for("console.sign_in")
    )


def _ask_code(form: CodeForm, status: int, error: str | None = None) -> AnyResponse:
    if desk.agent().passed:
        return redirect(url_for("console.queue"), 303)
    if not desk.agent().has_totp:
        return redirect(url_for("console.set_up"), 303)
    errors = [("code", error)] if error else []
    return render_page("console/code.html", status=status, form=form, errors=errors, post_url=request.path)


def _ask_first_code(form: CodeForm, status: int, error: str | None = None) -> AnyResponse:
    person = desk.agent()
    if person.passed or person.has_totp:
        return redirect(url_for("console.code"), 303)
    stored = totp_secret_of(person.agent_id)
    if stored is None:
        abort(404)
    return page_to_scan(desk.box().decrypt(stored), form, status, error)


def page_to_scan(
    secret: str, form: CodeForm, status: int, error: str | None, *, replaces: bool = False
) -> Response:
    """The QR code of this secret, and the question for the first code."""
    drawing = segno.make(totp_address(secret, desk.agent().email), micro=False)
    return render_page(
        "console/set_up.html",
        status=status,
        form=form,
        errors=[("code", error)] if error else [],
        post_url=request.path,
        qr_svg=drawing.svg_inline(scale=4, border=2, omitsize=True),
        key=" ".join(secret[place : place + 4] for place in range(0, len(secret), 4)),
        replaces=replaces,
    )


def browser_name() -> str:
    """What the browser calls itself."""
    return request.headers.get("User-Agent", "")
