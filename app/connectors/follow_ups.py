"""What a platform can do with an exchange that it has placed, as work of its own for a worker.

A placer with another course in the place of placing: the same address, credentials and meaning of answers. A
lost answer is looked up by beginning the course again, since each looks first what is there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar, Protocol, Self, runtime_checkable

from app.connectors.base import LOOK_UP, OrderPlacer, Outcome, Reply, Request, Step
from app.connectors.oauth import TakesToken, TokenClient
from app.domain.exchange_order import ExchangeOrder


@runtime_checkable
class Cancels(Protocol):
    """A platform that takes back an exchange it has placed; a connector has this or not."""

    def cancel_step(self, message: ExchangeOrder, answers: Sequence[Reply]) -> Step:
        """Like `next_step`; looks first what is there, so it may begin again after anything."""


@runtime_checkable
class SettlesAtPlatform(Protocol):
    """A platform that shows an amount as owed until it hears that it was paid elsewhere."""

    def paid_step(self, message: ExchangeOrder, noted: Mapping[str, Any], answers: Sequence[Reply]) -> Step:
        """Like `next_step`; looks first what is owed, so it may begin again after anything.

        `noted` is what `Placed.reply` said when it was placed, empty where nobody knows.
        """


@runtime_checkable
class PaysBack(Protocol):
    """A platform that can pay back to what the order was paid with, by its own means."""

    def pay_back_step(self, message: ExchangeOrder, amount: int, answers: Sequence[Reply]) -> Step:
        """Like `next_step`, for this much in minor units, until `Moved`; looks first what was paid back."""


class FollowUp:
    """What all follow-ups share. None is safe to repeat: what became of a lost one is looked up."""

    system: ClassVar = "follow-up"
    safe_to_repeat: ClassVar = False

    def __init__(self, placer: OrderPlacer) -> None:
        self._placer = placer

    @classmethod
    def configure(cls, settings: Mapping[str, Any], secret: str | None, *, allow_loopback: bool) -> Self:
        """Never: it is made of a placer."""
        raise NotImplementedError

    def next_step(self, message: ExchangeOrder, answers: Sequence[Reply]) -> Step:
        raise NotImplementedError

    def look_up(self, message: ExchangeOrder) -> Request:
        """The first step of all, which only reads."""
        first = self.next_step(message, [])
        if not isinstance(first, Request):
            raise TypeError("a follow-up begins with a look")
        return replace(first, name=LOOK_UP)

    def found(self, message: ExchangeOrder, reply: Reply) -> Sequence[Reply]:  # noqa: ARG002
        """The course begins again with what was found."""
        return [reply]

    def outcome(self, reply: Reply) -> Outcome:
        return self._placer.outcome(reply)

    def explain(self, reply: Reply) -> str:
        return self._placer.explain(reply)

    def credentials(self) -> Mapping[str, str]:
        return self._placer.credentials()

    def token_client(self) -> TokenClient | None:
        return self._placer.token_client() if isinstance(self._placer, TakesToken) else None

    def stored_settings(self) -> dict[str, Any]:
        return self._placer.stored_settings()


class Cancellation(FollowUp):
    """Takes a placed exchange back."""

    def next_step(self, message: ExchangeOrder, answers: Sequence[Reply]) -> Step:
        if not isinstance(self._placer, Cancels):
            raise TypeError(f"{self._placer.system} takes nothing back")
        return self._placer.cancel_step(message, answers)


class Settlement(FollowUp):
    """Tells that the difference was paid elsewhere; `noted` is what the platform said when it was placed."""

    def __init__(self, placer: OrderPlacer, noted: Mapping[str, Any]) -> None:
        super().__init__(placer)
        self._noted = noted

    def next_step(self, message: ExchangeOrder, answers: Sequence[Reply]) -> Step:
        if not isinstance(self._placer, SettlesAtPlatform):
            raise TypeError(f"{self._placer.system} need not be told")
        return self._placer.paid_step(message, self._noted, answers)


class Repayment(FollowUp):
    """Has the platform pay this much (minor units) back."""

    def __init__(self, placer: OrderPlacer, amount: int) -> None:
        super().__init__(placer)
        self._amount = amount

    def next_step(self, message: ExchangeOrder, answers: Sequence[Reply]) -> Step:
        if not isinstance(self._placer, PaysBack):
            raise TypeError(f"{self._placer.system} pays nothing back")
        return self._placer.pay_back_step(message, self._amount, answers)
