"""A store that is connected to a pretend StateSet alone, and calls there that are refused."""

from __future__ import annotations

from collections.abc import Iterator

import httpx2
import pytest

from app.domain.search_words import asked
from app.queries.search import found_orders
from app.sandbox import create_sandbox
from app.sandbox.serving import start
from app.services.connector_settings import connect_store
from tests.factories import Bought, make_order
from tests.faults.peer import Peer
from tests.services.dispatch_cases import TO_L, TO_XL, Acme


@pytest.fixture(scope="module")
def stateset() -> Iterator[httpx2.Client]:
    """The pretend StateSet, and the way to steer it."""
    sandbox = create_sandbox()
    running = start(sandbox)
    with httpx2.Client(base_url=running.url, trust_env=False) as client:
        yield client
    running.stop()
    sandbox.close()


@pytest.fixture
def shop(acme: int, peer: Peer, stateset: httpx2.Client) -> Acme:
    """The store `acme`, connected to StateSet alone."""
    for path in ("/ledger", "/faults", "/settings"):
        stateset.delete(path)
    shop = Acme(acme, peer)
    url = str(stateset.base_url).rstrip("/")
    settings = {"url": f"{url}/stateset/v1", "approve_returns": "yes"}
    connect_store(shop.connections, acme, "stateset", settings, "st_example", shop.clock())
    return shop


def two_parkas(shop: Acme) -> int:
    """An exchange of two bought parkas, one to L and one to XL."""
    bought = [Bought(shop.parka["Navy / M"]), Bought(shop.parka["Navy / M"])]
    return shop.confirm_order(make_order(shop.store_id, *bought), TO_L, TO_XL)


def fail_the_call(stateset: httpx2.Client, number: int) -> None:
    """Have this call, counted from 1, refused with 422."""
    if number > 1:
        stateset.post(
            "/faults", json={"system": "stateset", "kind": "delay", "delay_ms": 0, "times": number - 1}
        )
    stateset.post("/faults", json={"system": "stateset", "kind": "status", "status": 422})


def found_by(typed: str) -> set[int]:
    """The orders that somebody who looks for this finds."""
    return {order.id for order in found_orders(asked(typed)).orders}
