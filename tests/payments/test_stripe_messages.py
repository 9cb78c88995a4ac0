"""Stripe's messages: what each is about, and signatures that Stripe would not write."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from typing import Any

import pytest

from app.connectors.moved import Dispute, Heard
from tests.payments.conftest import SIGNING
from tests.payments.providers import Provider

DISPUTED = {
    "object": "dispute",
    "id": "dp_1",
    "amount": 1022,
    "currency": "usd",
    "reason": "product_not_received",
    "charge": "ch_1",
    "payment_intent": "pi_1",
    "evidence_details": {"due_by": 1796083199},
    "metadata": {},
}
DISPUTE = Dispute("dp_1", 1022, "USD", "product not received", datetime(2026, 11, 30, 23, 59, 59, tzinfo=UTC))


def signature(body: bytes) -> str:
    from stripe import WebhookSignature  # noqa: PLC0415 - its own signing, for this one test

    return str(WebhookSignature.generate_signature_header(body.decode(), SIGNING))


@pytest.mark.parametrize(
    ("kind", "thing", "expected"),
    [
        ("customer.created", {"object": "customer", "id": "cus_1"}, Heard()),
        ("charge.refunded", {"object": "charge", "id": "ch_1"}, Heard(payments=("ch_1",))),
        (
            "payment_intent.canceled",
            {"object": "payment_intent", "id": "pi_1", "metadata": {"exchange": "EX-1"}},
            Heard(payments=("pi_1",), exchange="EX-1"),
        ),
        (
            "refund.failed",
            {"object": "refund", "id": "re_1", "payment_intent": "pi_1", "charge": "ch_1", "metadata": None},
            Heard(payments=("pi_1", "ch_1")),
        ),
        ("charge.dispute.created", DISPUTED, Heard(payments=("pi_1", "ch_1"), dispute=DISPUTE)),
        ("charge.dispute.created", DISPUTED | {"amount": "1022"}, Heard(payments=("pi_1", "ch_1"))),
        ("charge.dispute.created", [], Heard()),
    ],
)
def test_what_a_message_is_about(
    provider: Provider, kind: str, thing: dict[str, Any], expected: Heard
) -> None:
    body = json.dumps({"object": "event", "type": kind, "data": {"object": thing}}).encode()
    signed = {"stripe-signature": signature(body)}
    assert provider.gateway.heard(signed, body, datetime.now(UTC)) == expected


@pytest.mark.parametrize(
    "header",
    [
        "",
        "t=1",
        "v1=00",
        "t=x,v1=00",
        "t={now},v0={right}",
        "t={now},v1=",
        "t={now},v1=é",
        "t={now},t=1,v1={right}",
        "T={now},v1={right}",
    ],
)
def test_a_header_that_stripe_would_not_write(provider: Provider, header: str) -> None:
    body = b'{"object":"event"}'
    right = signature(body).rpartition("=")[2]
    written = header.format(now=int(time.time()), right=right)
    assert provider.gateway.heard({"stripe-signature": written}, body, datetime.now(UTC)) is None
