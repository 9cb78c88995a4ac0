"""The provider's messages as they come in: a signed one has the record looked at, a forged one nothing."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime

from flask import Flask
from sqlalchemy import select

from app.models import Payment, db
from app.sandbox.payments import WEBHOOK_SECRET
from tests.paying.pages.at_the_till import press, to_review
from tests.web.browsing import Browser


def news(page: str, secret: str = WEBHOOK_SECRET) -> tuple[bytes, dict[str, str]]:
    """A message of the provider's about a page, signed with this secret."""
    body = json.dumps({"type": "page.authorised", "data": {"page": page}}).encode()
    stamp = str(int(datetime.now(UTC).timestamp()))
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signature = hmac.new(key, b".".join((b"msg_1", stamp.encode(), body)), hashlib.sha256).digest()
    return body, {
        "webhook-id": "msg_1",
        "webhook-timestamp": stamp,
        "webhook-signature": f"v1,{base64.b64encode(signature).decode()}",
        "content-type": "application/json",
    }


def test_a_signed_message_has_the_record_looked_at_and_a_forged_one_does_not(
    app: Flask, ada: Browser
) -> None:
    page = press(ada, to_review(ada)).rpartition("/")[2]
    pay_there_at = datetime.now(UTC)

    def due() -> bool:
        with app.app_context():
            found = db.session.scalars(select(Payment.next_look_at), execution_options={"all_stores": True})
            return (found.one() or pay_there_at) <= pay_there_at

    forged, headers = news(page, "whsec_" + base64.b64encode(b"somebody else entirely").decode())
    assert ada.client.post("/hooks/v1/acme/cards", data=forged, headers=headers).status_code == 401
    assert not due()
    body, headers = news(page)
    assert ada.client.post("/hooks/v1/acme/stripe", data=body, headers=headers).status_code == 404
    assert ada.client.post("/hooks/v1/nowhere/cards", data=body, headers=headers).status_code == 404
    for _ in range(2):
        told = ada.client.post("/hooks/v1/acme/cards", data=body, headers=headers)
        assert (told.status_code, told.json) == (200, {"outcome": "taken"})
        assert due()
    body, headers = news("pg_" + "0" * 32)
    told = ada.client.post("/hooks/v1/acme/cards", data=body, headers=headers)
    assert told.json == {"outcome": "ignored: it is about no payment of this store"}
