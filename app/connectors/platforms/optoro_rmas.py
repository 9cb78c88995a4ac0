"""Optoro's RMAs message: telling the merchant, in a form known there, what comes back for an exchange.

Source: RMAs 5.0.0, and Optoro's page on webhooks: any 2xx is success, and a message may come twice and out of
order; `rma_identifier` and `updated_at` tell which it is. It is sent once the exchange is placed, when the
parcel is first seen, and when it is there. The body is `optoro_rmas_body`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Self

from app.connectors import body_schema
from app.connectors.base import Done, Outcome, Refused, Reply, Request, Step, Told, outcome_of_status
from app.connectors.oauth import TokenClient
from app.connectors.platforms import optoro_reply
from app.connectors.platforms.optoro_rmas_body import RMA, rma_of
from app.connectors.platforms.optoro_rmas_settings import ENDPOINT, RmasSettings
from app.connectors.platforms.optoro_settings import credentials_of, token_client_of
from app.connectors.settings import read_settings
from app.domain.exchange_report import ExchangeReport


class OptoroRmas:
    """Tells one merchant's endpoint of placed exchanges. See `app.connectors.base.Listener`."""

    system: ClassVar = "optoro-rmas"
    safe_to_repeat: ClassVar = True  # receivers of Optoro's webhooks expect duplicates

    def __init__(self, settings: RmasSettings, secret: str | None = None) -> None:
        """Raises InvalidSettings when the secret does not go with the settings."""
        self._settings = settings
        self._credentials = credentials_of(settings, secret)
        self._token_client = token_client_of(settings, secret)

    @classmethod
    def configure(cls, settings: Mapping[str, Any], secret: str | None, *, allow_loopback: bool) -> Self:
        """From settings as stored or typed in. Raises InvalidSettings."""
        return cls(read_settings(RmasSettings, settings, allow_loopback=allow_loopback), secret)

    def next_step(self, message: ExchangeReport, answers: Sequence[Reply]) -> Step:
        if answers:
            return Done(Told({"status": answers[-1].status}))
        if not message.platform_order:
            return Refused("the exchange is not placed yet")
        body = rma_of(message, self._settings)
        fault = body_schema.fault_in(RMA, body, "Optoro")
        if fault:
            return Refused(fault)
        try:
            content = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode("utf-8")
        except UnicodeEncodeError:
            return Refused("a text holds a character that UTF-8 cannot carry")
        return Request("rma", "POST", self._settings.url + ENDPOINT, self._headers(), content)

    def outcome(self, reply: Reply) -> Outcome:
        return outcome_of_status(reply.status, safe_to_repeat=self.safe_to_repeat)

    def explain(self, reply: Reply) -> str:
        return optoro_reply.explain(reply)

    def credentials(self) -> Mapping[str, str]:
        return self._credentials

    def token_client(self) -> TokenClient | None:
        return self._token_client

    def stored_settings(self) -> dict[str, Any]:
        return self._settings.model_dump(mode="json", exclude_defaults=False)

    def _headers(self) -> dict[str, str]:
        return {
            "X-Optiturn-Id": self._settings.optiturn_id,
            "X-Optiturn-Api-Version": self._settings.api_version,
            "Content-Type": "application/json",
            "Accept": "application/json",
        }
