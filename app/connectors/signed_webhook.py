"""What messages to the merchant's own programs have in common: one address, signed as Standard Webhooks 1.0.

The body and `webhook-id` are stored and repeated unchanged. Time and signature are made for every try, as the
standard has it: receivers refuse what was signed more than five minutes ago.
"""

from __future__ import annotations

import binascii
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, ValidationInfo, field_validator
from standardwebhooks import Webhook
from standardwebhooks.webhooks import EmptyWebhookSecretError

from app.connectors.base import Request
from app.connectors.settings import InvalidSettings, checked_address, read_settings


class WebhookSettings(BaseModel):
    """`url` is where the messages go."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    url: str

    @field_validator("url")
    @classmethod
    def _address(cls, value: str, info: ValidationInfo) -> str:
        return checked_address(value, info)


class SignedWebhook:
    """One address of one store; the part of a connector that every such address shares. See `Signs`."""

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
