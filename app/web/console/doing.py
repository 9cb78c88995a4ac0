"""Doing what was asked for at an exchange, or saying in place why it cannot be done."""

from __future__ import annotations

from collections.abc import Callable

from flask import redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from app.models import Exchange
from app.services.agent_decisions import CannotDecide
from app.services.desk_work import Claimed
from app.services.dispatch_recovery import CannotRecover
from app.services.mailing_again import CannotSend
from app.services.tracking import CannotMark
from app.web.console.exchanges import Typed, page

LONGEST = 500


def done(
    row: Exchange, errors: list[tuple[str, str]], act: Callable[[], object], offered: bool = True
) -> AnyResponse:
    """Do it and show the page anew; what is refused leaves everything as it was typed.

    Where its form is not `offered` any more, the act itself says why.
    """
    reference = row.reference or ""
    values = {name: text for name, text in request.form.items() if name != "csrf_token"}
    if errors and offered:
        return page(reference, Typed(tuple(errors), values=values), 422)
    try:
        act()
    except (CannotDecide, CannotMark, CannotRecover, CannotSend) as refused:
        return page(reference, Typed(problem=str(refused), values=values), 409)
    except Claimed as colleague:
        return page(reference, Typed(problem=f"{colleague} is working on this."), 409)
    return redirect(url_for("console.exchange", reference=reference), 303)
