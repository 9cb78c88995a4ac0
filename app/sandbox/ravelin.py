"""Ravelin's end of exchange orders and refund requests: `/ravelin/v2/checkout` and `/ravelin/v2/refund`.

Sources: Ravelin's pages about authentication, exchange orders, refunds and errors. What is here: the key,
the refusals, what is kept of each order, and advice on demand. What is not: the fields (`ravelin_body.py`)
and any judgement of its own.

Advice is forced by the customer's e-mail address, as Ravelin's own test addresses do, on a domain reserved
for testing: `qa-force-refund-prevent@ravelin.test` and so on; all others get what the settings say.
"""

import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from werkzeug.http import parse_options_header

from app.sandbox.checks import Check, one_of, record, text
from app.sandbox.contract import Answer, Call
from app.sandbox.ledger import Ledger
from app.sandbox.one_secret import OneSecret
from app.sandbox.ravelin_body import fields, problems_in_checkout, problems_in_refund
from app.sandbox.strict_json import NotJsonError, read_json

SECRET_KEY = re.compile(r"(sk|secret_key)_\S+")
FORCED = {
    f"qa-force-refund-{word}@ravelin.test": action
    for word, action in {
        "allow": "ALLOW",
        "prevent": "PREVENT",
        "manualreview": "MANUAL_REVIEW",
        "review": "REVIEW",
        "ratelimit": "RATE_LIMIT",
    }.items()
}
ACTIONS = frozenset(FORCED.values())
SCORES = {"ALLOW": 4, "REVIEW": 61, "MANUAL_REVIEW": 74, "PREVENT": 97, "RATE_LIMIT": 0}
ADDRESSES = {"/v2/checkout", "/v2/refund"}


@dataclass(frozen=True)
class RavelinSettings:
    """`key` None takes any secret key. `action` is the advice for customers whose address forces none."""

    key: str | None = None
    action: str = "ALLOW"


SETTINGS_FORM: Check = record(required={}, optional={"key": text(), "action": one_of(ACTIONS)})


class RavelinServer(OneSecret[RavelinSettings]):
    """One merchant's account."""

    name = "ravelin"

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        super().__init__(RavelinSettings(), SETTINGS_FORM, hidden="key")

    def answer(self, call: Call) -> Answer:
        """What the event comes to, or the first refusal that applies."""
        if call.path == "/v2/auth/checktoken" and call.method == "GET":
            return Answer(200, {"status": 200}) if self._knows_the_caller(call) else _refuse(401, "wrong key")
        refusal = self._refused_at_the_door(call)
        if refusal is not None:
            return refusal
        try:
            body: Any = read_json(call.body or b"")
        except NotJsonError as error:
            return _refuse(400, str(error))
        scored = bool(call.query.get("score"))
        if call.path == "/v2/checkout":
            problems = list(problems_in_checkout(body))
        else:
            problems = list(problems_in_refund(body, scored=scored))
        if problems:
            return _refuse(400, fields(problems))
        replayed = self._kept(body)
        if not scored:
            return Answer(200, {}, text="null", replayed=replayed)
        return Answer(200, self._advice(body), replayed=replayed)

    def _refused_at_the_door(self, call: Call) -> Answer | None:
        if call.path not in ADDRESSES:
            return _refuse(404, "There is nothing at this address.")
        if call.method != "POST":
            return _refuse(405, "Events are sent with POST.")
        if not self._knows_the_caller(call):
            return _refuse(401, "The key is missing, wrong or not a secret one.")
        if (
            call.body is None
            or parse_options_header(call.headers.get("Content-Type"))[0] != "application/json"
        ):
            return _refuse(406, "Events are JSON.")
        return None

    def _knows_the_caller(self, call: Call) -> bool:
        scheme, _, key = call.headers.get("Authorization", "").partition(" ")
        if scheme != "token" or not SECRET_KEY.fullmatch(key):
            return False
        wanted = self._settings.key
        return wanted is None or hmac.compare_digest(key.encode(), wanted.encode())

    def _kept(self, body: Mapping[str, Any]) -> bool:
        """What is told of an order is merged by its id: later times win, equal ones are the same event.

        True when this was known to the letter. An exchange order counts as an order of the ledger.
        """
        about = "refund" if "refund" in body else "order"
        number = body[about].get("refundId") or body["order"]["orderId"] if about in body else "customer"
        key = f"{about}:{number}"
        known = self._ledger.record(self.name, key)
        if known is not None and known["timestamp"] >= body["timestamp"]:
            return bool(known["last"] == body)
        merged = {**(known["order"] if known else {}), **body.get("order", {})}
        transactions = {**(known["transactions"] if known else {})}
        if "transaction" in body:
            transactions[body["transaction"]["transactionId"]] = body["transaction"]
        self._ledger.keep(
            self.name,
            key,
            {
                "timestamp": body["timestamp"],
                "order": merged,
                "transactions": transactions,
                "last": dict(body),
            },
        )
        if merged.get("exchange", {}).get("isExchange") and about == "order":
            self._ledger.place_order(self.name, "", number, dict)
        return False

    def _advice(self, body: Mapping[str, Any]) -> dict[str, object]:
        """The fields of the documented answer. Its `timestamp` is in seconds, unlike that of requests."""
        customer = body.get("customer") or {"customerId": body.get("customerId", "")}
        action = FORCED.get(str(customer.get("email", "")).lower(), self._settings.action)
        limited = action == "RATE_LIMIT"
        data = {
            "customerId": customer["customerId"],
            "action": "PREVENT" if limited else action,
            "source": "RATE_LIMIT" if limited else "RULE",
            "score": SCORES[action],
            "scoreId": f"sandbox-{body['timestamp']}",
            "rules": {"triggered": []},
            "warnings": [],
        }
        return {"status": 200, "timestamp": body["timestamp"] // 1000, "data": data}


def _refuse(status: int, message: str) -> Answer:
    return Answer(status, {"status": status, "message": f"Invalid Request: {message}"})
