"""Errors for programs: `application/problem+json` as RFC 9457 has it, in place of error pages.

What a field does wrong stands in `errors`, each with a JSON Pointer (RFC 6901) into the body, in the
way of the RFC's own example.
"""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from flask import Request, Response, json
from werkzeug.exceptions import HTTPException

MIME_TYPE = "application/problem+json"
PLACES = ("/api/", "/hooks/")

SENTENCES = {
    400: "This request could not be read.",
    403: "This is not allowed here.",
    404: "There is nothing at this address.",
    405: "This address does not take this method.",
    413: "The body is larger than this address takes.",
    415: "Send the body as application/json.",
    429: "Too many calls. Wait as long as Retry-After says.",
    500: "Something went wrong on our side. Nothing is known of the outcome: repeat the call.",
    503: "The service is busy. Try again after the time in Retry-After.",
}


class FieldProblem(dict[str, str]):
    """One fault of the body: `pointer` and `detail`."""

    def __init__(self, path: Sequence[str | int], detail: str) -> None:
        parts = (str(part).replace("~", "~0").replace("/", "~1") for part in path)
        super().__init__(pointer="".join(f"/{part}" for part in parts), detail=detail)


class Problem(HTTPException):
    """A refusal in plain words, with the fields at fault where there are any."""

    def __init__(
        self,
        status: int,
        detail: str,
        errors: Sequence[FieldProblem] = (),
        headers: Sequence[tuple[str, str]] = (),
    ) -> None:
        super().__init__(detail)
        self.code = status
        self.errors = list(errors)
        self.more_headers = list(headers)


def is_for_a_program(request: Request) -> bool:
    """Whether whoever sent this wants a problem and not a page."""
    return request.path.startswith(PLACES)


def problem_answer(status: int, error: HTTPException | None = None) -> Response:
    """The answer for a status. Words are ours, never the framework's."""
    content: dict[str, Any] = {
        "type": "about:blank",
        "title": _phrase(status),
        "status": status,
        "detail": SENTENCES.get(status, SENTENCES[400 if status < 500 else 500]),
    }
    answer = Response(status=status, mimetype=MIME_TYPE)
    if isinstance(error, Problem):
        content["detail"] = error.description
        if error.errors:
            content["errors"] = error.errors
        answer.headers.extend(error.more_headers)
    answer.set_data(json.dumps(content))
    return answer


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Error"
