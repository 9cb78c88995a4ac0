"""What the platform counts beside what was confirmed: our fees for sending may be in its total or not."""

from __future__ import annotations

import pytest

from app.connectors.results import Placed
from app.domain.building_order import build_exchange_order
from app.domain.policy import Policy
from app.domain.settlement import make_quote
from app.services.placed_orders import drift_of
from tests.domain.examples import USD_STORE, choice, delivery, line, order, variant

CAP = line(product=4_500, tax=0, list_price=4_500)
TO = variant(price=4_500)


@pytest.mark.parametrize(
    ("why", "counted", "drift"),
    [
        ("it knows nothing of our fees", 4_500, 0),
        ("it counts the same for sending", 6_200, 0),
        ("it counts less for sending than the shopper pays", 5_000, 0),
        ("it counts more for sending", 6_300, 100),
        ("it counts the goods for less", 4_400, -100),
        ("it does not tell", None, None),
    ],
)
def test_what_is_paid_for_sending_is_allowed_for(why: str, counted: int | None, drift: int | None) -> None:
    policy = Policy(shipping_fee=500, expedited_fee=1_200, restocking_fee=300)
    bought = order(CAP)
    made = make_quote(USD_STORE, policy, bought, [choice(CAP, 1, TO)], expedited=True)
    message = build_exchange_order(bought, made, {TO.id: TO}, policy, delivery())
    assert (message.shipping, message.expedited) == (1_700, True)
    assert drift_of(message, Placed("AC-9", counted, None, None)) == drift, why
