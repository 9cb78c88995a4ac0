"""Orders as they were paid, with the units of each line that refunds and exchanges have taken."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.domain.facts import Address, Customer, LineFacts, OrderFacts
from app.domain.order_number import code_key, number_digits
from app.models.base import Base, StoreScoped


def _digits_of_number(context: Any) -> str:
    return number_digits(context.get_current_parameters()["number"])


def _key_of_gift_code(context: Any) -> str:
    return code_key(context.get_current_parameters().get("gift_code") or "")


class Order(StoreScoped, Base):
    """One order. `number` is what the shopper knows, `number_key` its forgiving spelling.

    An exchange, once placed, is an order with `parent_id` (the preceding order) and `root_id`. With
    `payment_reference` the payment provider knows what was paid for it; empty where nobody told.
    """

    __tablename__ = "orders"
    __table_args__ = (
        UniqueConstraint("store_id", "number_key"),
        Index("ix_orders_store_id_email_key", "store_id", "email_key"),
        Index("ix_orders_store_id_number_digits", "store_id", "number_digits"),
        Index("ix_orders_store_id_gift_code_key", "store_id", "gift_code_key"),
        Index("ix_orders_store_id_platform_id", "store_id", "platform_id"),
        Index("ix_orders_store_id_secondary_id", "store_id", "secondary_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(255))
    number_key: Mapped[str] = mapped_column(String(255))
    number_digits: Mapped[str] = mapped_column(String(255), default=_digits_of_number)
    platform_id: Mapped[str] = mapped_column(String(255), default="")
    secondary_id: Mapped[str] = mapped_column(String(255), default="")
    currency: Mapped[str] = mapped_column(String(3))
    cancelled: Mapped[bool] = mapped_column(default=False)
    placed_at: Mapped[datetime]
    shipped_at: Mapped[datetime | None]
    delivered_at: Mapped[datetime | None]
    is_gift: Mapped[bool] = mapped_column(default=False)
    gift_code: Mapped[str | None] = mapped_column(String(60))
    gift_code_key: Mapped[str] = mapped_column(String(60), default=_key_of_gift_code)
    tags: Mapped[list[str]] = mapped_column(JSON, default=list)
    customer_id: Mapped[str] = mapped_column(String(320))
    email: Mapped[str] = mapped_column(String(320))
    email_key: Mapped[str] = mapped_column(String(320))
    first_name: Mapped[str] = mapped_column(String(500), default="")
    last_name: Mapped[str] = mapped_column(String(500), default="")
    phone: Mapped[str] = mapped_column(String(60), default="")
    postcode_key: Mapped[str] = mapped_column(String(40), default="")
    shipping_address: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    billing_address: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    chain_depth: Mapped[int] = mapped_column(default=0)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("orders.id"), index=True)
    root_id: Mapped[int | None] = mapped_column(ForeignKey("orders.id"))
    payment_reference: Mapped[str] = mapped_column(String(255), default="", server_default="")
    content_hash: Mapped[str] = mapped_column(String(64), default="")
    told_at: Mapped[datetime | None]  # when the newest snapshot of it was true; None where none said so
    read_at: Mapped[datetime | None]  # when the platform last told it; None for what came in a file

    lines: Mapped[list[LineItem]] = relationship(
        back_populates="order", order_by="LineItem.position", cascade="all, delete-orphan"
    )

    def facts(self, *, has_live_exchange: bool, was_exchanged: bool) -> OrderFacts:
        """The order as the rules see it; what its exchanges say of it is told by the caller."""
        return OrderFacts(
            id=self.id,
            number=self.number,
            platform_id=self.platform_id,
            secondary_id=self.secondary_id,
            currency=self.currency,
            cancelled=self.cancelled,
            shipped_at=self.shipped_at,
            delivered_at=self.delivered_at,
            is_gift=self.is_gift,
            tags=frozenset(self.tags),
            chain_depth=self.chain_depth,
            has_live_exchange=has_live_exchange,
            was_exchanged=was_exchanged,
            customer=Customer(self.customer_id, self.email, self.first_name, self.last_name, self.phone),
            shipping_address=Address.from_data(self.shipping_address),
            billing_address=Address.from_data(self.billing_address),
            lines=tuple(line.facts() for line in self.lines),
        )


class LineItem(StoreScoped, Base):
    """One line as paid, in minor units: `product` before discount and without tax.

    `goodwill` is what a merchant gave up in the exchange that sent this line: see `app.domain.goodwill`.
    `platform_orders` names the platform's own order of each unit, None where all are in the line's order.
    """

    __tablename__ = "line_item"
    __table_args__ = (
        UniqueConstraint("order_id", "platform_id"),
        CheckConstraint("quantity >= 1", name="quantity"),
        CheckConstraint("committed >= 0 AND committed <= quantity", name="committed"),
        CheckConstraint("discount >= 0 AND discount <= product AND tax >= 0", name="amounts"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    platform_id: Mapped[str] = mapped_column(String(255))
    variant_id: Mapped[int | None] = mapped_column(ForeignKey("variant.id"), index=True)
    product_id: Mapped[int | None] = mapped_column(ForeignKey("product.id"), index=True)
    sku: Mapped[str] = mapped_column(String(255), default="")
    title: Mapped[str] = mapped_column(String(1000))
    variant_words: Mapped[str] = mapped_column(String(500), default="")
    product: Mapped[int]
    discount: Mapped[int] = mapped_column(default=0)
    tax: Mapped[int] = mapped_column(default=0)
    list_price: Mapped[int]
    quantity: Mapped[int]
    shipped: Mapped[int] = mapped_column(default=0)
    refunded: Mapped[int] = mapped_column(default=0)
    committed: Mapped[int] = mapped_column(default=0)
    goodwill: Mapped[int] = mapped_column(default=0)
    tags: Mapped[list[str]] = mapped_column(JSON, default=list)
    concept: Mapped[str] = mapped_column(String(120), default="")
    image_url: Mapped[str | None] = mapped_column(String(2000))
    return_until: Mapped[date | None]
    platform_orders: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))

    order: Mapped[Order] = relationship(back_populates="lines")

    def facts(self) -> LineFacts:
        return LineFacts(
            id=self.id,
            platform_id=self.platform_id,
            sku=self.sku,
            title=self.title,
            variant_words=self.variant_words,
            product=self.product,
            discount=self.discount,
            tax=self.tax,
            list_price=self.list_price,
            quantity=self.quantity,
            shipped=self.shipped,
            refunded=self.refunded,
            committed=self.committed,
            goodwill=self.goodwill,
            tags=frozenset(self.tags),
            variant_id=self.variant_id,
            product_id=self.product_id,
            return_until=self.return_until,
            concept=self.concept,
            image_url=self.image_url,
            platform_orders=tuple(self.platform_orders or ()),
        )
