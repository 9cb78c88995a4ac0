"""Ravelin: its advice before an exchange is placed, and the news of it afterwards.

Sources: Ravelin's pages about exchange orders (`v2/checkout`), refunds (`v2/refund`), authentication and
errors. Exchange orders take no part in its features and rules, so only the refund request asks for a score,
and only where the merchant has Refund Abuse. Bodies are `ravelin_body`, answers `ravelin_reply`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Self

from app.connectors import body_schema, exact_json
from app.connectors.base import Done, Outcome, Refused, Reply, Request, Step, outcome_of_status
from app.connectors.fraud import ravelin_reply
from app.connectors.fraud.ravelin_amounts import Inexact
from app.connectors.fraud.ravelin_body import (
    Body,
    exchange_checkout,
    given_back_checkout,
    refund_checkout,
    refund_request,
    shipped_checkout,
)
from app.connectors.fraud.ravelin_schema import VALIDATORS
from app.connectors.fraud.ravelin_settings import RavelinSettings, credentials_of
from app.connectors.results import Advice, Screened, Told
from app.connectors.settings import read_settings
from app.domain.exchange_report import Direction, ExchangeReport

CHECKOUT = "/v2/checkout"
REFUND = "/v2/refund?score=refundRequest"


class Ravelin:
    """What both kinds of work share: settings, key, and the meaning of a status."""

    system: ClassVar = "ravelin"
    # Ravelin merges by ids and timestamp, and both are in the stored bytes.
    safe_to_repeat: ClassVar = True

    def __init__(self, settings: RavelinSettings, secret: str | None = None) -> None:
        """Raises InvalidSettings without a secret key."""
        self._settings = settings
        self._credentials = credentials_of(secret)

    @classmethod
    def configure(cls, settings: Mapping[str, Any], secret: str | None, *, allow_loopback: bool) -> Self:
        """From settings as stored or typed in. Raises InvalidSettings."""
        return cls(read_settings(RavelinSettings, settings, allow_loopback=allow_loopback), secret)

    def outcome(self, reply: Reply) -> Outcome:
        """After a 429 Ravelin has the event in its own queue, and asks not to send it again."""
        if reply.status == 429:
            return Outcome.DELIVERED
        return outcome_of_status(reply.status, safe_to_repeat=self.safe_to_repeat)

    def explain(self, reply: Reply) -> str:
        return ravelin_reply.explain(reply)

    def credentials(self) -> Mapping[str, str]:
        return self._credentials

    def stored_settings(self) -> dict[str, Any]:
        return self._settings.model_dump(mode="json", exclude_defaults=False)

    def _request(self, name: str, path: str, body: Body) -> Request | Refused:
        fault = body_schema.fault_in(VALIDATORS[name], body, "Ravelin")
        if fault:
            return Refused(fault)
        try:
            content = exact_json.to_bytes(body)
        except UnicodeEncodeError:
            return Refused("a text holds a character that UTF-8 cannot carry")
        headers = {"Content-Type": "application/json; charset=utf-8", "Accept": "application/json"}
        return Request(name, "POST", self._settings.url + path, headers, content)


class RavelinScreener(Ravelin):
    """Asks for advice on what comes back. Without Refund Abuse there is nobody to ask, and it allows."""

    def next_step(self, message: ExchangeReport, answers: Sequence[Reply]) -> Step:
        if not self._settings.refund_abuse:
            return Done(Screened(Advice.ALLOW, "Ravelin is not asked: refund_abuse is off"))
        if answers:
            return Done(ravelin_reply.read_advice(message, answers[-1]))
        try:
            return self._request("refund request", REFUND, refund_request(message, self._settings))
        except Inexact as error:
            return Refused(str(error))


class RavelinListener(Ravelin):
    """Tells of the exchange order, again once its difference was taken or given back, and of a refund on the
    one before.

    A report of what was paid back is about that alone, one of what left the shop too: the exchange order
    was told when it was placed.
    """

    def next_step(self, message: ExchangeReport, answers: Sequence[Reply]) -> Step:
        if not message.platform_order:
            return Refused("the exchange is not placed yet")
        if answers:
            return Done(Told({"answers": [ravelin_reply.kept_of(reply) for reply in answers]}))
        moved = message.moved
        try:
            if moved and moved.direction is Direction.PAID_BACK:
                return self._request("refund", CHECKOUT, refund_checkout(message, moved, self._settings))
            if moved and moved.direction is Direction.GIVEN_BACK:
                return self._request(
                    "given back", CHECKOUT, given_back_checkout(message, moved, self._settings)
                )
            if message.shipped_at:
                return self._request("shipped", CHECKOUT, shipped_checkout(message, self._settings))
            return self._request("exchange order", CHECKOUT, exchange_checkout(message, self._settings))
        except Inexact as error:
            return Refused(str(error))
