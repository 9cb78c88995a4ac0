"""Who calls, for which store, whether they may, and what they sent: the same for every call of the API.

A key that is unknown, wrong or revoked is 401. A right key of another store gets 404, as if the store did
not exist; one without the scope gets 403.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from flask import current_app, request
from flask.typing import ResponseReturnValue
from limits import RateLimitItemPerMinute

from app.models import store_scope
from app.queries.stores import store_with_id
from app.services.api_keys import Caller, Scope, caller_of
from app.settings import Settings
from app.web.clock import now
from app.web.problems import SENTENCES, Problem
from app.web.throttles import require_place, source_of

P = ParamSpec("P")
View = Callable[Concatenate[Caller, P], ResponseReturnValue]
LARGEST_BODY = 1024 * 1024


def needs(scope: Scope) -> Callable[[View[P]], Callable[..., ResponseReturnValue]]:
    """A view for callers with this scope, run in their store; it gets the caller first."""

    def wrap(view: View[P]) -> Callable[..., ResponseReturnValue]:
        @wraps(view)
        def admitted(slug: str, *args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
            caller = _caller()
            if "\0" in request.path:  # PostgreSQL cannot even look for it
                raise Problem(404, SENTENCES[404])
            if store_with_id(caller.store_id).slug != slug:
                raise Problem(404, "There is no such store for this key.")
            if scope not in caller.scopes:
                raise Problem(403, f"This key does not have the scope {scope}.")
            with store_scope(caller.store_id):
                return view(caller, *args, **kwargs)

        return admitted

    return wrap


def require_call(bucket: str) -> None:
    """Count one call in this bucket. Answers 429 where that was too many."""
    settings: Settings = current_app.extensions["evenly.settings"]
    require_place(bucket, RateLimitItemPerMinute(settings.api_calls_per_minute, namespace="api"))


def require_call_of_source() -> None:
    """The same for wherever this request comes from."""
    require_call(f"source:{source_of(request.remote_addr)}")


def json_body() -> Any:
    """The body as JSON values, read strictly: no key twice, no NaN. Answers 400, 413 and 415."""
    if request.mimetype != "application/json":
        raise Problem(415, "Send the body as application/json.")
    return read_json(raw_body())


def raw_body() -> bytes:
    """The bytes of the body, fewer than `LARGEST_BODY`; more is answered with 413."""
    request.max_content_length = LARGEST_BODY
    body = request.get_data()
    if len(body) >= LARGEST_BODY:  # one that came in chunks is cut off there without a word
        raise Problem(413, SENTENCES[413])
    return body


def read_json(body: bytes) -> Any:
    """JSON values out of these bytes. Answers 400 with where it stops being JSON."""
    try:
        return json.loads(body.decode("utf-8"), object_pairs_hook=_once_each, parse_constant=_no_number)
    except UnicodeDecodeError:
        raise Problem(400, "The body is not UTF-8.") from None
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise Problem(400, f"The body is not JSON: {error.msg} at {where}.") from None
    except RecursionError:
        raise Problem(400, "The body is nested too deeply.") from None
    except ValueError as error:
        raise Problem(400, f"The body is not JSON: {error}.") from None


def _caller() -> Caller:
    require_call_of_source()
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    caller = caller_of(token.strip(), now()) if kind.casefold() == "bearer" else None
    if caller is None:
        raise Problem(
            401,
            "Send a key of this store that is in use: Authorization: Bearer ev_….",
            headers=[("WWW-Authenticate", 'Bearer realm="Evenly"')],
        )
    require_call(f"key:{caller.key_id}")
    return caller


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice in one object")
    return found


def _no_number(text: str) -> Any:
    raise ValueError(f"{text} is not a number of JSON")
