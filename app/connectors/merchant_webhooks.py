"""Signed messages to the merchant's own address for every change of an exchange: Standard Webhooks 1.0.

The body and `webhook-id` are stored and repeated unchanged. Time and signature are made for every try, as the
standard has it: receivers refuse what was signed more than five minutes ago. Any answer but 2xx is tried
again; 410 means that nobody wants them any more.
"""

from __future__ import annotations

import binascii
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, ClassVar, Self

from pydantic import BaseModel, ConfigDict, ValidationInfo, field_validator
from standardwebhooks import Webhook
from standardwebhooks.webhooks import EmptyWebhookSecretError

from app.connectors.base import Done, Outcome, Reply, Request, Step, Told
from app.connectors.settings import InvalidSettings, checked_address, read_settings
from app.domain.exchange_notice import ExchangeNotice

GONE = 410


class WebhookSettings(BaseModel):
    """`url` is where the messages go."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    url: str

    @field_validator("url")
    @classmethod
    def _address(cls, value: str, info: ValidationInfo) -> str:
        return checked_address(value, info)


class MerchantWebhook:
    """One address of one store. See `app.connectors.base.Connector`, and `Signs` there."""

    system: ClassVar = "webhook"
    safe_to_repeat: ClassVar = True  # receivers know a message by its id

    def __init__(self, settings: WebhookSettings, webhook: Webhook) -> None:
        self._settings = settings
        self._webhook = webhook

    @classmethod
    def configure(cls, settings: Mapping[str, Any], secret: str | None, *, allow_loopback: bool) -> Self:
        """Raises InvalidSettings."""
        read = read_settings(WebhookSettings, settings, allow_loopback=allow_loopback)
        try:
            return cls(read, Webhook(secret or ""))
        except (EmptyWebhookSecretError, binascii.Error, ValueError):
            raise InvalidSettings({"secret": "must be whsec_ and base64"}) from None

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

    def credentials(self) -> Mapping[str, str]:
        """None of its own: what proves who we are is the signature."""
        return {}

    def signature(self, request: Request, at: datetime) -> Mapping[str, str]:
        """The headers that belong to a try at this time."""
        at = at.astimezone(UTC)
        signed = self._webhook.sign(request.headers["webhook-id"], at, request.body.decode())
        return {"webhook-timestamp": str(int(at.timestamp())), "webhook-signature": signed}

    def stored_settings(self) -> dict[str, Any]:
        return self._settings.model_dump()


def _body(message: ExchangeNotice) -> bytes:
    told = message.to_data()
    del told["message_id"]
    event = told.pop("event") or f"exchange.{message.state}"
    content = {"type": event, "timestamp": told.pop("at"), "data": told}
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
