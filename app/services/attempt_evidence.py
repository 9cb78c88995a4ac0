"""What is kept of every try: enough to show what happened, with every secret masked.

The request's own bytes stand with the step. Here is what came back, cut to a readable length, and the
headers with credentials replaced.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from app.connectors.base import NoAnswer, NotSent, Outcome, Reply, Sent
from app.models import Attempt, DispatchStep

MASK = "***"
SECRET_HEADERS = frozenset({"authorization", "cookie", "proxy-authorization", "set-cookie"})
LONGEST_BODY = 4000
LONGEST_ERROR = 500
SHORTEST_SECRET = 4  # masking every "a" would leave no evidence


@dataclass(frozen=True)
class Try:
    """One try as the worker saw it. `duration_ms` is milliseconds of wall clock.

    `proofs` are the names of headers that went along and are stored nowhere.
    """

    worker: str
    fence: int
    started_at: datetime
    duration_ms: int
    sent: Sent
    proofs: tuple[str, ...] = ()


def masked(sent: Sent, credentials: Mapping[str, str]) -> Sent:
    """The same result without the credentials, should a platform quote them back to us."""
    if isinstance(sent, Reply):
        headers = {
            name: MASK if name in SECRET_HEADERS else without_secrets(text, credentials)
            for name, text in sent.headers.items()
        }
        body = sent.body
        for secret in _secrets_in(credentials):
            body = body.replace(secret.encode(), MASK.encode())
        return Reply(sent.status, headers, body)
    return replace(sent, reason=without_secrets(sent.reason, credentials))


def attempt_of(step: DispatchStep, tried: Try, outcome: Outcome, *, late: bool) -> Attempt:
    """The row that keeps this try; `tried.sent` is masked already."""
    sent = tried.sent
    reply = sent if isinstance(sent, Reply) else None
    return Attempt(
        store_id=step.store_id,
        number=len(step.attempts) + 1,
        fence=tried.fence,
        worker=tried.worker,
        started_at=tried.started_at,
        duration_ms=tried.duration_ms,
        outcome=outcome,
        status=reply.status if reply else None,
        request_headers={**step.headers, **dict.fromkeys(tried.proofs, MASK)},
        reply_headers=dict(reply.headers) if reply else {},
        reply_body=_readable(reply.body) if reply else "",
        error=sent.reason[:LONGEST_ERROR] if isinstance(sent, NotSent | NoAnswer) else None,
        late=late,
    )


def unrecorded_attempt(step: DispatchStep, fence: int, started_at: datetime) -> Attempt:
    """The row for a try whose worker ended before it could write down what came of it."""
    ended = NoAnswer("the worker ended before it recorded an answer")
    return attempt_of(step, Try("", fence, started_at, 0, ended), Outcome.UNKNOWN, late=False)


def _readable(body: bytes) -> str:
    # PostgreSQL keeps every character but the null one.
    return body[: 4 * LONGEST_BODY].decode("utf-8", "replace").replace("\0", "�")[:LONGEST_BODY]


def without_secrets(text: str, credentials: Mapping[str, str]) -> str:
    """The text with every credential in it masked."""
    for secret in _secrets_in(credentials):
        text = text.replace(secret, MASK)
    return text


def _secrets_in(credentials: Mapping[str, str]) -> list[str]:
    """Each whole, and what stands behind the scheme."""
    parts = [part for value in credentials.values() for part in (value, value.split(" ")[-1])]
    return [part for part in parts if len(part) >= SHORTEST_SECRET]
