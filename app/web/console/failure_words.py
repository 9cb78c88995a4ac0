"""What keeps a message from getting through, in words of our own: those of the other side name people."""

from __future__ import annotations

from app.models import DispatchState
from app.queries.overview import Failure

DELIVERED, UNKNOWN = "delivered", "unknown"  # outcomes of a try, as they are kept
NO_CREDENTIAL = (401, 403)


def failure_words(failure: Failure) -> str:
    """The system and what came of the last try there, the same for all messages that fare alike."""
    unknown = failure.state is DispatchState.UNKNOWN
    return f"{failure.system}: {_came_of(failure)}." + (
        " Nobody knows whether it arrived." if unknown else ""
    )


def _came_of(failure: Failure) -> str:
    if failure.outcome is None:
        waits = failure.state is DispatchState.WAITING
        return "Not sent yet: see to the connection" if waits else "It cannot be sent as it is"
    if failure.outcome == DELIVERED:
        return "It answered something that is of no use"
    if failure.status is None:
        return "Sent, but not answered" if failure.outcome == UNKNOWN else "Not sent"
    return f"It answered {failure.status}{_more(failure.status)}"


def _more(status: int) -> str:
    """What the status alone says of the connection."""
    if status in NO_CREDENTIAL:
        return ": our credential was not accepted"
    return ": it has moved to another address" if 300 <= status < 400 else ""
