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
from app.connectors.base import Done, Refused, Reply, Request, Step
from app.connectors.platforms.optoro_endpoint import OptoroEndpoint
from app.connectors.platforms.optoro_rmas_body import RMA, rma_of
from app.connectors.platforms.optoro_rmas_settings import ENDPOINT, RmasSettings
from app.connectors.results import Told
from app.connectors.settings import read_settings
from app.domain.exchange_report import ExchangeReport


class OptoroRmas(OptoroEndpoint[RmasSettings]):
    """Tells one merchant's endpoint of placed exchanges. See `app.connectors.base.Listener`."""

    system: ClassVar = "optoro-rmas"
    safe_to_repeat: ClassVar = True  # receivers of Optoro's webhooks expect duplicates

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

    def _headers(self) -> dict[str, str]:
        return self._headers_of(self._settings.api_version) | {"Content-Type": "application/json"}
