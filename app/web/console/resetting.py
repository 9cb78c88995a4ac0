"""Choosing another password with a link. Open to whoever has one, as they cannot sign in.

Opening the link changes nothing: programs that look into mails open every link in them.
"""

from __future__ import annotations

from flask import Response, request

from app.services.agents import reset_links
from app.services.agents.reset_links import LinkOver
from app.services.agents.secrets_of_agents import WeakPassword
from app.web.clock import now
from app.web.console import blueprint
from app.web.console.forms import NewPasswordForm
from app.web.rendering import render_page


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


def _ask(form: NewPasswordForm, status: int, error: str | None = None) -> Response:
    errors = [("password", error)] if error else []
    return render_page("console/reset.html", status=status, form=form, errors=errors, post_url=request.path)


def _over() -> Response:
    return render_page("console/reset_over.html", status=404)
