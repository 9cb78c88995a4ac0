"""Error pages: what happened, whether the answers were saved, a way on. Never a stack, never a path.

htmx puts whatever comes back into the page, so a request for a part gets the same words as a
fragment that makes sense in place; a program gets `app.web.problems`. A database that is busy or gone is
503 and says when to try again.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from flask import Flask, Response, current_app, make_response, render_template, request
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException, InternalServerError

from app.web.problems import is_for_a_program, problem_answer
from app.web.rendering import wants_partial
from app.web.sessions import InsecureChannel

PAGES = frozenset({400, 403, 404, 405, 409, 413, 429, 500, 503})
KEPT_HEADERS = ("Allow", "Retry-After")
BUSY_SECONDS = 10
PLAIN = "<!DOCTYPE html><html lang=en><title>Error</title><h1>Something went wrong</h1><p>Try again.</p>"


def register(app: Flask) -> None:
    """Answer every error with a page of ours."""
    app.log_exception = partial(_log, app)  # type: ignore[method-assign]
    app.register_error_handler(HTTPException, _refused)
    for trouble in (OperationalError, InterfaceError, PoolTimeout):
        app.register_error_handler(trouble, _database_away)


def _log(app: Flask, exc_info: Any) -> None:
    """The route instead of Flask's path, which may hold a signed link."""
    app.logger.error("Exception on %s [%s]", request.url_rule, request.method, exc_info=exc_info)


def page_for(status: int) -> str:
    """The template of a status; one without a page of its own is shown as its family's plainest."""
    if status in PAGES:
        return f"errors/{status}.html"
    return "errors/400.html" if status < 500 else "errors/500.html"


def problem(status: int, template: str | None = None) -> Response:
    """The page or fragment of a status."""
    part = wants_partial()
    try:
        answer = make_response(render_template(template or page_for(status), partial=part), status)
    except Exception:  # the error page itself is broken, and something must be said
        current_app.logger.exception("the page for status %s could not be drawn", status)
        answer = make_response(PLAIN, status)
    answer.vary.update(["HX-Request", "HX-Request-Type"])
    return answer


def _refused(error: HTTPException) -> Response | HTTPException:
    code = error.code or 500
    if error.response is not None or code < 400:
        return error  # a redirect of the router, or an answer that somebody has written in full
    if is_for_a_program(request):
        answer = problem_answer(code, error)
    else:
        answer = problem(code, "errors/insecure.html" if isinstance(error, InsecureChannel) else None)
    if not isinstance(error, InternalServerError):
        for name, value in error.get_headers():
            if name in KEPT_HEADERS:
                answer.headers[name] = value
    return answer


def _database_away(error: Exception) -> Response:
    current_app.logger.error("the database does not answer: %s", getattr(error, "orig", None) or error)
    answer = problem_answer(503) if is_for_a_program(request) else problem(503)
    answer.headers["Retry-After"] = str(BUSY_SECONDS)
    return answer
