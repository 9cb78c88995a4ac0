"""What Ravelin answered: its advice on a refund request, and what is kept of any answer.

Source: Ravelin's pages about checkout, refunds and errors. Without `?score=` a 200 may hold nothing but
`null`. A prevention whose source is RATE_LIMIT says that a customer had too many events, not that there is
fraud, so it is no advice at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from app.connectors.answers import content_of, explained, one_line
from app.connectors.base import Reply
from app.connectors.results import Advice, Screened
from app.domain.exchange_report import ExchangeReport

LONGEST_TEXT = 200
MOST_KEPT = 5
# The last three are the words of an older interface.
ADVICE: Mapping[str, Advice] = MappingProxyType(
    {
        "ALLOW": Advice.ALLOW,
        "REVIEW": Advice.REVIEW,
        "MANUAL_REVIEW": Advice.REVIEW,
        "PREVENT": Advice.PREVENT,
        "PERMIT": Advice.ALLOW,
        "WARN": Advice.REVIEW,
        "BLOCK": Advice.PREVENT,
    }
)


def read_advice(report: ExchangeReport, reply: Reply) -> Screened:
    """The advice in an answer; `Advice.NONE` for one that holds none that can be used."""
    if not 200 <= reply.status < 300:
        return Screened(Advice.NONE, explain(reply))
    data = _data(reply)
    action, source = _word(data.get("action")), _word(data.get("source"))
    about, kept = _text(data.get("customerId")), kept_of(reply)
    if about and about != report.order.customer.identifier:
        return Screened(Advice.NONE, "Ravelin's answer is about another customer", kept)
    if source == "RATE_LIMIT":
        return Screened(Advice.NONE, "Ravelin had too many events of this customer to judge", kept)
    if action not in ADVICE:
        said = f"the action {action}" if action else "no action"
        return Screened(Advice.NONE, f"Ravelin's answer holds {said}", kept)
    score = f", score {kept['score']}" if "score" in kept else ""
    return Screened(ADVICE[action], f"Ravelin says {action} ({source or 'no source'}{score})", kept)


def kept_of(reply: Reply) -> dict[str, Any]:
    """What is worth keeping with the exchange, as plain JSON."""
    data = _data(reply)
    rules = data.get("rules")
    triggered = rules.get("triggered") if isinstance(rules, dict) else None
    score = data.get("score")
    kept: dict[str, Any] = {"status": reply.status}
    texts = {"action": data.get("action"), "source": data.get("source"), "score_id": data.get("scoreId")}
    kept |= {name: text for name, value in texts.items() if (text := _text(value))}
    if isinstance(score, int) and not isinstance(score, bool) and 0 <= score <= 100:
        kept["score"] = score
    lists = {
        "rules": _texts(triggered, "id", "name"),
        "warnings": _texts(data.get("warnings"), "class", "msg"),
    }
    return kept | {name: texts for name, texts in lists.items() if texts}


def explain(reply: Reply) -> str:
    """An answer other than yes, in words for an agent."""
    content = content_of(reply)
    if not isinstance(content, dict):
        return explained(reply, "")
    words = [_text(content.get("message")), *_texts(content.get("validationErrors"), "field", "message")]
    return explained(reply, "; ".join(word for word in words if word))


def _data(reply: Reply) -> dict[str, Any]:
    content = content_of(reply)
    data = content.get("data") if isinstance(content, dict) else None
    return data if isinstance(data, dict) else {}


def _texts(values: Any, *names: str) -> list[str]:
    """A short list of texts, or of objects told by these of their fields."""
    found = []
    for value in values[:MOST_KEPT] if isinstance(values, list) else []:
        parts = [value.get(name) for name in names] if isinstance(value, dict) else [value]
        found.append(": ".join(text for part in parts if (text := _text(part))))
    return [text for text in found if text]


def _word(value: Any) -> str:
    return _text(value).upper()


def _text(value: Any) -> str:
    return one_line(value)[:LONGEST_TEXT] if isinstance(value, str) else ""
