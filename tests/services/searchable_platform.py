"""A made-up platform that must not be asked twice, and that can be asked what it has."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import ClassVar

from app.connectors.base import LOOK_UP, Done, Reply, Request, Step
from app.connectors.results import Placed
from app.domain.exchange_order import ExchangeOrder
from tests.faults.peer import Call
from tests.services.cautious_platform import CautiousPlacer


class SearchablePlacer(CautiousPlacer):
    """One step places; `GET /orders/NUMBER` answers with the order, or with `{}`."""

    system: ClassVar = "searchable"

    def next_step(self, message: ExchangeOrder, answers: Sequence[Reply]) -> Step:
        if not answers:
            body = json.dumps({"original_order_id": message.original_order_id, "items": []})
            return Request("place", "POST", f"{self._url}/orders", {}, body.encode())
        placed = json.loads(answers[-1].body)
        return Done(Placed(placed["order_identifier"], message.replacements, None, None, placed))

    def look_up(self, message: ExchangeOrder) -> Request:
        return Request(LOOK_UP, "GET", f"{self._url}/orders/{message.original_order_id}", {}, b"")

    def found(self, message: ExchangeOrder, reply: Reply) -> Sequence[Reply]:
        return [reply] if json.loads(reply.body) else []


def searchable(call: Call) -> None:
    """What such a platform does: places what is posted, tells what it has."""
    if call.heard.method == "POST":
        call.answer(200, call.place())
        return
    number = call.heard.path.rsplit("/", 1)[-1]
    call.answer(200, json.dumps(call.peer.orders.get(number, {})).encode())
