"""An exchange that is looked at in Medusa, what the shop does with it there, and what was told of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import httpx2
import pytest
from sqlalchemy import select

from app.models import AuditEntry, db
from app.services.find_order import find_order
from app.services.platform_reading import Reader
from app.services.refreshing import refresh_for_look_up
from app.services.watching import MOST, watch_placed
from tests.factories import NOW
from tests.services.dispatch_cases import Acme, exchange_of
from tests.services.medusa_store import EMAIL, TO_L

ORDER = "/medusa/admin/orders/order_001001"


@pytest.fixture
def placed(store: Acme, reader: Reader) -> int:
    """An exchange of a small tee for an L that Medusa has placed, and is looked at from now on."""
    refresh_for_look_up(reader, "1001", EMAIL, NOW)
    exchange_id = store.confirm_order(find_order("1001", EMAIL), TO_L)
    store.send()
    assert (watch_placed(NOW), watch_placed(NOW)) == (1, 0)
    return exchange_id


def look(store: Acme) -> None:
    """Let the time of the longest wait pass, and one worker send what is due then."""
    store.clock.forward(hours=MOST / timedelta(hours=1))
    store.send()


def posted(medusa: httpx2.Client, path: str, body: dict[str, Any]) -> dict[str, Any]:
    answer = medusa.post(path, json=body)
    assert answer.status_code == 200, answer.text
    content: dict[str, Any] = answer.json()
    return content


def there(exchange_id: int, name: str) -> str:
    """Medusa's own number of the exchange, or of its return."""
    return str((exchange_of(exchange_id).platform_reply or {})[name])


def packed(medusa: httpx2.Client, exchange_id: int) -> str:
    """The parcel with what goes out."""
    path = f"/medusa/admin/exchanges/{there(exchange_id, 'exchange_id')}"
    (line,) = medusa.get(path).json()["exchange"]["additional_items"]
    items = [{"id": line["item_id"], "quantity": 1}]
    body = {"location_id": "sloc_harbour", "items": items}
    return str(posted(medusa, f"{ORDER}/fulfillments", body)["order"]["fulfillments"][-1]["id"])


def sent(medusa: httpx2.Client, parcel: str, *numbers: str) -> None:
    label = {"tracking_url": "https://carrier.example/1", "label_url": "https://carrier.example/1.pdf"}
    labels = [label | {"tracking_number": number} for number in numbers]
    body = {"items": [{"id": "any", "quantity": 1}], "labels": labels}
    posted(medusa, f"{ORDER}/fulfillments/{parcel}/shipments", body)


def received(medusa: httpx2.Client, exchange_id: int, act: str = "receive-items") -> None:
    path = f"/medusa/admin/returns/{there(exchange_id, 'return_id')}"
    posted(medusa, f"{path}/receive", {})
    posted(medusa, f"{path}/{act}", {"items": [{"id": "ordli_1001_1", "quantity": 1}]})
    posted(medusa, f"{path}/receive/confirm", {})


def acts(exchange_id: int) -> list[str]:
    wanted = select(AuditEntry.act).where(AuditEntry.chain == f"exchange:{exchange_id}")
    told = ("parcel in transit", "parcel received", "shipped", "parcel told", "delivered", "cancelled")
    return [act for act in db.session.scalars(wanted.order_by(AuditEntry.id)) if act in told]
