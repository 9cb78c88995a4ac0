"""Pages and payments of the pretend card provider, for its own tests."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2

from tests.sandbox.conftest import Bench

Body = dict[str, Any]

KEY = {"Authorization": "Bearer sk_1"}
GOOD = "4242 4242 4242 4242"
DECLINED = "4000 0000 0000 0002"
ASKED = "4000 0025 0000 3155"
SILENT = "4000 0000 0000 0341"


def page_body() -> Body:
    return {
        "amount": 1050,
        "currency": "USD",
        "store": "Acme",
        "reference": "EX-7K3M9Q",
        "order": "AC-1001",
        "description": "Exchange EX-7K3M9Q",
        "statement": "ACME EX-7K3M9Q",
        "return_url": "http://127.0.0.1:5000/acme/exchanges/EX-7K3M9Q",
        "back_url": "http://127.0.0.1:5000/acme/exchanges/EX-7K3M9Q/back",
        "email": None,
        "expires_at": (datetime.now(UTC) + timedelta(days=1)).isoformat(timespec="seconds"),
    }


def changed_page(**changes: object) -> Body:
    return page_body() | changes


def open_page(bench: Bench, key: str, headers: Body | None = None, **changes: object) -> httpx2.Response:
    """Ask for a page; times are kept from call to call so that a repeat is one."""
    body = {**page_body(), "expires_at": "2126-11-22T12:00:00+00:00", **changes}
    return bench.client.post(
        "/cards/v1/pages", json=body, headers={**KEY, "Idempotency-Key": key, **(headers or {})}
    )


def opened(bench: Bench, **changes: object) -> str:
    body = changed_page(**changes)
    headers = {**KEY, "Idempotency-Key": f"open {body['reference']}"}
    reply = bench.client.post("/cards/v1/pages", json=body, headers=headers)
    assert reply.status_code == 201, reply.text
    return str(reply.json()["page"])


def look(bench: Bench, page: str) -> Body:
    reply = bench.client.get(f"/cards/v1/pages/{page}", headers=KEY)
    assert reply.status_code == 200, reply.text
    found: Body = reply.json()
    return found


def pay(bench: Bench, page: str, card: str) -> httpx2.Response:
    return bench.client.post(f"/pay/{page}", data={"card": card})


def authorised(bench: Bench, **changes: object) -> tuple[str, str]:
    """A page that was paid on, and its payment."""
    page = opened(bench, **changes)
    assert pay(bench, page, GOOD).status_code == 303
    return page, str(look(bench, page)["payment"])


def move(
    bench: Bench, payment: str, act: str, amount: int, *, currency: str = "USD", key: str = ""
) -> httpx2.Response:
    headers = {**KEY, "Idempotency-Key": key or act}
    body = {"amount": amount, "currency": currency}
    return bench.client.post(f"/cards/v1/payments/{payment}/{act}", json=body, headers=headers)


def set_cards(bench: Bench, **settings: object) -> None:
    reply = bench.client.post("/settings", json={"system": "cards", **settings})
    assert reply.status_code == 200, reply.text
