"""Products and their variants as the merchant's catalogue last told."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.domain.facts import VariantFacts
from app.models.base import Base, StoreScoped


class Product(StoreScoped, Base):
    """One product; `option_names` gives the order in which its options are asked."""

    __tablename__ = "product"
    __table_args__ = (UniqueConstraint("store_id", "platform_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    platform_id: Mapped[str] = mapped_column(String(255))
    title: Mapped[str] = mapped_column(String(500))
    vendor: Mapped[str] = mapped_column(String(255), default="")
    tags: Mapped[list[str]] = mapped_column(JSON, default=list)
    option_names: Mapped[list[str]] = mapped_column(JSON, default=list)
    image_url: Mapped[str | None] = mapped_column(String(2000))
    is_gift_card: Mapped[bool] = mapped_column(default=False)
    active: Mapped[bool] = mapped_column(default=True)

    variants: Mapped[list[Variant]] = relationship(
        back_populates="product", order_by="Variant.position", cascade="all, delete-orphan"
    )


class Variant(StoreScoped, Base):
    """One variant. `price` in minor units as shown; `stock` NULL means not tracked."""

    __tablename__ = "variant"
    __table_args__ = (
        UniqueConstraint("store_id", "sku"),
        Index("ix_variant_store_id_line_name", "store_id", "line_name"),
        CheckConstraint("price >= 0", name="price"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"), index=True)
    position: Mapped[int] = mapped_column(default=0)
    platform_id: Mapped[str] = mapped_column(String(255))
    sku: Mapped[str] = mapped_column(String(255))
    title: Mapped[str] = mapped_column(String(500))
    line_name: Mapped[str] = mapped_column(String(1100))  # casefolded "Title - Options"
    option_values: Mapped[list[str]] = mapped_column(JSON, default=list)
    price: Mapped[int]
    stock: Mapped[int | None]
    backorder: Mapped[bool] = mapped_column(default=False)
    active: Mapped[bool] = mapped_column(default=True)
    image_url: Mapped[str | None] = mapped_column(String(2000))
    stock_read_at: Mapped[datetime | None]

    product: Mapped[Product] = relationship(back_populates="variants")

    def facts(self, promised: int = 0) -> VariantFacts:
        """The variant as the rules see it, `promised` units less; its product must be loaded."""
        product = self.product
        return VariantFacts(
            id=self.id,
            product_id=self.product_id,
            product_platform_id=product.platform_id,
            platform_id=self.platform_id,
            sku=self.sku,
            product_title=product.title,
            title=self.title,
            options=tuple(zip(product.option_names, self.option_values, strict=False)),
            price=self.price,
            stock=None if self.stock is None else max(0, self.stock - promised),
            backorder=self.backorder,
            active=self.active and product.active,
            image_url=self.image_url or product.image_url,
            product_tags=frozenset(product.tags),
            gift_card=product.is_gift_card,
            read_at=self.stock_read_at,
        )
