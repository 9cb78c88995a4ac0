"""A made-up platform that takes two steps and must not be asked twice.

It stands for what later connectors need: steps that build on answers, and no idempotency.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Self

from app.connectors.base import Done, Outcome, Refused, Reply, Request, Step, outcome_of_status
from app.connectors.results import Placed
from app.domain.exchange_order import ExchangeOrder


class CautiousPlacer:
    """First a draft, then its completion. A draft that says "closed" cannot be completed."""

    system: ClassVar = "cautious"
    safe_to_repeat: ClassVar = False
    one_per_order: ClassVar = False
    needs_email: ClassVar = False
    residue_card: ClassVar = False

    def __init__(self, url: str, secret: str | None) -> None:
        self._url = url
        self._secret = secret

    @classmethod
    def configure(cls, settings: Mapping[str, Any], secret: str | None, *, allow_loopback: bool) -> Self:
        assert allow_loopback
        return cls(str(settings["url"]), secret)

    def next_step(self, message: ExchangeOrder, answers: Sequence[Reply]) -> Step:
        if not answers:
            body = json.dumps({"original_order_id": message.original_order_id, "items": []})
            return Request("draft", "POST", f"{self._url}/drafts", {}, body.encode())
        answer = json.loads(answers[-1].body)
        if "closed" in answer:
            return Refused("The shop has closed")
        if len(answers) == 1:
            number = json.loads(answers[0].body)["order_identifier"]
            return Request("complete", "POST", f"{self._url}/drafts/{number}/complete", {}, answers[0].body)
        return Done(Placed("C-1", message.replacements, None, None))

    def outcome(self, reply: Reply) -> Outcome:
        return outcome_of_status(reply.status, safe_to_repeat=False)

    def explain(self, reply: Reply) -> str:
        return f"Cautious said {reply.status}"

    def credentials(self) -> Mapping[str, str]:
        return {"X-Key": self._secret} if self._secret else {}

    def stored_settings(self) -> dict[str, Any]:
        return {"url": self._url}
