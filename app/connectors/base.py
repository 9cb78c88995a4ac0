"""What a connector and the rest of the house say to each other: plain values and small ports.

A connector is pure: it is asked for the next step and answers with a request, a result or a refusal.
It never sends (`app.connectors.http`), never retries (`app.services.dispatching`), and never raises
for a platform's "no". Settings of connectors are read in `app.connectors.settings`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any, ClassVar, Protocol, Self, TypeVar, runtime_checkable

from app.connectors.found import OrderFound, PlacedFound, ProductsFound
from app.connectors.moved import Moved
from app.domain.exchange_order import ExchangeOrder
from app.domain.exchange_report import ExchangeReport
from app.domain.partly_placed import PlacedPart

LOOK_UP = "look-up"  # the name of a step that `LooksUp` gave


class Outcome(StrEnum):
    """What one try came to. `DELIVERED` is any answer that `next_step` goes on from: where a refusal
    leaves something to clear away, that is one too, and the refusal is given at the end of it.
    """

    DELIVERED = "delivered"
    REJECTED = "rejected"
    TRY_LATER = "try_later"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Request:
    """One request as it is stored before it is sent. `headers` carry no credentials."""

    name: str
    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Sealed:
    """A secret as it may be kept: encrypted. Two are the same where they have one of their `marks` in common;
    the first is to be kept.
    """

    secret: str = field(repr=False)
    marks: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True)
class Reply:
    """An answer that came in whole, or up to the byte cap. Names in `headers` are lower case.

    `sealed` is a secret that was taken out of it (`Seals`). It is not kept with the answer.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes
    sealed: Sealed | None = None


@dataclass(frozen=True)
class NotSent:
    """The request never left this machine. `for_good`: repeating it cannot help."""

    reason: str
    for_good: bool = False


@dataclass(frozen=True)
class NoAnswer:
    """The request left, or some of it did, and nobody knows what came of it."""

    reason: str


Sent = Reply | NotSent | NoAnswer


@dataclass(frozen=True)
class Placed:
    """What a platform made of an exchange order. Amounts in minor units, None when not told.

    `order` is the platform's order number, empty when the answer holds none that can be trusted.
    `doubt` says in plain words what is wrong with an answer that otherwise says yes. Where a platform takes
    units one by one it may place some of them only, and no gift card: that is `part`, None when everything
    was placed; and it may make an order of each, which `unit_orders` names by variant line and unit.
    `tracking_number` and `delivery_estimate` are of what goes out, where that is told at once; several
    parcels have their numbers side by side.
    """

    order: str
    total: int | None
    product: int | None
    tax: int | None
    reply: Mapping[str, Any] = field(default_factory=dict)
    doubt: str = ""
    part: PlacedPart | None = None
    unit_orders: tuple[tuple[str, ...], ...] = ()
    tracking_number: str = ""
    delivery_estimate: date | None = None


class Advice(StrEnum):
    """What a screener says of an exchange. `NONE`: it gave no usable answer."""

    ALLOW = "allow"
    REVIEW = "review"
    PREVENT = "prevent"
    NONE = "none"


@dataclass(frozen=True)
class Screened:
    """A screener's answer; `words` are for an agent, `reply` is what it said."""

    advice: Advice
    words: str = ""
    reply: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Told:
    """A listener has heard; there is nothing to keep but what it said."""

    reply: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Issued:
    """A gift card was made; `tail` are the last signs of its code."""

    code: Sealed
    tail: str


Result = Placed | Screened | Told | Issued | Moved | OrderFound | PlacedFound | ProductsFound


@dataclass(frozen=True)
class Done:
    """All steps are through."""

    result: Result


@dataclass(frozen=True)
class Refused:
    """The message cannot be sent as it is; `reason` is for an agent to read."""

    reason: str


Step = Request | Done | Refused


Message_contra = TypeVar("Message_contra", contravariant=True)


