"""A person at Ravelin decides on an exchange later, and Ravelin calls back: reading and believing that call.

Source: Ravelin's page about refunds: `{refundId, label, reviewer, timestamp}`, with an optional header
`Authorization: token …` that was agreed on. The name and address of the reviewer are not kept. The exchange
goes by its reference, which is the `refundId` we sent.
"""

from __future__ import annotations

import hmac
from datetime import UTC, datetime, timedelta
from typing import Any

from app.connectors.answers import order_number
from app.connectors.decisions import Decision, Label, NotADecision, NotBelieved
from app.connectors.exact_json import read_exact

LARGEST_BODY = 64 * 1024
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# Requests count milliseconds and answers seconds; a callback's unit is not said. The year 2286 in seconds.
LAST_SECOND = 10**10
LAST_MILLISECOND = 10**13


def read_decision(body: bytes, authorization: str | None, token: str) -> Decision:
    """The decision in a callback. Raises NotBelieved before the body is looked at, and NotADecision.

    Without a token in our settings nobody is believed.
    """
    if not _is_known(authorization or "", token):
        raise NotBelieved("the callback's token is missing or wrong")
    content = read_exact(body) if len(body) <= LARGEST_BODY else None
    if not isinstance(content, dict):
        raise NotADecision("the body is not a JSON object")
    reference = order_number(content.get("refundId"))
    if not reference:
        raise NotADecision("refundId is missing or not usable")
    label = content.get("label")
    if not isinstance(label, str) or label.upper() not in list(Label):
        raise NotADecision("label is none of APPROVED, PENDING and REJECTED")
    return Decision(reference, Label(label.upper()), _moment(content.get("timestamp")))


def _is_known(authorization: str, token: str) -> bool:
    """Compared in constant time, so that the answer's delay tells nothing of the token."""
    scheme, _, given = authorization.partition(" ")
    same = hmac.compare_digest(given.encode(), token.encode())
    return bool(token) and scheme.lower() == "token" and same


def _moment(value: Any) -> datetime | None:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value < LAST_MILLISECOND:
        return None
    return EPOCH + (timedelta(seconds=value) if value < LAST_SECOND else timedelta(milliseconds=value))
