"""Orders of the demo as a shopper finds them on some day, with what the rules and sums of the pages say."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime

from app.cli.demo.tables import DemoOrder
from app.domain.facts import LineFacts, VariantFacts
from app.domain.reasons import Reason
from app.domain.replacements import refusal
from app.models import Exchange, db
from app.services.baskets import GIFT_CARD, VARIANT, Basket, BasketItem, load_basket
from app.services.draft_exchange import open_draft
from app.services.find_order import find_order
from app.services.quotes import quote, quote_gift_card
from app.services.shelf import variants_of

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Seen:
    """An order as a shopper finds it on some day."""

    order: DemoOrder
    basket: Basket

    @property
    def lines(self) -> tuple[LineFacts, ...]:
        return self.basket.order.lines

    def verdict(self, line: LineFacts) -> str | None:
        """Code of what stands in the way, None when nothing does."""
        blocking = self.basket.eligibility(line).blocking
        return blocking.code if blocking else None

    def had(self, line: LineFacts, units: int = 1, reason: Reason = Reason.OTHER) -> list[VariantFacts]:
        """What can be had for it."""
        return [
            v
            for v in variants_of([line.product_id], self.basket.read_at).values()
            if refusal(line, v, units, reason, self.basket.policy) is None
        ]

    def differences(self, line: LineFacts, units: int = 1, reason: Reason = Reason.OTHER) -> set[int]:
        """The price differences of everything that can be had for it."""
        return {self._difference(line, units, variant) for variant in self.had(line, units, reason)}

    def card(self, line: LineFacts) -> tuple[int, int]:
        """Face and bonus of the gift card for the whole line."""
        item = self._item(line, line.open_units, GIFT_CARD, None)
        card = quote_gift_card(replace(self.basket, items=(item,)), item).card
        assert card is not None
        return card.face, card.bonus

    def _difference(self, line: LineFacts, units: int, variant: VariantFacts) -> int:
        item = self._item(line, units, VARIANT, variant)
        current = quote(
            replace(self.basket, items=(item,), variants=variants_of([line.product_id], self.basket.read_at))
        )
        assert current is not None
        return current.difference

    def _item(self, line: LineFacts, units: int, outcome: str, variant: VariantFacts | None) -> BasketItem:
        return BasketItem(1, line, units, self.basket.today, Reason.OTHER, outcome, {}, variant)


def seen_on(order: DemoOrder, number: str, day: datetime) -> Seen:
    """Look the order up by the buyer's e-mail; the store must be in scope."""
    public_id = open_draft(find_order(number, order.buyer.email), "tester", NOW)
    found = db.session.query(Exchange.id).filter_by(public_id=public_id).scalar()
    return Seen(order, load_basket(found, day))
