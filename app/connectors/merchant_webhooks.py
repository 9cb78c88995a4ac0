"""Signed messages to the merchant's own address for every change of an exchange.

Any answer but 2xx is tried again; 410 means that nobody wants them any more. How they are signed:
`app.connectors.signed_webhook`.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import ClassVar

from app.connectors.base import Done, Outcome, Reply, Request, Step
from app.connectors.results import Told
from app.connectors.signed_webhook import SignedWebhook
from app.domain.exchange_notice import ExchangeNotice

GONE = 410


class MerchantWebhook(SignedWebhook):
    """See `app.connectors.base.Connector`."""

    system: ClassVar = "webhook"
    safe_to_repeat: ClassVar = True  # receivers know a message by its id

    def next_step(self, message: ExchangeNotice, answers: Sequence[Reply]) -> Step:
        if answers:
            return Done(Told())
        headers = {"Content-Type": "application/json", "webhook-id": message.message_id}
        return Request("notify", "POST", self._settings.url, headers, _body(message))

    def outcome(self, reply: Reply) -> Outcome:
        if 200 <= reply.status < 300:
            return Outcome.DELIVERED
        return Outcome.REJECTED if reply.status == GONE else Outcome.TRY_LATER

    def explain(self, reply: Reply) -> str:
        if reply.status == GONE:
            return "The shop's webhook address says that it is gone (410): take it away or give another."
        return f"The shop's webhook address answered {reply.status}."


def _body(message: ExchangeNotice) -> bytes:
    told = message.to_data()
    del told["message_id"]
    event = told.pop("event") or f"exchange.{message.state}"
    content = {"type": event, "timestamp": told.pop("at"), "data": told}
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
