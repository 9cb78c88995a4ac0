"""An exchange that Medusa has placed, what stands in its order there, and an agent who ends it."""

from __future__ import annotations

import httpx2
import pytest

from app.domain.exchange_status import Status
from app.services.agent_decisions import Decision
from app.services.cancelling_placed import cancel_placed
from app.services.find_order import find_order
from app.services.platform_reading import Reader
from app.services.refreshing import refresh_for_look_up
from tests.factories import NOW
from tests.services.dispatch_cases import Acme, exchange_of
from tests.services.medusa_store import EMAIL, TO_L

SAM = Decision("sam", "the shopper changed their mind")


@pytest.fixture
def placed(store: Acme, reader: Reader) -> int:
    """An exchange of a small tee for an L that Medusa has placed; 5.00 are owed."""
    refresh_for_look_up(reader, "1001", EMAIL, NOW)
    exchange_id = store.confirm_order(find_order("1001", EMAIL), TO_L)
    store.send()
    assert exchange_of(exchange_id).state is Status.PLACED
    return exchange_id


def skus(medusa: httpx2.Client) -> list[str]:
    order = medusa.get("/medusa/admin/orders/order_001001").json()["order"]
    return [item["variant_sku"] for item in order["items"]]


def owed(medusa: httpx2.Client) -> float:
    order = medusa.get("/medusa/admin/orders/order_001001?fields=total,summary").json()["order"]
    return float(order["summary"]["pending_difference"])


def second_goes_wrong(medusa: httpx2.Client, kind: str) -> None:
    """The look goes well, and the call that changes something does not."""
    for fault in ({"kind": "delay", "delay_ms": 1}, {"kind": kind}):
        assert medusa.post("/faults", json={"system": "medusa"} | fault).status_code == 201


def cancel(store: Acme, exchange_id: int) -> None:
    cancel_placed(store.connections, exchange_id, SAM, store.clock())
