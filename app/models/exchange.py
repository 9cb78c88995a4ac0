"""An exchange from draft to its end: what comes back, what goes out, and the frozen sum."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.domain.exchange_status import Status
from app.domain.policy import Release
from app.domain.quote import Quote
from app.models.base import Base, StoreScoped
from app.models.flag import ExchangeFlag
from app.models.order import Order


class Exchange(StoreScoped, Base):
    """A draft while it is being chosen, an exchange once submitted.

    `occupies_order` holds the order for this exchange: the unique index over it makes two live
    exchanges of one order impossible, whatever the code above does. `quote_data` is frozen at
    submit and never computed again.
    """

    __tablename__ = "exchange"
    __table_args__ = (
        Index(
            "uq_exchange_one_live_per_order",
            "order_id",
            unique=True,
            sqlite_where=text("occupies_order"),
            postgresql_where=text("occupies_order"),
        ),
        Index("ix_exchange_store_id_created_at", "store_id", "created_at"),
        Index("ix_exchange_store_id_submitted_at", "store_id", "submitted_at"),
        Index("ix_exchange_store_id_platform_order", "store_id", "platform_order"),
        Index("ix_exchange_store_id_compare_at", "store_id", "compare_at"),
        UniqueConstraint("store_id", "reference"),
        UniqueConstraint("store_id", "order_id", "generation"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(32), unique=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"), index=True)
    session_id: Mapped[str | None] = mapped_column(String(64), index=True)
    status: Mapped[str] = mapped_column(String(20), default=Status.DRAFT)
    occupies_order: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]

    shipping_address: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    expedited: Mapped[bool] = mapped_column(default=False)
    # Begun by a gift's recipient, who gives an e-mail and an address of their own.
    gift_view: Mapped[bool] = mapped_column(default=False)
    recipient_email: Mapped[str | None] = mapped_column(String(320))

    reference: Mapped[str | None] = mapped_column(String(12))
    generation: Mapped[int | None]
    rma: Mapped[str | None] = mapped_column(String(40))
    rma_closed_at: Mapped[datetime | None]
    policy_version: Mapped[int | None]
    quote_data: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    quote_version: Mapped[str | None] = mapped_column(String(64))
    amount_due: Mapped[int | None]
    refund_due: Mapped[int | None]
    card_total: Mapped[int | None]
    # How an amount due is collected, as policy had it at Confirm (`app.domain.collecting.Collecting`), and
    # until when a person's yes waits for the shopper to pay.
    collect: Mapped[str | None] = mapped_column(String(12))
    final_due: Mapped[int | None]  # what of the amount due is kept or owed, once the platform has counted
    pay_until: Mapped[datetime | None]
    submitted_at: Mapped[datetime | None]
    release_at: Mapped[datetime | None]
    # What placing waits for, as policy had it at Confirm (`app.domain.policy.Release`), and the parcel's way.
    release: Mapped[str] = mapped_column(String(12), default=Release.INSTANT)
    parcel_seen_at: Mapped[datetime | None]
    parcel_received_at: Mapped[datetime | None]
    # Of goods that should be on their way back and are not: reminders so far, and when a person was asked.
    reminders: Mapped[int] = mapped_column(default=0)
    reminded_at: Mapped[datetime | None]
    overdue_at: Mapped[datetime | None]
    placed_at: Mapped[datetime | None]
    tracking_number: Mapped[str | None] = mapped_column(String(100))  # of what goes out
    carrier: Mapped[str | None] = mapped_column(String(60))
    delivery_estimate: Mapped[date | None]
    parcel_told_at: Mapped[datetime | None]  # when the newest news of these three was true
    send_by: Mapped[date | None]
    # When its books are compared next with the provider's and the platform's; None where there is nothing to
    # compare, or it is old. The platform was asked last at `platform_read_at`.
    compare_at: Mapped[datetime | None]
    platform_read_at: Mapped[datetime | None]
    platform_order: Mapped[str | None] = mapped_column(String(255))
    platform_reply: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    drift: Mapped[int | None]
    attention_since: Mapped[datetime | None]  # of its oldest open flag

    # What a person was asked to judge (code, item, values), and what they said. `decision_words` are for
    # the shopper, `decision_reason` is for the house.
    doubts: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    # Of one that was placed in part: line, units and title of what the shopper keeps after all.
    given_back: Mapped[list[dict[str, Any]] | None] = mapped_column(JSON(none_as_null=True))
    shopper_note: Mapped[str | None] = mapped_column(String(500))
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str | None] = mapped_column(String(80))
    decision_reason: Mapped[str | None] = mapped_column(String(500))
    decision_words: Mapped[str | None] = mapped_column(String(500))

    order: Mapped[Order] = relationship()
    items: Mapped[list[ReturnItem]] = relationship(
        back_populates="exchange", order_by="ReturnItem.position", cascade="all, delete-orphan"
    )
    flags: Mapped[list[ExchangeFlag]] = relationship(
        order_by=ExchangeFlag.id, cascade="all, delete-orphan", passive_deletes=True
    )

    @property
    def state(self) -> Status:
        return Status(self.status)

    @property
    def waits_for_a_person(self) -> bool:
        """Whether it was confirmed with something to judge that nobody has judged yet."""
        return bool(self.doubts) and self.state is Status.IN_REVIEW and self.decided_at is None

    @property
    def open_flags(self) -> list[ExchangeFlag]:
        """Why a person is asked, the oldest reason first."""
        return [flag for flag in self.flags if flag.settled_at is None]

    @property
    def attention(self) -> str | None:
        """All that a person is asked for, in one text; None where nothing is."""
        return " ".join(flag.words for flag in self.open_flags) or None

    @property
    def awaits_parcel(self) -> bool:
        """Whether placing waits for the parcel to be handed in, or to arrive."""
        if self.release == Release.FIRST_SCAN:
            return self.parcel_seen_at is None
        return self.release == Release.RECEIVED and self.parcel_received_at is None

    @property
    def quote(self) -> Quote | None:
        """The frozen quote of a submitted exchange, None for a draft."""
        return Quote.from_data(self.quote_data) if self.quote_data else None


class ReturnItem(StoreScoped, Base):
    """Units of one bought line that come back, and why. `first_chosen_on` is the day that counts.

    A line whose units become different things has several of them, one after the other. `product_id`
    is the other product that was chosen instead of the line's own.
    """

    __tablename__ = "return_item"
    __table_args__ = (CheckConstraint("quantity >= 1", name="quantity"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    exchange_id: Mapped[int] = mapped_column(ForeignKey("exchange.id", ondelete="CASCADE"), index=True)
    line_item_id: Mapped[int] = mapped_column(ForeignKey("line_item.id"))
    position: Mapped[int]
    quantity: Mapped[int]
    first_chosen_on: Mapped[date]
    reason: Mapped[str | None] = mapped_column(String(20))
    outcome: Mapped[str | None] = mapped_column(String(12))
    option_choice: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    product_id: Mapped[int | None] = mapped_column(ForeignKey("product.id"))

    exchange: Mapped[Exchange] = relationship(back_populates="items")
    replacements: Mapped[list[Replacement]] = relationship(
        back_populates="item", order_by="Replacement.id", cascade="all, delete-orphan"
    )


class Replacement(StoreScoped, Base):
    """What goes out for some units of a return item."""

    __tablename__ = "replacement"
    __table_args__ = (CheckConstraint("quantity >= 1", name="quantity"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("return_item.id", ondelete="CASCADE"), index=True)
    variant_id: Mapped[int] = mapped_column(ForeignKey("variant.id"))
    quantity: Mapped[int]
    given_back: Mapped[int] = mapped_column(default=0, server_default="0")  # units that do not go out

    item: Mapped[ReturnItem] = relationship(back_populates="replacements")
