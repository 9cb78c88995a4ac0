"""Asking the merchant's own program for a gift card: a signed message out, and a code in its answer.

The code is sealed before anything of the answer is kept (`app.connectors.base.Seals`): of an answer stand
afterwards the code's last signs, what it says of the card, and of a refusal its `message`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

from app.connectors.answers import content_of, one_line
from app.connectors.base import Done, Outcome, Refused, Reply, Request, Step, outcome_of_status
from app.connectors.results import Issued, Sealed
from app.connectors.signed_webhook import SignedWebhook
from app.domain.card_wish import CardWish
from app.domain.gift_card_code import SHAPE, is_code, tail_of

WHO = "The shop's gift card address"
MASK = "***"
# What an answer may repeat of the question; where it does, it has to be the same.
REPEATED = ("reference", "amount", "currency")
KEPT_HEADERS = frozenset({"content-type", "date", "retry-after"})
LONGEST_MESSAGE = 400
LONGEST_VALUE = 100


class CardWebhook(SignedWebhook):
    """See `app.connectors.base.Connector`, and `Seals` there."""

    system: ClassVar = "gift-cards"
    safe_to_repeat: ClassVar = True  # who makes cards knows a wish by its id, and has made one card for it

    def next_step(self, message: CardWish, answers: Sequence[Reply]) -> Step:
        if not answers:
            headers = {
                "Content-Type": "application/json",
                "webhook-id": message.message_id,
                "Idempotency-Key": message.message_id,
            }
            return Request("issue-card", "POST", self._settings.url, headers, _body(message))
        told = _fields(answers[-1])
        code, tail = answers[-1].sealed, told.get("ends_in")
        if code is None or not isinstance(tail, str):
            return Refused(f"{WHO} answered without a code, which is {SHAPE}")
        asked = {name: getattr(message, name) for name in REPEATED}
        wrong = [name for name in REPEATED if told.get(name, asked[name]) != asked[name]]
        if wrong:
            return Refused(f"{WHO} answered for another {' and '.join(wrong)} than was asked for")
        return Done(Issued(code, tail))

    def outcome(self, reply: Reply) -> Outcome:
        return outcome_of_status(reply.status, safe_to_repeat=True)

    def explain(self, reply: Reply) -> str:
        said = _fields(reply).get("message")
        if 300 <= reply.status < 400:
            said = "it has moved; give its new address"
        words = f"{WHO} answered {reply.status}" + (f": {said}" if isinstance(said, str) and said else "")
        return one_line(words)[:LONGEST_MESSAGE]

    def sealed(self, reply: Reply, seal: Callable[[str], Sealed]) -> Reply:
        """The answer as it may be kept. Nothing of it is but what is known to hold no code."""
        headers = {name: text for name, text in reply.headers.items() if name in KEPT_HEADERS}
        told = _fields(reply)
        if not 200 <= reply.status < 300:
            said = told.get("message")
            kept = {"message": one_line(said)[:LONGEST_MESSAGE]} if isinstance(said, str) else {}
            return Reply(reply.status, headers, _json(kept))
        code = told.get("code")
        kept = {name: _short(told[name]) for name in REPEATED if name in told}
        if not is_code(code):
            return Reply(reply.status, headers, _json(kept))
        shown = {"code": MASK, "ends_in": tail_of(code), **kept}
        return Reply(reply.status, headers, _json(shown), seal(code))


def _body(message: CardWish) -> bytes:
    told = message.to_data()
    del told["message_id"]
    return _json({"type": "gift_card.issue", "timestamp": told.pop("at"), "data": told})


def _fields(reply: Reply) -> Mapping[str, Any]:
    content = content_of(reply)
    return content if isinstance(content, dict) else {}


def _short(value: Any) -> Any:
    return value if isinstance(value, int) else one_line(str(value))[:LONGEST_VALUE]


def _json(content: Mapping[str, Any]) -> bytes:
    return json.dumps(content, separators=(",", ":")).encode()
