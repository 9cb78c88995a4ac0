"""The queue in our own database: a dispatch, its steps, and every try of each step.

A dispatch is written in the transaction that confirms the exchange. A step's request bytes are
stored before they are sent; its attempts are the evidence, with secrets masked.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Base, StoreScoped


class Purpose(StrEnum):
    """What a dispatch is for: a judgement before placing, placing itself, telling of it afterwards.

    `NOTIFY` tells the merchant's own programs of every change, `MAIL` tells the shopper. `CAPTURE`, `VOID`
    and `REFUND` move money at the payment provider. `CANCEL` takes back what was placed, `SETTLE` tells the
    platform that the difference was paid, `PAY_BACK` has it pay a refund due back. `ISSUE` asks the shop's
    own program for a gift card. `WATCH` looks again and again what has become of what was placed; it is due
    once more after each look.
    """

    SCREEN = "screen"
    PLACE = "place"
    REPORT = "report"
    NOTIFY = "notify"
    CANCEL = "cancel"
    SETTLE = "settle"
    PAY_BACK = "pay_back"
    ISSUE = "issue"
    WATCH = "watch"
    CAPTURE = "capture"
    VOID = "void"
    REFUND = "refund"
    MAIL = "mail"


# What was so stays so: it is told whatever has become of the exchange since.
TELLING = frozenset({Purpose.NOTIFY, Purpose.MAIL})
# What gives money back, also for an exchange that has ended.
GOES_BACK = frozenset({Purpose.VOID, Purpose.REFUND})


class DispatchState(StrEnum):
    """`WAITING` is due at `due_at`; `HELD` waits for the parcel, `FAILED` and `UNKNOWN` for a person.

    `CANCELLED`: the exchange ended before its message left, or nobody is there any more to be told.
    """

    HELD = "held"
    WAITING = "waiting"
    DELIVERED = "delivered"
    FAILED = "failed"
    UNKNOWN = "unknown"
    CANCELLED = "cancelled"


class Dispatch(StoreScoped, Base):
    """One `Purpose` at one connector. `key` is derived, so a repeat is the same message.

    Without an `exchange_id` it is a mail that is about none. `leased_until` and `fence` belong to the worker
    that holds it: a result with an older fencing number is refused. `maybe_sent`: this database came from a
    backup, which does not know what was sent after it was made; the next answer settles it.
    """

    __tablename__ = "dispatch"
    __table_args__ = (
        UniqueConstraint("store_id", "key"),
        Index("ix_dispatch_state_due_at", "state", "due_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    exchange_id: Mapped[int | None] = mapped_column(ForeignKey("exchange.id"), index=True)
    system: Mapped[str] = mapped_column(String(20))
    purpose: Mapped[str] = mapped_column(String(20))
    key: Mapped[str] = mapped_column(String(200))
    message: Mapped[dict[str, Any]] = mapped_column(JSON)
    state: Mapped[str] = mapped_column(String(12), default=DispatchState.WAITING)
    due_at: Mapped[datetime]
    leased_until: Mapped[datetime | None]
    leased_by: Mapped[str | None] = mapped_column(String(80))
    fence: Mapped[int] = mapped_column(default=0)
    tries: Mapped[int] = mapped_column(default=0)  # of the step that is under way
    first_tried_at: Mapped[datetime | None]  # of that step too
    maybe_sent: Mapped[bool] = mapped_column(default=False, server_default=false())
    last_error: Mapped[str | None] = mapped_column(String(500))
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    result: Mapped[dict[str, Any] | None] = mapped_column(
        JSON(none_as_null=True)
    )  # what was made of the answer

    steps: Mapped[list[DispatchStep]] = relationship(
        back_populates="dispatch", order_by="DispatchStep.position", cascade="all, delete-orphan"
    )

    def ask_anew(self) -> None:
        """A person has looked and wants it sent again; where a no was an answer it may be a yes now."""
        self.maybe_sent = False
        last = self.steps[-1] if self.steps else None
        if last is not None and (last.answer_status or 0) >= 400:
            last.take_back_answer()


class DispatchStep(StoreScoped, Base):
    """One request of a dispatch: the exact bytes to send, and the answer once there is one.

    `sent_fence` is the fencing number under which it was last handed to the network. Without an
    attempt of that number nobody knows what came of it.
    """

    __tablename__ = "dispatch_step"
    __table_args__ = (UniqueConstraint("dispatch_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    dispatch_id: Mapped[int] = mapped_column(ForeignKey("dispatch.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    name: Mapped[str] = mapped_column(String(40))
    method: Mapped[str] = mapped_column(String(8))
    url: Mapped[str] = mapped_column(String(2000))
    headers: Mapped[dict[str, str]] = mapped_column(JSON)
    body: Mapped[bytes] = mapped_column(LargeBinary)
    sent_fence: Mapped[int | None]
    answer_status: Mapped[int | None]
    answer_body: Mapped[bytes | None] = mapped_column(LargeBinary)
    answered_at: Mapped[datetime | None]

    dispatch: Mapped[Dispatch] = relationship(back_populates="steps")
    attempts: Mapped[list[Attempt]] = relationship(
        back_populates="step", order_by="Attempt.id", cascade="all, delete-orphan"
    )

    def take_back_answer(self) -> None:
        """It is to be sent again; what it was answered stays with its attempts."""
        self.answer_status = self.answer_body = self.answered_at = None


class Attempt(StoreScoped, Base):
    """One try of one step. Headers and bodies are masked; `duration_ms` is wall clock.

    `late`: its worker had lost the lease by then, so it is evidence and changed nothing.
    """

    __tablename__ = "attempt"

    id: Mapped[int] = mapped_column(primary_key=True)
    step_id: Mapped[int] = mapped_column(ForeignKey("dispatch_step.id", ondelete="CASCADE"), index=True)
    number: Mapped[int]
    fence: Mapped[int]
    worker: Mapped[str] = mapped_column(String(80))
    started_at: Mapped[datetime]
    duration_ms: Mapped[int]
    outcome: Mapped[str] = mapped_column(String(12))
    status: Mapped[int | None]
    request_headers: Mapped[dict[str, str]] = mapped_column(JSON)
    reply_headers: Mapped[dict[str, str]] = mapped_column(JSON)
    reply_body: Mapped[str] = mapped_column(String(4000), default="")
    error: Mapped[str | None] = mapped_column(String(500))
    late: Mapped[bool] = mapped_column(default=False)

    step: Mapped[DispatchStep] = relationship(back_populates="attempts")
