"""What must hold of a draft when it is confirmed: every rule once more, now that it counts."""

from __future__ import annotations

from app.domain.replacements import Refusal
from app.services.baskets import Basket
from app.services.choosing import GONE_MEANWHILE, SENTENCES


class NotReady(Exception):
    """Something on the draft cannot go out as it is; `sentence` says what, for the shopper."""

    def __init__(self, sentence: str, item_id: int | None = None) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.item_id = item_id


def check_items(basket: Basket) -> None:
    """Every rule once more, now that it counts. Raises NotReady."""
    if not basket.items:
        raise NotReady("Choose at least one item to exchange.")
    for item in basket.items:
        verdict = basket.judged(item).refusal
        if verdict:
            raise NotReady(f"{item.line.title}: {verdict.shopper}.", item.id)
        if item.quantity < 1:
            raise NotReady(f"{item.line.title}: {GONE_MEANWHILE}", item.id)
        if not item.settled:
            raise NotReady(f"{item.line.title}: choose what you would like instead.", item.id)
        variant = item.variant
        problem = basket.refusal(item, variant) if variant else None
        if problem:
            raise NotReady(f"{item.line.title}: {SENTENCES[problem]}", item.id)
    _check_stock(basket)
    if basket.recipient_view:
        _check_gift(basket)


def _check_gift(basket: Basket) -> None:
    """A price may have risen since it was chosen; and somebody has to get it. Raises NotReady."""
    for item in basket.items:
        if item.variant is not None and item.variant not in basket.choices_for(item):
            sentence = SENTENCES[Refusal.NO_SUCH_COMBINATION]
            raise NotReady(f"{item.line.title}: {sentence}", item.id)
    if basket.recipient is None:
        raise NotReady("Tell us who you are and where to send it.")


def _check_stock(basket: Basket) -> None:
    """Two items of one draft may want the same last unit. Raises NotReady."""
    wanted: dict[int, int] = {}
    for item in basket.items:
        if item.variant is not None:
            wanted[item.variant.id] = wanted.get(item.variant.id, 0) + item.quantity
            if not item.variant.available(wanted[item.variant.id]):
                raise NotReady(f"{item.line.title}: there are not enough left of this one.", item.id)
