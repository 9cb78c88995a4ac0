"""What becomes of an exchange that the platform says it has placed, believed or not (R23)."""

from __future__ import annotations

import json

from sqlalchemy import select

from app.domain.exchange_status import Status
from app.models import DispatchState, Order, db
from tests.factories import NOW, make_order
from tests.faults import behaviours as does
from tests.faults.peer import Peer
from tests.services.dispatch_cases import TO_CARD, TO_L, TO_XL, Acme, dispatch_of, exchange_of


def test_the_placed_exchange_is_an_order_of_its_own(shop: Acme) -> None:
    exchange_id = shop.confirm("AC-1001", TO_XL, TO_CARD)
    shop.send()
    parent = exchange_of(exchange_id).order
    child = db.session.scalars(select(Order).where(Order.parent_id == parent.id)).one()
    assert (child.number, child.root_id, child.chain_depth) == ("AC-1001-X1", parent.id, 1)
    assert (child.email_key, child.postcode_key) == (parent.email_key, parent.postcode_key)
    assert child.placed_at == NOW
    assert [
        (line.platform_id, line.title, line.variant_words, line.product, line.discount, line.tax)
        for line in child.lines
    ] == [
        ("RIDGE-PARKA-NAVY-XL", "Ridge Parka", "Navy · XL", 13950, 1395, 1035),
        ("OPTOROGIFTCARD", "Gift card", "", 4871, 0, 0),
    ]
    assert [line.list_price for line in child.lines] == [13950, 4871]
    assert {line.shipped for line in child.lines} == {0}
    assert child.lines[1].tags == ["gift-card"]


def test_an_exchange_can_be_exchanged_in_turn(shop: Acme, peer: Peer) -> None:
    first_id = shop.confirm()
    shop.send()
    root_id = exchange_of(first_id).order_id
    child = db.session.scalars(select(Order).where(Order.parent_id == root_id)).one()
    child.shipped_at = child.delivered_at = NOW
    child.lines[0].shipped = 1
    db.session.commit()

    shop.confirm_order(child.id, TO_XL)
    shop.send()

    grandchild = db.session.scalars(select(Order).where(Order.parent_id == child.id)).one()
    assert (grandchild.number, grandchild.root_id, grandchild.chain_depth) == ("AC-1001-X1-X1", root_id, 2)
    sent = json.loads(peer.requests[1].body)
    assert sent["original_order_id"] == "AC-1001-X1"
    assert sent["items"][0]["original_sku"] == "RIDGE-PARKA-NAVY-L"
    assert sent["payment"] != json.loads(peer.requests[0].body)["payment"]


def test_a_yes_without_an_order_number_goes_to_a_person_and_is_not_repeated(shop: Acme, peer: Peer) -> None:
    bodies = [b"", b"{", b'{"total_amount_cents": 1}', b'{"order_identifier": "AC-3"}']
    peer.script.extend(does.says(body) for body in bodies)
    ids = [shop.confirm(f"AC-{number}") for number in range(len(bodies))]
    shop.send()
    for exchange_id in ids:
        exchange = exchange_of(exchange_id)
        assert exchange.state is Status.IN_REVIEW
        assert exchange.attention
        assert exchange.attention.startswith("The platform accepted the exchange order, but ")
        assert exchange.platform_order is None
        assert exchange.occupies_order
        assert dispatch_of(exchange_id).state == DispatchState.DELIVERED
    shop.clock.forward(days=10)
    assert shop.send() == 0


def test_a_yes_that_lacks_an_amount_is_placed_and_flagged(shop: Acme, peer: Peer) -> None:
    peer.script.append(does.says(b'{"order_identifier": "AC-9", "tax_amount_cents": 1.5}'))
    exchange_id = shop.confirm()
    shop.send()
    exchange = exchange_of(exchange_id)
    assert (exchange.state, exchange.platform_order, exchange.drift) == (Status.PLACED, "AC-9", None)
    assert exchange.attention == (
        "Placed, but total_amount_cents is missing or not an amount; product_amount_cents is missing or not"
        " an amount; tax_amount_cents is missing or not an amount."
    )


def test_a_different_total_is_flagged_with_both_figures(shop: Acme, peer: Peer) -> None:
    peer.extra_total = 1250
    exchange_id = shop.confirm("AC-1001", TO_L, TO_CARD)
    shop.send()
    exchange = exchange_of(exchange_id)
    assert (exchange.state, exchange.drift) == (Status.PLACED, 1250)
    # 12568 for the parka as it was paid, and a card of 4871
    assert exchange.attention == ("The platform counts 186.89 USD in all, the shopper confirmed 174.39 USD.")


def test_a_bonus_is_no_drift(shop: Acme) -> None:
    shop.set_policy(bonus_fixed=500)
    exchange_id = shop.confirm("AC-1001", TO_L, TO_CARD)
    shop.send()
    assert exchange_of(exchange_id).drift == 0
    child = db.session.scalars(select(Order).where(Order.number == "AC-1001-X1")).one()
    assert child.lines[1].product == 4871  # the bonus was never paid for


def test_the_number_of_another_order_is_not_believed(shop: Acme, peer: Peer) -> None:
    make_order(shop.store_id, number="AC-77", platform_id="gid-77")
    peer.script.extend(
        [does.says(b'{"order_identifier": "ac 77"}'), does.says(b'{"order_identifier": "gid-77"}')]
    )
    ids = [shop.confirm("AC-1"), shop.confirm("AC-2")]
    shop.send()
    for exchange_id, number in zip(ids, ("ac 77", "gid-77"), strict=True):
        exchange = exchange_of(exchange_id)
        assert exchange.state is Status.IN_REVIEW
        assert exchange.attention is not None
        assert f"its number {number} is that of order AC-77" in exchange.attention
