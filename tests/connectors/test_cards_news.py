"""News from the sandbox's cards: only what they signed, and signed just now, is heard.

What is heard is no more than which page it is about: how its payment stands is looked up.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from standardwebhooks import Webhook

from app.connectors.moved import Heard
from tests.connectors.cards_cases import SIGNING, gateway
from tests.payments.cases import NOW

BODY = b'{"type":"page.authorised","timestamp":"2026-11-22T12:00:00+00:00","data":{"page":"pg_1"}}'


def signed(
    body: bytes = BODY, at: datetime = NOW, secret: str = SIGNING, number: str = "msg_1"
) -> dict[str, str]:
    """Headers as the cards sign this body."""
    return {
        "webhook-id": number,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Webhook(secret).sign(number, at, body.decode()),
    }


def test_what_is_signed_is_heard() -> None:
    assert gateway().heard(signed(), BODY, NOW) == Heard(page="pg_1")
    two = signed() | {"webhook-signature": f"v1,AAAA {signed()['webhook-signature']}"}
    assert gateway().heard(two, BODY, NOW) == Heard(page="pg_1")
    about_nothing = b'{"type":"x","data":{}}'
    assert gateway().heard(signed(about_nothing), about_nothing, NOW) == Heard()
    assert gateway().heard(signed(b"[]"), b"[]", NOW) == Heard()


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ({}, BODY),
        (signed(at=NOW - timedelta(minutes=5, seconds=1)), BODY),
        (signed(at=NOW + timedelta(minutes=5, seconds=1)), BODY),
        (signed(secret="whsec_" + "A" * 32), BODY),
        (signed(), BODY.replace(b"pg_1", b"pg_2")),
        (signed() | {"webhook-id": "msg_2"}, BODY),
        (signed(number=""), BODY),
        (signed() | {"webhook-timestamp": str(int(NOW.timestamp()) + 1)}, BODY),
        (signed() | {"webhook-timestamp": "now"}, BODY),
        (signed() | {"webhook-timestamp": "99999999999"}, BODY),
        (signed() | {"webhook-signature": ""}, BODY),
        (signed() | {"webhook-signature": signed()["webhook-signature"].replace("v1,", "v2,")}, BODY),
        (signed() | {"webhook-signature": "v1,é"}, BODY),
        (signed(), b"\xff"),
    ],
)
def test_what_is_not_signed_is_not_heard(headers: dict[str, str], body: bytes) -> None:
    assert gateway().heard(headers, body, NOW) is None
