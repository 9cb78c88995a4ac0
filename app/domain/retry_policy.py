"""When a message that did not get through is tried again, and when it is given up.

Full jitter: the wait is drawn evenly between nothing and a ceiling that doubles up to a cap. Since
any draw may be short, giving up is a matter of both tries and time, so that no run of luck makes
it fewer than ten tries or less than 72 hours. The dice are rolled by the caller.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

BASE = timedelta(seconds=30)
CAP = timedelta(hours=6)
FEWEST_TRIES = 10
SHORTEST_PATIENCE = timedelta(hours=72)
LONGEST_RETRY_AFTER = timedelta(hours=24)


@dataclass(frozen=True)
class Patience:
    """When a purpose gives up: after both so many tries and so long, waiting at most so long in between."""

    fewest_tries: int
    shortest: timedelta
    longest_wait: timedelta


PATIENT = Patience(FEWEST_TRIES, SHORTEST_PATIENCE, LONGEST_RETRY_AFTER)
# For what keeps a shopper waiting although the exchange could go another way.
BRIEF = Patience(3, timedelta(minutes=10), timedelta(minutes=3))
# 2 ** 30 seconds is past any cap; doubling further would only overflow.
MOST_DOUBLINGS = 30


def ceiling(tries: int) -> timedelta:
    """The longest wait after this many tries (1 or more) that all failed."""
    return min(CAP, BASE * (1 << min(max(tries, 1) - 1, MOST_DOUBLINGS)))


def wait_after(tries: int, draw: float, retry_after: timedelta | None = None) -> timedelta:
    """How long to wait after the failed try number `tries`.

    `draw` is a number from 0 up to 1, even and random. The platform's own wish (`retry_after`)
    makes the wait longer, never shorter.
    """
    wait = ceiling(tries) * draw
    return max(wait, retry_after) if retry_after else wait


def gives_up(tries: int, first_tried_at: datetime, now: datetime, patience: Patience = PATIENT) -> bool:
    """Whether the tries have run out: enough of them, over a long enough time."""
    return tries >= patience.fewest_tries and now - first_tried_at >= patience.shortest


def read_retry_after(text: str | None, now: datetime) -> timedelta | None:
    """The wait that a `Retry-After` header asks for (RFC 9110, 10.2.3), at most 24 hours.

    Takes whole seconds or an HTTP date. None for no header, for a moment that has passed and for
    anything that is neither, because a guess at nonsense could park a message for good.
    """
    text = (text or "").strip()
    if text.isascii() and text.isdigit():
        # More digits than any sensible number: the cap applies, without asking for a huge integer.
        seconds = int(text) if len(text) < 10 else 10**9
        asked = timedelta(seconds=seconds)
    else:
        try:
            moment = parsedate_to_datetime(text)
        except (ValueError, IndexError, TypeError, OverflowError):
            return None
        # A date without a zone is UTC, as every HTTP date is.
        asked = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - now
    return min(asked, LONGEST_RETRY_AFTER) if asked > timedelta(0) else None
