"""How an eligibility rule is asked and how it answers. The rules are `app.domain.eligibility`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

from app.domain.facts import LineFacts, OrderFacts, StoreFacts
from app.domain.policy import Policy
from app.domain.reasons import Reason


class Answer(StrEnum):
    """What a rule says: go on, let a person judge, or no."""

    ALLOW = "allow"
    ASK = "ask"
    REFUSE = "refuse"


class Verdict(NamedTuple):
    """What one rule says, and the values it went by. No sentences where it allows.

    A page makes hundreds of these and shows few: the values become words only when somebody asks.
    """

    code: str
    answer: Answer
    shopper: str = ""
    agent: str = ""
    values: Mapping[str, object] = MappingProxyType({})

    @property
    def used(self) -> dict[str, str]:
        """The values in words."""
        return {name: str(value) for name, value in self.values.items()}


@dataclass(frozen=True)
class Case:
    """One question put to the rules; `today` is the day that counts, in the store's time zone.

    `reason` is why the item comes back, None while nobody has said.
    """

    store: StoreFacts
    policy: Policy
    order: OrderFacts
    line: LineFacts
    today: date
    reason: Reason | None = None


@dataclass(frozen=True)
class Eligibility:
    """All verdicts on one line. `until` is the last day, None when it cannot be told yet.

    `refusal` is the first refusal: with one the item cannot be chosen. `doubts` are for a person to
    judge: such an item can be chosen, and waits. `blocking` is whichever of these comes first. Rules that
    were overridden (`granted`, by their codes) count for neither.
    """

    verdicts: tuple[Verdict, ...]
    until: date | None = None
    granted: frozenset[str] = frozenset()
    refusal: Verdict | None = field(init=False)
    doubts: tuple[Verdict, ...] = field(init=False)

    def __post_init__(self) -> None:
        refusal = next((v for v in self.standing if v.answer is Answer.REFUSE), None)
        object.__setattr__(self, "refusal", refusal)
        object.__setattr__(self, "doubts", tuple(v for v in self.standing if v.answer is Answer.ASK))

    @property
    def standing(self) -> tuple[Verdict, ...]:
        """All that is in the way still."""
        return tuple(v for v in self.verdicts if v.answer is not Answer.ALLOW and v.code not in self.granted)

    @property
    def overridden(self) -> tuple[Verdict, ...]:
        """All that would be in the way, had nobody made an exception."""
        return tuple(v for v in self.verdicts if v.answer is not Answer.ALLOW and v.code in self.granted)

    @property
    def blocking(self) -> Verdict | None:
        return self.refusal or next(iter(self.doubts), None)

    @property
    def allowed(self) -> bool:
        """Whether it goes through without anybody looking at it."""
        return self.blocking is None


def refuse_if(holds: bool, code: str, shopper: str, agent: str, **used: object) -> Verdict:
    """Refuse with both sentences when the obstacle `holds`, else allow."""
    return _verdict(Answer.REFUSE if holds else Answer.ALLOW, code, shopper, agent, used)


def ask_if(holds: bool, code: str, shopper: str, agent: str, **used: object) -> Verdict:
    """Leave it to a person when the doubt `holds`, else allow."""
    return _verdict(Answer.ASK if holds else Answer.ALLOW, code, shopper, agent, used)


def _verdict(answer: Answer, code: str, shopper: str, agent: str, used: dict[str, object]) -> Verdict:
    if answer is Answer.ALLOW:
        return Verdict(code, answer, values=used)
    return Verdict(code, answer, shopper, agent, used)
