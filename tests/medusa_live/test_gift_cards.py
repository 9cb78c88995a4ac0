"""The last step of a gift card at Medusa itself: its code is mailed, is kept nowhere else, and pays there."""

from __future__ import annotations

from typing import Any

import pytest

from app.connectors.base import NoAnswer, Request, Sent
from app.domain.exchange_status import Status
from tests.connectors.medusa_cases import BOX, CASES, Courier, placed
from tests.medusa_live.portal import EMAIL, Portal
from tests.medusa_live.shop import LiveShop
from tests.medusa_live.test_live import connector, message_for
from tests.services.dispatch_cases import TO_CARD, exchange_of
from tests.services.gift_cards.card_cases import everything_stored, with_code

pytestmark = pytest.mark.medusa_live


def cards(shop: LiveShop, reference: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = shop.get(f"/admin/gift-cards?reference_id={reference}")["gift_cards"]
    return found


def test_its_code_stands_in_the_mail_alone_and_pays(store: Portal, shop: LiveShop) -> None:
    there, order_id = store.buy(shop)
    exchange_id = store.confirm_order(order_id, TO_CARD)
    store.send()
    exchange = exchange_of(exchange_id)
    assert (exchange.state, exchange.attention) == (Status.PLACED, None)
    (card,) = cards(shop, exchange.reference or "")
    assert with_code(store.mail, card["code"]) == [(EMAIL,)]
    assert card["code"] not in everything_stored()
    assert card["value"] * 100 == exchange.card_total
    assert shop.read(there["id"])["summary"]["pending_difference"] < 0  # as the documentation says
    assert shop.spend(card["code"])["total"] == 0


@pytest.mark.parametrize("when", ["before", "after"])
def test_an_answer_with_the_code_that_got_lost_is_had_again(shop: LiveShop, when: str) -> None:
    order, message = shop.order(EMAIL), CASES["gift-card"]
    lost = list[Request]()

    def lose(request: Request) -> Sent | None:
        name = "gift card" if when == "before" else "list gift cards"
        if request.name != name or lost or (when == "after" and "gift card" not in carrier.names):
            return None
        lost.append(request)
        carrier.send(request)
        return NoAnswer("lost")

    carrier = Courier(connector(shop), lose)
    message = message_for(shop, order, message)
    result = placed(carrier.place(message))
    assert lost
    (card,) = cards(shop, message.reference)
    assert result.card is not None
    assert (BOX.decrypt(result.card.code.secret), result.card.tail) == (card["code"], card["code"][-4:])
    assert result.doubt == ""
