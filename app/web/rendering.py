"""One address for a page and its partial: htmx gets the part it swaps, everybody else the page.

htmx 4 marks what it wants in `HX-Request-Type`; it sends `HX-Request` also when it restores history,
and then it needs the whole page.
"""

from __future__ import annotations

from typing import Any

from flask import Response, make_response, render_template, request


def wants_partial() -> bool:
    """Whether this request swaps a part of a page."""
    return request.headers.get("HX-Request-Type") == "partial"


def render_page(whole: str, partial: str | None = None, /, *, status: int = 200, **values: Any) -> Response:
    """The page, or its partial where only that was asked for; caches are told that both exist."""
    template = partial if partial and wants_partial() else whole
    answer = make_response(render_template(template, **values), status)
    answer.vary.update(["HX-Request", "HX-Request-Type"])
    return answer


def all_anew() -> Response:
    """For a part of a page that asked by itself: the whole page is to be loaded again."""
    answer = make_response("", 200)
    answer.headers["HX-Refresh"] = "true"
    return answer
