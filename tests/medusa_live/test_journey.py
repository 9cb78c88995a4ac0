"""A shopper's whole way with Medusa itself: looked up, read, quoted, placed, printed, cancelled, as before.

The portal signs in with e-mail and password. Its services and its worker are those of every other run; here
nothing is pretended.
"""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.domain.exchange_status import Status
from app.models import LineItem, Variant, db
from app.services.agent_decisions import Decision
from app.services.baskets import load_basket
from app.services.cancelling_placed import cancel_placed
from app.services.find_order import NoMatch
from app.services.quotes import quote
from tests.medusa_live.portal import Portal
from tests.medusa_live.shop import LiveShop
from tests.medusa_live.warehouse import exchange_of as exchange_there
from tests.services.dispatch_cases import exchange_of
from tests.services.medusa_store import TO_L

pytestmark = pytest.mark.medusa_live


def stocked(sku: str) -> int | None:
    db.session.rollback()
    return db.session.scalars(select(Variant.stock).where(Variant.sku == sku)).one()


def line_of(order_id: int) -> LineItem:
    db.session.expunge_all()
    db.session.rollback()
    return db.session.scalars(select(LineItem).where(LineItem.order_id == order_id)).one()


def test_an_exchange_from_look_up_to_cancelling(store: Portal, shop: LiveShop) -> None:
    there = store.order_there(shop)
    number = str(there["display_id"])
    with pytest.raises(NoMatch):
        store.look_up(number, "ann@example.test")
    order_id = store.look_up(number)
    line, before = line_of(order_id), stocked("TEE-L")
    assert (line.sku, line.product, line.quantity, line.shipped, line.refunded) == ("TEE-S", 4000, 2, 2, 0)
    assert line.order.delivered_at is not None
    assert before is not None

    draft = store.draft_of(order_id, TO_L)
    shown = quote(load_basket(draft, store.clock()))
    assert shown is not None
    assert (shown.amount_due, shown.refund_due) == (500, 0)
    exchange_id = store.confirm_order(order_id, TO_L)
    store.send()
    exchange = exchange_of(exchange_id)
    assert (exchange.state, exchange.drift, exchange.attention) == (Status.PLACED, 0, None)
    assert exchange.platform_order == f"{number}-E{said(shop, there['id'])}"

    cancel_placed(store.connections, exchange_id, Decision("sam", "a try"), store.clock())
    store.send()
    assert exchange_of(exchange_id).state is Status.CANCELLED
    after = shop.read(there["id"])
    assert after["summary"]["pending_difference"] == 0
    assert [item["detail"]["return_requested_quantity"] for item in after["items"]] == [0]
    assert store.look_up(number) == order_id
    line = line_of(order_id)
    assert (line.committed, line.refunded, stocked("TEE-L")) == (0, 0, before)


def said(shop: LiveShop, order_id: str) -> str:
    """Medusa's count of the one exchange of the order; what it says of both is printed (`pytest -s`)."""
    made = exchange_there(shop, order_id)
    order = shop.read(order_id)
    print(f"\nexchange {made['id']}, number {made['display_id']}, {made['metadata']}")  # noqa: T201
    for item in order["items"]:
        units = item["detail"]
        asked = units["return_requested_quantity"]
        print(f"  {item['variant_sku']}: {item['quantity']} at {item['unit_price']}, {asked} to come back")  # noqa: T201
    print(f"  pending {order['summary']['pending_difference']}, return {made['return']['status']}")  # noqa: T201
    assert order["summary"]["pending_difference"] == 5
    return str(made["display_id"])
