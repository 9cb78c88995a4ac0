"""A person at a screening system decides later, and it calls back: what such a call comes to.

How a call is believed and read is each system's own, named in `app.connectors.registry`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Label(StrEnum):
    """What was decided; `PENDING` is not decided yet."""

    APPROVED = "APPROVED"
    PENDING = "PENDING"
    REJECTED = "REJECTED"


@dataclass(frozen=True)
class Decision:
    """One decision. `reference` is the exchange's; `at` is None where the call does not tell a time."""

    reference: str
    label: Label
    at: datetime | None


class NotBelieved(ValueError):
    """The call does not carry the token that was agreed on."""


class NotADecision(ValueError):
    """The body is none that could be acted on; the message says why."""


# Body, value of the header Authorization, and the token that was agreed on. Raises NotBelieved before
# the body is looked at, and NotADecision.
DecisionReader = Callable[[bytes, str | None, str], Decision]
