"""Plain words of the console: how long something waits and what for, a state's name, what is masked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from app.domain.exchange_status import Status
from app.models import Exchange
from app.queries.in_review import WaitsFor, what_they_wait_for

DOTS = "•••"
STATES: Mapping[Status, str] = {
    Status.DRAFT: "being chosen",
    Status.AWAITING_PAYMENT: "waits for payment",
    Status.SUBMITTED: "confirmed",
    Status.SCREENING: "being screened",
    Status.IN_REVIEW: "waits for a decision",
    Status.APPROVED: "approved",
    Status.PLACING: "being placed",
    Status.PLACED: "placed",
    Status.SHIPPED: "shipped",
    Status.COMPLETED: "completed",
    Status.CANCELLED: "cancelled",
    Status.DECLINED: "declined",
    Status.EXPIRED: "expired",
}

# A refused one is no question of yes or no any more.
IN_REVIEW: Mapping[WaitsFor, str] = {
    WaitsFor.DECISION: STATES[Status.IN_REVIEW],
    WaitsFor.REFUSED: "waits: the shop's system refused it",
    WaitsFor.LOOK: "waits: it may be at the shop already",
    WaitsFor.PAYMENT: "waits: its payment fell through",
}

# The first sign that is there counts, as most browsers carry the names of others.
BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("CriOS/", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def states_of(exchanges: Iterable[Exchange]) -> dict[int, str]:
    """How each stands, by its id."""
    rows = list(exchanges)
    waits = what_they_wait_for(rows)
    return {row.id: state_words(row, waits.get(row.id)) for row in rows}


def state_words(exchange: Exchange, waits_for: WaitsFor | None) -> str:
    """How it stands; in review that is what it waits for."""
    return IN_REVIEW[waits_for] if waits_for else STATES[exchange.state]


def age(since: datetime, now: datetime) -> str:
    """How long ago, in the largest unit that says enough: "3 hours"."""
    passed = max(now - since, timedelta())
    for unit, name in (
        (timedelta(days=1), "day"),
        (timedelta(hours=1), "hour"),
        (timedelta(minutes=1), "minute"),
    ):
        count = passed // unit
        if count:
            return f"{count} {name}" if count == 1 else f"{count} {name}s"
    return "just now"


def masked_email(email: str) -> str:
    """ "m•••@example.com": enough to tell two people apart who are asked for it."""
    name, at, host = email.partition("@")
    return f"{name[:1]}{DOTS}{at}{host}" if at else masked(email)


def masked(text: str) -> str:
    """The first letter of each word."""
    return " ".join(f"{word[:1]}{DOTS}" for word in text.split())


def masked_address(text: str) -> str:
    """An order's e-mail, or nothing where there is none."""
    return masked_email(text) if text else ""


def browser_words(user_agent: str) -> str:
    """ "Chrome on Windows", from what a browser calls itself; nothing is decided by it."""
    name = next((name for sign, name in BROWSERS if sign in user_agent), "")
    system = next((name for sign, name in SYSTEMS if sign in user_agent), "")
    return " on ".join(filter(None, [name, system])) or user_agent or "unknown"
