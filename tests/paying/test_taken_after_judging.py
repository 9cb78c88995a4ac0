"""Where money is taken before placing: not before it is certain that nobody must judge the exchange."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import update

from app.connectors.registry import LISTENERS, SCREENERS
from app.models import Connector, PaymentState, db
from app.services.breaker import OPENS_AFTER
from app.services.connector_settings import connect_store
from tests.paying.shop_with_till import PayingShop, states


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    return sqlite_database_url


def test_nothing_is_taken_while_the_screening_waits_behind_its_breaker(shop: PayingShop) -> None:
    acme = shop.acme
    acme.screeners, acme.listeners = SCREENERS, LISTENERS
    settings = {"url": f"{shop.provider.url}/ravelin", "refund_abuse": "yes"}
    connect_store(acme.connections, acme.store_id, "ravelin", settings, "sk_test_example", shop.clock())
    acme.set_policy(release="received", undo_minutes=15)
    exchange_id = shop.paid()
    shop.clock.forward(minutes=15)
    breaker = update(Connector).where(Connector.system == "ravelin")
    until = shop.clock() + timedelta(minutes=1)
    db.session.execute(breaker.values(failures=OPENS_AFTER, closed_until=until))
    db.session.commit()
    shop.send()
    assert states(exchange_id) == ("submitted", PaymentState.AUTHORISED)
    assert shop.provider.requests("/capture") == []
    for _ in range(2):
        shop.clock.forward(minutes=6)
        shop.send()
    assert states(exchange_id) == ("approved", PaymentState.CAPTURED)
