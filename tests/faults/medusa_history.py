"""The store of a `History` at a pretend Medusa: an exchange is a row of calls, none of which may be repeated.

Everything Medusa has of an order is read back from its own pages: that is the ledger.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
from sqlalchemy import select

from app.models import Variant, db, writing
from app.services.connector_settings import connect_store, disconnect_store
from tests.factories import Bought, make_order
from tests.faults.history import History

SECRET = "sk_sandbox"


@dataclass
class MedusaHistory(History):
    """What happens at the store, from the first order on. The sandbox with its payments is the shop, too."""

    def __post_init__(self) -> None:
        acme = self.till.acme
        disconnect_store(acme.store_id, "optoro", acme.clock())
        settings = {"url": f"{self.till.provider.url}/medusa", "shipping_option_id": "so_standard"}
        connect_store(acme.connections, acme.store_id, "medusa", settings, SECRET, acme.clock())
        rows = db.session.scalars(select(Variant)).all()
        variants = [{"id": row.platform_id, "sku": row.sku, "price_cents": row.price} for row in rows]
        self._configure(variants=variants)

    def bought(self) -> str:
        """A fresh order's number; Medusa has the order, too."""
        count = next(self.numbers)
        item = {"variant_id": "RIDGE-PARKA-0", "quantity": 1}
        self._configure(orders=[{"display_id": count, "email": "ada@example.com", "items": [item]}])
        acme, lately = self.till.acme, datetime.now(UTC) - timedelta(days=5)
        parka, number = Bought(acme.parka["Navy / M"]), f"K-{count}"
        with writing():  # others may be writing just now
            make_order(
                acme.store_id, parka, number=number, platform_id=_id_there(number), delivered_at=lately
            )
        return number

    def ledger(self) -> list[dict[str, Any]]:
        """Every exchange that Medusa has, confirmed or given up; the order as it was left is the body."""
        found = []
        for number in {row["order"] for row in self.told}:
            body = hashlib.sha256(json.dumps(self.left(number)).encode()).hexdigest()
            for exchange in self.read("exchanges", order_id=_id_there(number))["exchanges"]:
                placed = str(exchange["display_id"]) if exchange["additional_items"] else ""
                found.append({"order": number, "placed": placed, "body": body})
        return found

    def left(self, number: str) -> tuple[list[str], float]:
        """The SKUs of the order's lines as they are in Medusa, and what it waits to be paid."""
        order = self.read(f"orders/{_id_there(number)}")["order"]
        return [item["variant_sku"] for item in order["items"]], order["summary"]["pending_difference"]

    def read(self, path: str, **asked: str) -> dict[str, Any]:
        url = f"{self.till.provider.url}/medusa/admin/{path}"
        answer = httpx2.get(url, params=asked, auth=(SECRET, ""), trust_env=False)
        assert answer.status_code == 200, answer.text
        content: dict[str, Any] = answer.json()
        return content

    def _configure(self, **settings: object) -> None:
        body = {"system": "medusa", **settings}
        answer = httpx2.post(f"{self.till.provider.url}/settings", json=body, trust_env=False)
        assert answer.status_code == 200, answer.text


def _id_there(number: str) -> str:
    return f"order_{int(number.removeprefix('K-')):06d}"
