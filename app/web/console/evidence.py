"""What was sent to the shop's platform for an exchange and what came back, try by try."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from app.models import Attempt, Dispatch, DispatchState, DispatchStep, Purpose
from app.web.console.masking import Masks

STATES: Mapping[str, str] = {
    DispatchState.HELD: "waits for the parcel",
    DispatchState.WAITING: "waits to be sent",
    DispatchState.DELIVERED: "delivered",
    DispatchState.FAILED: "refused",
    DispatchState.UNKNOWN: "nobody knows whether it arrived",
    DispatchState.CANCELLED: "never sent",
}

LOOKS_AGAIN = "looks again"


@dataclass(frozen=True)
class Try:
    """One try: when, who, how long, and what came of it."""

    number: int
    at: datetime
    worker: str
    milliseconds: int
    outcome: str
    headers: str
    reply_headers: str
    reply: str


@dataclass(frozen=True)
class Step:
    """One request with its tries."""

    name: str
    request: str
    body: str
    tries: tuple[Try, ...]


@dataclass(frozen=True)
class Message:
    """One purpose at one system."""

    title: str
    state: str
    due_at: datetime | None
    error: str | None
    key: str
    steps: tuple[Step, ...]


def message(row: Dispatch, masks: Masks, *, shown: bool = False) -> Message:
    """A dispatch as the console shows it: bodies masked always, what was said of it unless `shown`."""
    say, looks = str if shown else masks.text, row.purpose == Purpose.WATCH
    return Message(
        title=_title(row),
        state=LOOKS_AGAIN if looks and row.state == DispatchState.WAITING else STATES[row.state],
        due_at=row.due_at if row.state == DispatchState.WAITING else None,
        error=say(row.last_error) if row.last_error else None,
        key=row.key,
        steps=tuple(_step(step, masks, say, mail=row.purpose == Purpose.MAIL) for step in row.steps),
    )


def _title(row: Dispatch) -> str:
    if row.purpose == Purpose.MAIL:
        return f"{row.message['kind']} mail".replace("_", " ")
    return f"{row.purpose} at {row.system}"


def _step(row: DispatchStep, masks: Masks, say: Callable[[str], str], *, mail: bool) -> Step:
    address = urlsplit(row.url)  # what stands behind the question mark may be a credential
    where = f"{address.scheme}://{address.netloc}{address.path}"
    tries = tuple(_try(attempt, masks, say) for attempt in row.attempts)
    # What a mail says is between the shop and the shopper, and its links open an order.
    body = row.body.partition(b"\r\n\r\n")[0] if mail else row.body
    return Step(row.name, f"{row.method} {where}", masks.body(body), tries)


def _try(row: Attempt, masks: Masks, say: Callable[[str], str]) -> Try:
    why = say(row.error or "no answer")
    said = f"{row.outcome}, status {row.status}" if row.status else f"{row.outcome}: {why}"
    return Try(
        number=row.number,
        at=row.started_at,
        worker=row.worker or "a worker that ended",
        milliseconds=row.duration_ms,
        outcome=f"{said} (too late to count)" if row.late else said,
        headers=masks.headers(row.request_headers),
        reply_headers=masks.headers(row.reply_headers),
        reply=masks.body(row.reply_body) if row.reply_body else "",
    )
