"""Optoro's exchange orders: one request to an endpoint that the merchant hosts.

Source: Optoro Exchange Orders 2.0.0 (and 1.0.0 for header value "1"). The page promises an endpoint
that is idempotent by `original_order_id` and takes only one exchange order for each, for ever.
The body is `optoro_body`, what may be sent `optoro_schema`, the answer `optoro_reply`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Self

from app.connectors.base import Done, Refused, Reply, Request, Step
from app.connectors.platforms import optoro_reply
from app.connectors.platforms.optoro_body import body_of, to_bytes
from app.connectors.platforms.optoro_endpoint import OptoroEndpoint
from app.connectors.platforms.optoro_schema import fault_in
from app.connectors.platforms.optoro_settings import ENDPOINT, OptoroSettings
from app.connectors.settings import read_settings
from app.domain.exchange_order import ExchangeOrder


class OptoroPlacer(OptoroEndpoint[OptoroSettings]):
    """Places exchange orders at one merchant's endpoint."""

    system: ClassVar = "optoro"
    one_per_order: ClassVar = True
    needs_email: ClassVar = True
    # A card line must list returned items, and those of a residue stand on variant lines already.
    residue_card: ClassVar = False

    @classmethod
    def configure(cls, settings: Mapping[str, Any], secret: str | None, *, allow_loopback: bool) -> Self:
        """From settings as stored or typed in. Raises InvalidSettings."""
        return cls(read_settings(OptoroSettings, settings, allow_loopback=allow_loopback), secret)

    def next_step(self, message: ExchangeOrder, answers: Sequence[Reply]) -> Step:
        if answers:
            return Done(optoro_reply.read_reply(message, answers[-1]))
        version = self._settings.api_version
        body = body_of(message, version)
        fault = fault_in(body, version)
        if fault:
            return Refused(fault)
        try:
            content = to_bytes(body)
        except UnicodeEncodeError:
            return Refused("a text holds a character that UTF-8 cannot carry")
        return Request("exchange order", "POST", self._settings.url + ENDPOINT, self._headers(), content)

    @property
    def api_version(self) -> str:
        return self._settings.api_version

    @property
    def proves_itself(self) -> bool:
        """Whether a credential or a token goes along."""
        return bool(self._credentials) or self._token_client is not None

    def _headers(self) -> dict[str, str]:
        return self._headers_of(self._settings.api_version) | {"Content-Type": "application/json"}
