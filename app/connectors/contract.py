"""Checking a stranger's endpoint against a platform's contract: what a case asks, and what it finds.

A case is a course: it yields what shall be sent and is given what came of it, and returns its findings. It
sends nothing itself (`app.services.contract_check`). The cases stand with the platform whose contract it is.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from app.connectors.base import Connector, Request, Sent
from app.domain.exchange_order import ExchangeOrder


class Weight(StrEnum):
    """Whether a finding breaks the contract, or is only worth knowing."""

    MEND = "mend"
    NOTE = "note"


@dataclass(frozen=True)
class Finding:
    """What is not as it should be, and what to do about it, for whoever wrote the endpoint."""

    weight: Weight
    words: str


@dataclass(frozen=True)
class Ask:
    """Requests to send at the same moment, by a connector or, with `unproved`, without its credentials.

    `patient` False: hang up before the answer can have come, as after a time-out. `again`: the last answer
    asked to wait.
    """

    requests: tuple[Request, ...]
    connector: Connector[ExchangeOrder]
    unproved: bool = False
    patient: bool = True
    again: bool = False


Findings = list[Finding]
Course = Generator[Ask, Sequence[Sent], Findings]


@dataclass(frozen=True)
class Case:
    """One promise of the contract. `orders` is how many orders it has the endpoint make."""

    name: str
    promise: str
    orders: int
    course: Callable[[], Course]


def mend(words: str) -> Finding:
    return Finding(Weight.MEND, words)


def note(words: str) -> Finding:
    return Finding(Weight.NOTE, words)
