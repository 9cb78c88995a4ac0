"""Another password: asking for a link by mail, and choosing one with it. Open to all, as they cannot sign in.

Asking is answered alike for every address. Opening the link changes nothing: programs that look into mails
open every link in them.
"""

from __future__ import annotations

from flask import Response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from app.services.agents import reset_links
from app.services.agents.forgotten import ask_for_link as ask_for_mail
from app.services.agents.reset_links import LinkOver
from app.services.agents.secrets_of_agents import WeakPassword
from app.services.mailing import mail_is_on
from app.web.clock import now
from app.web.console import blueprint, throttling
from app.web.console.forms import ForgottenForm, NewPasswordForm
from app.web.rendering import render_page


@blueprint.get("/sign-in/forgotten")
def forgotten() -> Response:
    """Where to send a link to; where no mail is sent at all, whom to ask."""
    return _ask_where(ForgottenForm(), 200)


@blueprint.post("/sign-in/forgotten")
def ask_for_link() -> AnyResponse:
    """Have a link sent, if there is anybody to send it to: not found out here."""
    form = ForgottenForm()
    if not form.validate_on_submit() or not mail_is_on():
        return _ask_where(form, 422)
    throttling.take_try()
    ask_for_mail(form.email.data or "", now())
    return redirect(url_for("console.link_asked"), 303)


@blueprint.get("/sign-in/forgotten/sent")
def link_asked() -> Response:
    """What happens next; the address is not repeated, so that the page is the same for all."""
    return render_page("console/link_asked.html")


@blueprint.get("/reset/<reset_token>")
def reset(reset_token: str) -> Response:
    """Ask for the password."""
    return _ask(NewPasswordForm(), 200) if reset_links.is_open(reset_token, now()) else _over()


@blueprint.post("/reset/<reset_token>")
def choose_password(reset_token: str) -> Response:
    """Take it, once."""
    if not reset_links.is_open(reset_token, now()):
        return _over()
    form = NewPasswordForm()
    if not form.validate_on_submit():
        return _ask(form, 422)
    try:
        reset_links.choose_password(reset_token, form.password.data or "", now())
    except WeakPassword as weak:
        return _ask(form, 422, str(weak))
    except LinkOver:
        return _over()
    return render_page("console/reset_done.html")


def _ask_where(form: ForgottenForm, status: int) -> Response:
    sends = mail_is_on()
    return render_page("console/forgotten.html", status=status, form=form, errors=[], sends=sends)


def _ask(form: NewPasswordForm, status: int, error: str | None = None) -> Response:
    errors = [("password", error)] if error else []
    return render_page("console/reset.html", status=status, form=form, errors=errors, post_url=request.path)


def _over() -> Response:
    return render_page("console/reset_over.html", status=404)