class Connector(Protocol[Message_contra]):
    """One kind of work at one outside system, for one store.

    `system` is the name that dispatches and connector rows carry. `safe_to_repeat`: the system takes the
    same bytes twice for one and the same thing.
    """

    system: ClassVar[str]

    @property
    def safe_to_repeat(self) -> bool: ...

    @classmethod
    def configure(cls, settings: Mapping[str, Any], secret: str | None, *, allow_loopback: bool) -> Self:
        """From settings as stored or typed in. Raises InvalidSettings."""

    def next_step(self, message: Message_contra, answers: Sequence[Reply]) -> Step:
        """What comes after these delivered answers; the first step for none."""

    def outcome(self, reply: Reply) -> Outcome:
        """What this answer means."""

    def explain(self, reply: Reply) -> str:
        """An answer other than yes, in words for an agent."""

    def credentials(self) -> Mapping[str, str]:
        """Headers that are added when sending and never stored."""

    def stored_settings(self) -> dict[str, Any]:
        """The settings as they are kept in the connector's row, without secrets."""


@runtime_checkable
class Signs(Protocol):
    """A connector whose requests are signed anew for every try; the headers are never stored."""

    def signature(self, request: Request, at: datetime) -> Mapping[str, str]:
        """Headers for this request sent at this time."""


@runtime_checkable
class Seals(Protocol):
    """A connector whose answers hold a secret, which is taken out before anybody else sees them."""

    def sealed(self, reply: Reply, seal: Callable[[str], Sealed]) -> Reply:
        """The answer as it may be kept, with what `seal` made of the secret beside it."""


class OrderPlacer(Connector[ExchangeOrder], Protocol):
    """Places exchange orders; is done with `Placed`.

    `one_per_order`: it will ever take only one exchange of an order. `residue_card`: a gift card for what
    is left over can ride along. `needs_email`: it takes nothing without the customer's e-mail address.
    """

    one_per_order: ClassVar[bool]
    needs_email: ClassVar[bool]
    residue_card: ClassVar[bool]


class Screener(Connector[ExchangeReport], Protocol):
    """Judges an exchange before it is placed; is done with `Screened`."""


class Listener(Connector[ExchangeReport], Protocol):
    """Is told of an exchange once it is placed; is done with `Told`."""


@runtime_checkable
class LooksUp(Protocol[Message_contra]):
    """A connector that can find out what became of a step whose answer was lost.

    For systems where `safe_to_repeat` is False; a connector has it or not, and `isinstance(placer,
    LooksUp)` tells. Where it is there, an outcome of `UNKNOWN` is not yet for a person:

    1. `look_up(message)` is stored as the dispatch's next step, under the name `LOOK_UP`, and sent like any
       other, no sooner than the lost request must have ended on the other side. It only reads, as
       every step with method GET does, so it may be repeated whatever `safe_to_repeat` says.
    2. Once it is delivered, `found(message, reply)` gives the answers that stand for everything up to
       and with the look-up; answers to later steps come after them. So the answers of a dispatch are
       `[*found(message, answer of its last LOOK_UP), *answers after it]`, and `next_step` goes on
       from there: it places what is not there yet and is done with what is.

    A look-up can end in the same loss again. Who sends must count them and ask a person in the end.
    """

    def look_up(self, message: Message_contra) -> Request:
        """A request that changes nothing, to ask what the system has of this message."""

    def found(self, message: Message_contra, reply: Reply) -> Sequence[Reply]:
        """The answers that the message has had, going by this delivered answer to the look-up."""


def outcome_of_status(status: int, *, safe_to_repeat: bool) -> Outcome:
    """What a status means where a platform has no table of its own.

    After a 5xx the work may have been done, so it may be tried again only where repeating is safe.
    A redirect is not followed: the address in the settings is wrong, and a person must look.
    """
    if 200 <= status < 300:
        return Outcome.DELIVERED
    if status in (408, 425, 429):
        return Outcome.TRY_LATER
    if status >= 500:
        return Outcome.TRY_LATER if safe_to_repeat else Outcome.UNKNOWN
    return Outcome.REJECTED
