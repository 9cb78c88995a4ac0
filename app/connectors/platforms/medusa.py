"""Medusa v2: an exchange there is a row of admin calls on the order itself, the last of which confirms it.

Source: Medusa 2.21.2's admin API, recorded from a running server. Nothing there is idempotent, and two
confirms at a time corrupt an order, so no step is safe to repeat: what became of a lost one is looked
up. The courses are `medusa_placing` and `medusa_undoing`, what answers mean `medusa_reply`.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar, Self

from app.connectors.base import LOOK_UP, Outcome, Reply, Request, Step
from app.connectors.oauth import TokenClient
from app.connectors.platforms import medusa_reply
from app.connectors.platforms.medusa_asking import Asked
from app.connectors.platforms.medusa_calls import Calls
from app.connectors.platforms.medusa_course import play
from app.connectors.platforms.medusa_paid import Collection, mark_as_paid
from app.connectors.platforms.medusa_placing import place
from app.connectors.platforms.medusa_reading import order, products
from app.connectors.platforms.medusa_record import record_of
from app.connectors.platforms.medusa_refunding import pay_back
from app.connectors.platforms.medusa_settings import MedusaSettings, credentials_of, sign_in_of
from app.connectors.platforms.medusa_undoing import undo
from app.connectors.reading import OrderWanted, ProductsWanted
from app.connectors.settings import read_settings
from app.domain.exchange_order import ExchangeOrder


class MedusaPlacer:
    """Places exchange orders in one merchant's Medusa."""

    system: ClassVar = "medusa"
    safe_to_repeat: ClassVar = False
    one_per_order: ClassVar = False
    needs_email: ClassVar = False
    residue_card: ClassVar = False

    def __init__(self, settings: MedusaSettings, secret: str | None = None) -> None:
        """Raises InvalidSettings when there is no secret key or password."""
        self._settings = settings
        self._credentials = credentials_of(settings, secret)
        self._sign_in = sign_in_of(settings, secret)
        self._key = (secret or "").encode()

    @classmethod
    def configure(cls, settings: Mapping[str, Any], secret: str | None, *, allow_loopback: bool) -> Self:
        """From settings as stored or typed in. Raises InvalidSettings."""
        return cls(read_settings(MedusaSettings, settings, allow_loopback=allow_loopback), secret)

    def next_step(self, message: ExchangeOrder, answers: Sequence[Reply]) -> Step:
        return play(place(self._asked(message)), answers)

    def look_up(self, message: ExchangeOrder) -> Request:
        """The first step of all: it finds the order, or what we made of it before."""
        first = self.next_step(message, [])
        if not isinstance(first, Request):
            raise TypeError("a course in Medusa always begins with a request")
        return replace(first, name=LOOK_UP)

    def found(self, message: ExchangeOrder, reply: Reply) -> Sequence[Reply]:  # noqa: ARG002
        """The course begins again with what was found: it goes by what is there."""
        return [reply]

    def cancel_step(self, message: ExchangeOrder, answers: Sequence[Reply]) -> Step:
        """Like `next_step`, to take the exchange back."""
        return play(undo(self._asked(message)), answers)

    def paid_step(self, message: ExchangeOrder, noted: Mapping[str, Any], answers: Sequence[Reply]) -> Step:
        """Like `next_step`, to mark the difference as paid."""
        collection = Collection.noted_in(noted)
        return play(mark_as_paid(self._asked(message), message.difference, collection), answers)

    def pay_back_step(self, message: ExchangeOrder, amount: int, answers: Sequence[Reply]) -> Step:
        """Like `next_step`, to pay this much (minor units) back."""
        return play(pay_back(self._asked(message), amount), answers)

    def reads_orders(self) -> bool:
        return self._settings.read_orders

    def order_step(self, wanted: OrderWanted, answers: Sequence[Reply]) -> Step:
        """See `app.connectors.reading.OrderSource`."""
        return play(order(Calls(self._settings.url), wanted), answers)

    def placed_step(self, message: ExchangeOrder, answers: Sequence[Reply]) -> Step:
        """See `app.connectors.reading.PlacedSource`."""
        return play(record_of(self._asked(message)), answers)

    def reads_products(self) -> bool:
        return bool(self._settings.publishable)

    def products_step(self, wanted: ProductsWanted, answers: Sequence[Reply]) -> Step:
        """See `app.connectors.reading.ProductSource`."""
        return play(products(self._settings, wanted), answers)

    def needs_proof(self, request: Request) -> bool:
        """Whoever is an admin there has no business at the shop's own routes."""
        return request.url.startswith(f"{self._settings.url}/admin/")

    def outcome(self, reply: Reply) -> Outcome:
        return medusa_reply.outcome(reply)

    def explain(self, reply: Reply) -> str:
        return medusa_reply.explain(reply)

    def credentials(self) -> Mapping[str, str]:
        return self._credentials

    def token_client(self) -> TokenClient | None:
        return self._sign_in

    def stored_settings(self) -> dict[str, Any]:
        return self._settings.model_dump(mode="json")

    def _asked(self, message: ExchangeOrder) -> Asked:
        return Asked(message, self._settings, Calls(self._settings.url), self._card_code(message.reference))

    def _card_code(self, reference: str) -> str:
        """The same code every time for one exchange, and no way to it without our key."""
        digest = hmac.new(self._key, f"gift card {reference}".encode(), hashlib.sha256).digest()
        letters = base64.b32encode(digest[:10]).decode()
        return "-".join(["EV", *(letters[start : start + 4] for start in range(0, len(letters), 4))])
