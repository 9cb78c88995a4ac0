"""Answering a call once, however often it is sent: the header Idempotency-Key, needed where news comes in.

What is kept is `app.services.repeated_calls`.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable

from flask import Response, make_response, request
from flask.typing import ResponseReturnValue

from app.services import repeated_calls
from app.services.api_keys import Caller
from app.services.repeated_calls import Answer
from app.web.api.gate import raw_body
from app.web.clock import now
from app.web.problems import Problem, problem_answer

HEADER = "Idempotency-Key"
# A string of RFC 8941, in quotes, is what the draft asks for; many programs leave the quotes out.
KEY = re.compile(r'"([\x21\x23-\x5b\x5d-\x7e]{1,255})"|([\x21\x23-\x5b\x5d-\x7e]{1,255})')


def answered_once(caller: Caller, act: Callable[[], ResponseReturnValue]) -> Response:
    """Do it and keep the answer, or give the kept one. Answers 400, 409 and 422 for the key itself."""
    key = _key()
    try:
        kept = repeated_calls.begin(caller, key, _fingerprint(), now())
    except repeated_calls.OtherRequest:
        raise Problem(422, f"This {HEADER} was used for another request. Use a new one for each.") from None
    except repeated_calls.StillRunning:
        wait = [("Retry-After", "1")]
        raise Problem(409, "The first call with this key is still running.", headers=wait) from None
    if kept:
        return Response(kept.body, kept.status, content_type=kept.content_type)
    try:
        answer = _answer(act)
    except BaseException:
        repeated_calls.give_up(caller, key)
        raise
    repeated_calls.finish(caller, key, Answer(answer.status_code, answer.content_type, answer.get_data()))
    return answer


def _answer(act: Callable[[], ResponseReturnValue]) -> Response:
    """A refusal is an answer, too."""
    try:
        return make_response(act())
    except Problem as refused:
        return problem_answer(refused.code or 400, refused)


def _key() -> str:
    text = request.headers.get(HEADER, "").strip()
    if not text:
        raise Problem(400, f"Send the header {HEADER} with a value of your own, new for each call.")
    found = KEY.fullmatch(text)
    if not found:
        raise Problem(400, f"{HEADER} must be 1 to 255 visible ASCII characters, in quotes or without.")
    return found[1] or found[2]


def _fingerprint() -> str:
    told = hashlib.sha256(f"{request.method} {request.path}\n".encode())
    told.update(raw_body())
    return told.hexdigest()
