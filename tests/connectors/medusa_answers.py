"""Answers of a Medusa that says yes to everything, for conversations that need no shop behind them.

What it answers is cut down to the fields that anybody reads; the shop that disagrees is the sandbox.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from app.connectors.base import Reply, Request
from app.connectors.platforms.medusa_codes import filled, without_codes
from app.connectors.platforms.medusa_json import to_bytes
from app.connectors.results import Sealed
from app.domain.exchange_order import ExchangeOrder
from app.domain.money import major_units

ORDER = "order_1"


@dataclass
class AgreeableMedusa:
    """It has the order of this message, with as many units of each line as anybody wants back.

    `earlier` are the lines that an exchange with the count 1 sent before.
    """

    message: ExchangeOrder
    earlier: tuple[str, ...] = ()
    confirmed: bool = False
    metadata: dict[str, Any] = field(default_factory=dict)
    sent: dict[str, Any] = field(default_factory=dict)
    card: dict[str, Any] = field(default_factory=dict)

    def __call__(self, request: Request) -> Reply:
        leaving = filled(request, b"sk_1").body
        body = json.loads(leaving, parse_float=Decimal) if leaving else {}
        self.sent[request.name] = body
        reply = Reply(200, {}, to_bytes(self._answer(request.name, body)))
        return without_codes(reply, lambda code: Sealed(code[::-1], (code,)))

    def _answer(self, name: str, body: dict[str, Any]) -> dict[str, Any]:
        self.metadata = body["metadata"] if name == "create" else self.metadata
        self.confirmed = self.confirmed or name == "confirm"
        if name == "gift card":
            self.card = {"id": "gcard_1", **body}
        answers: dict[str, dict[str, Any]] = {
            "find order": {"orders": [self._order()]},
            "list exchanges": {"exchanges": self._exchanges()},
            "read order": {"order": self._order()},
            "create": {"exchange": {"id": "oexc_2"}, "order": {"order_change": {"id": "ordch_2"}}},
            "list gift cards": {"gift_cards": [self.card] if self.card else []},
            "begin return": {"return": {"id": "return_3", "display_id": 3}},
            "gift card": {"gift_card": self.card},
        }
        return answers.get(name, {})

    def _exchanges(self) -> list[dict[str, Any]]:
        found = [_exchange("oexc_1", 1, {}, self.earlier)] if self.earlier else []
        if self.confirmed:
            found.append(_exchange("oexc_2", 2, self.metadata, ("ordli_new",)))
        return found

    def _order(self) -> dict[str, Any]:
        """As it is before, and with the difference that was confirmed once that is placed."""
        message = self.message
        number = message.original_order_id.removesuffix("-E1")
        given = sum(item.credit for item in message.card.returned) if message.card else 0
        moved = message.difference - given if self.sent.keys() & {"confirm", "gift card"} else 0
        return {
            "id": ORDER,
            "custom_display_id": number,
            "email": message.customer.email,
            "currency_code": message.currency.lower(),
            "summary": {"pending_difference": major_units(moved, message.currency)},
            "items": [_line(item.line_id, item.sku) for item in message.returned],
        }


def _line(identifier: str, sku: str) -> dict[str, Any]:
    return {"id": identifier, "variant_sku": sku, "detail": {"fulfilled_quantity": 10**6}}


def _exchange(
    identifier: str, count: int, metadata: dict[str, Any], lines: tuple[str, ...]
) -> dict[str, Any]:
    items = [{"id": f"oexcitem_{line}", "item_id": line, "quantity": 1} for line in lines]
    return {"id": identifier, "display_id": count, "metadata": metadata, "additional_items": items}
