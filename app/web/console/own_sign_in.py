"""How somebody signs in, changed by themselves: password, recovery codes, authenticator.

Each page asks for the password, under the same count of tries as signing in, and goes on under a new session
id. Opening a page changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from flask import Response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from app.services.agents import own_sign_in
from app.services.agents.own_sign_in import NothingBegun
from app.services.agents.secrets_of_agents import WeakPassword
from app.services.agents.signing_in import NotThem
from app.web.clock import now
from app.web.console import blueprint, desk, throttling
from app.web.console.forms import ChangePasswordForm, CodeForm, ProofForm
from app.web.console.sign_in import WRONG_CODE, page_to_scan
from app.web.rendering import render_page
from app.web.sessions import id_of, new_token

NOT_YOURS = "That is not your password."
Answer = TypeVar("Answer")


@blueprint.get("/account/password")
def password() -> Response:
    """Ask for the password of now and another one."""
    return _ask_password(ChangePasswordForm(), 200)


@blueprint.post("/account/password")
def change_password() -> Response:
    """Take it; who is signed in elsewhere under this name is signed out."""
    form, person, token = ChangePasswordForm(), desk.agent(), new_token()
    if not form.validate_on_submit():
        return _ask_password(form, 422)
    old, new = form.own_password.data or "", form.password.data or ""
    try:
        _counted(
            lambda: own_sign_in.change_password(
                person.agent_id, person.session_id, id_of(token), old, new, now()
            )
        )
    except NotThem:
        return _ask_password(form, 422, ("own_password", NOT_YOURS))
    except WeakPassword as weak:
        return _ask_password(form, 422, ("password", str(weak)))
    desk.adopt(token)
    return _changed("Your password is changed", "The new one is asked for from now on.")


@blueprint.get("/account/recovery-codes")
def recovery_codes() -> Response:
    """Say what it does, and ask for the password."""
    return _ask_proof("codes", ProofForm(), 200)


@blueprint.post("/account/recovery-codes")
def make_recovery_codes() -> Response:
    """Show new ones, this once."""
    form, person, token = ProofForm(), desk.agent(), new_token()
    if not form.validate_on_submit():
        return _ask_proof("codes", form, 422)
    typed = form.own_password.data or ""
    try:
        codes = _counted(
            lambda: own_sign_in.make_recovery_codes(
                person.agent_id, person.session_id, id_of(token), typed, now()
            )
        )
    except NotThem:
        return _ask_proof("codes", form, 422, NOT_YOURS)
    desk.adopt(token)
    on_url = url_for("console.account")
    return render_page("console/recovery_codes.html", codes=codes, on_url=on_url, replaced=True)


@blueprint.get("/account/authenticator")
def authenticator() -> Response:
    """Say what it does, and ask for the password."""
    return _ask_proof("authenticator", ProofForm(), 200)


@blueprint.post("/account/authenticator")
def begin_authenticator() -> AnyResponse:
    """A right password leads to the QR code; the authenticator of now goes on working."""
    form, person = ProofForm(), desk.agent()
    if not form.validate_on_submit():
        return _ask_proof("authenticator", form, 422)
    typed = form.own_password.data or ""
    try:
        _counted(
            lambda: own_sign_in.begin_authenticator(
                desk.box(), person.agent_id, person.session_id, typed, now()
            )
        )
    except NotThem:
        return _ask_proof("authenticator", form, 422, NOT_YOURS)
    return redirect(url_for("console.scan_authenticator"), 303)


@blueprint.get("/account/authenticator/new")
def scan_authenticator() -> AnyResponse:
    """The QR code, in the browser that gave the password and for ten minutes."""
    return _ask_first_code(CodeForm(), 200)


@blueprint.post("/account/authenticator/new")
def replace_authenticator() -> AnyResponse:
    """The new one's first code proves that it works; then the old one is of no use."""
    form, person, token = CodeForm(), desk.agent(), new_token()
    if not form.validate_on_submit():
        return _ask_first_code(form, 422)
    typed = form.code.data or ""
    try:
        _counted(
            lambda: own_sign_in.replace_authenticator(
                desk.box(), person.agent_id, person.session_id, id_of(token), typed, now()
            )
        )
    except NotThem:
        return _ask_first_code(form, 422, WRONG_CODE)
    except NothingBegun:
        return redirect(url_for("console.authenticator"), 303)
    desk.adopt(token)
    return _changed("Your authenticator is replaced", "Its codes are asked for from now on.")


def _counted(act: Callable[[], Answer]) -> Answer:
    """Do what a password or a code is proof for: a wrong one stays counted as a try."""
    email = desk.agent().email
    throttling.take_try(email)
    try:
        answer = act()
    except (WeakPassword, NothingBegun):
        throttling.give_back(email)
        raise
    throttling.give_back(email)
    return answer


def _ask_password(form: ChangePasswordForm, status: int, error: tuple[str, str] | None = None) -> Response:
    errors = [error] if error else []
    return render_page(
        "console/password.html", status=status, form=form, errors=errors, post_url=request.path
    )


def _ask_proof(what: str, form: ProofForm, status: int, error: str | None = None) -> Response:
    errors = [("own_password", error)] if error else []
    return render_page(
        "console/proof.html", status=status, form=form, errors=errors, post_url=request.path, what=what
    )


def _ask_first_code(form: CodeForm, status: int, error: str | None = None) -> AnyResponse:
    try:
        secret = own_sign_in.begun_authenticator(desk.box(), desk.agent().session_id, now())
    except NothingBegun:
        return redirect(url_for("console.authenticator"), 303)
    return page_to_scan(secret, form, status, error, replaces=True)


def _changed(title: str, words: str) -> Response:
    return render_page("console/sign_in_changed.html", title=title, words=words)
