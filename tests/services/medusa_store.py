"""A store that reads from a pretend Medusa with one order of two small tees in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx2

from app.connectors.base import Request, Sent
from app.connectors.http import HttpSender
from app.domain.reasons import Reason
from app.models import db
from app.services.baskets import VARIANT
from app.services.connector_settings import connect_store
from app.services.wishes import Wish
from tests.factories import NOW
from tests.services.dispatch_cases import SENDER, Acme

EMAIL = "ada@example.com"
SECRET = "sk_sandbox"
TWO_TEES = {"display_id": 1001, "email": EMAIL, "items": [{"variant_id": "variant_tee-s", "quantity": 2}]}
TO_L = Wish(Reason.TOO_SMALL, VARIANT, {"Size": "L"})
LATER = NOW + timedelta(hours=1)


@dataclass(frozen=True)
class Outside:
    """A sender that sees to it that nothing is sent while a transaction is open."""

    sender: HttpSender = SENDER

    def within(self, seconds: float) -> Outside:
        return Outside(self.sender.within(seconds))

    def send(self, request: Request, credentials: Mapping[str, str]) -> Sent:
        assert not db.session().in_transaction()
        assert request.method == "GET" or request.name == "sign in"
        return self.sender.send(request, credentials)


def connect(store: Acme, url: str, secret: str = SECRET, **settings: Any) -> None:
    wanted = {"url": url, "shipping_option_id": "so_standard", "read_orders": True}
    wanted |= {"publishable": "pk_1", "region_id": "reg_1"} | settings
    connect_store(store.connections, store.store_id, "medusa", wanted, secret, NOW)


def configure(medusa: httpx2.Client, **settings: object) -> None:
    reply = medusa.post("/settings", json={"system": "medusa", **settings})
    assert reply.status_code == 200, reply.text


def asked(medusa: httpx2.Client) -> list[str]:
    """Paths below /medusa that were asked for, oldest first, without their query."""
    requests = medusa.get("/ledger").json()["requests"]
    return [entry["path"].removeprefix("/medusa").partition("?")[0] for entry in requests]
