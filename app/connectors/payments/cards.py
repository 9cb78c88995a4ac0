"""The sandbox's pretend card provider: a hosted page, and moves that are safe to repeat by their key.

It shows all that the port of payment providers promises without an account anywhere, and takes no real
money. Its interface is described in docs/connectors/cards.md; the answers are `cards_reply`.
"""

from __future__ import annotations

import binascii
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar, Self
from urllib.parse import quote

import httpx2
from standardwebhooks import Webhook
from standardwebhooks.webhooks import EmptyWebhookSecretError

from app.connectors import exact_json
from app.connectors.answers import order_number
from app.connectors.base import Done, Outcome, Refused, Reply, Request, Step, outcome_of_status
from app.connectors.moved import Heard, HostedPage
from app.connectors.payments import cards_reply
from app.connectors.payments.cards_settings import CardsSettings
from app.connectors.payments.secret_pair import SecretPair, read_pair
from app.connectors.payments.standard_webhook import is_signed
from app.connectors.settings import InvalidSettings, read_settings
from app.domain.idempotency import transaction_id_for
from app.domain.money import exponent
from app.domain.payment import MoneyMove, PaymentRecord, PaymentWish

LONGEST_STATEMENT = 22
SMALLEST = 50


class CardsGateway:
    """One store's account. See `app.connectors.gateway.Gateway`."""

    system: ClassVar = "cards"
    safe_to_repeat: ClassVar = True

    def __init__(self, settings: CardsSettings, secrets: SecretPair, webhook: Webhook) -> None:
        self._settings = settings
        self._secrets = secrets
        self._webhook = webhook
        address = httpx2.URL(settings.url)
        self.page_origins: tuple[str, ...] = (f"{address.scheme}://{address.netloc.decode('ascii')}",)

    @classmethod
    def configure(cls, settings: Mapping[str, Any], secret: str | None, *, allow_loopback: bool) -> Self:
        """From settings as stored or typed in. Raises InvalidSettings."""
        read = read_settings(CardsSettings, settings, allow_loopback=allow_loopback)
        pair = read_pair(secret, "the key of the account")
        try:
            return cls(read, pair, Webhook(pair.signing))
        except (EmptyWebhookSecretError, binascii.Error, ValueError):
            raise InvalidSettings({"secret": "must end with whsec_ and base64"}) from None

    def minimum(self, currency: str) -> int:
        """50 minor units; 500 where a unit has three decimals."""
        return SMALLEST * 10 if exponent(currency) == 3 else SMALLEST

    def step(self, currency: str) -> int:  # noqa: ARG002
        return 1

    def open_page(self, wish: PaymentWish) -> Request:
        body = {
            "amount": wish.amount,
            "currency": wish.currency,
            "store": wish.store,
            "reference": wish.reference,
            "order": wish.order,
            "description": wish.description,
            "statement": _statement(wish.statement),
            "return_url": wish.return_url,
            "back_url": wish.back_url,
            "email": wish.email,
            "tries": wish.tries,
            "expires_at": wish.expires_at.isoformat(timespec="seconds"),
            "webhook_url": self._settings.webhook_url or None,
        }
        return self._post("open page", "/v1/pages", body, wish.key)

    def page_of(self, reply: Reply) -> HostedPage | Refused:
        return cards_reply.read_page(reply, self.page_origins[0])

    def look_at_page(self, page: str) -> Request:
        return Request("look at page", "GET", self._settings.url + _path("pages", page), {}, b"")

    def record_of(self, reply: Reply) -> PaymentRecord | Refused:
        return cards_reply.read_record(reply)

    def close_page(self, page: str) -> Request:
        return Request("close page", "POST", self._settings.url + _path("pages", page, "close"), {}, b"")

    def look_at_refund(self, reference: str) -> Request:
        return Request("look at refund", "GET", self._settings.url + _path("movements", reference), {}, b"")

    def why_refund_failed(self, reply: Reply) -> str:
        return cards_reply.why_failed(reply)

    def heard(self, headers: Mapping[str, str], body: bytes, now: datetime) -> Heard | None:
        if not is_signed(self._webhook, headers, body, now):
            return None
        content = exact_json.read_exact(body)
        about = content.get("data") if isinstance(content, dict) else None
        return Heard(page=order_number(about.get("page")) if isinstance(about, dict) else "")

    def next_step(self, message: MoneyMove, answers: Sequence[Reply]) -> Step:
        if answers:
            moved = cards_reply.read_moved(answers[-1])
            return moved if isinstance(moved, Refused) else Done(moved)
        body = {"amount": message.amount, "currency": message.currency}
        return self._post(message.act, _path("payments", message.payment, message.act), body, message.key)

    def outcome(self, reply: Reply) -> Outcome:
        """A yes that did not come through whole is asked for again: the key brings the same one."""
        outcome = outcome_of_status(reply.status, safe_to_repeat=True)
        if outcome is Outcome.DELIVERED and not cards_reply.is_readable(reply):
            return Outcome.TRY_LATER
        return outcome

    def explain(self, reply: Reply) -> str:
        return cards_reply.explain(reply)

    def credentials(self) -> Mapping[str, str]:
        return {"Authorization": f"Bearer {self._secrets.key}"}

    def stored_settings(self) -> dict[str, Any]:
        return self._settings.model_dump(mode="json")

    def _post(self, name: str, path: str, body: Mapping[str, Any], key: str) -> Request:
        headers = {"Content-Type": "application/json", "Idempotency-Key": transaction_id_for(key)}
        return Request(name, "POST", self._settings.url + path, headers, exact_json.to_bytes(body))


def _path(*parts: str) -> str:
    """A number of the provider's is a part of the address and nothing more."""
    return "/v1/" + "/".join(quote(part, safe="") for part in parts)


def _statement(text: str) -> str:
    """What fits on a card's statement: 22 characters that every bank can print."""
    plain = text.encode("ascii", "ignore").decode()
    return "".join(letter for letter in plain if letter.isprintable())[:LONGEST_STATEMENT].strip()
