"""StateSet's end of a return exchange: make a return, approve it, exchange it, read it, below `/stateset/v1`.

Source: the page `POST /v1/returns/:id/exchange` and its sister pages about returns and errors. What is here:
the credential, states of a return, one exchange order a return, repeats by `Idempotency-Key`. What is not:
the fields of the bodies (`stateset_body.py`), labels and refunds.

Our inventions, where the pages say nothing: that a return must be approved before it is exchanged (409
before that), that it is exchanged once, every `payment_status` but `no_payment_required`, and that a return
which is read goes on showing its exchange, as far as the settings say that this has come by then.
"""

import hashlib
import hmac
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.sandbox.checks import Check, Problem, one_of, record, text, true_or_false
from app.sandbox.contract import Answer, Call
from app.sandbox.ledger import Ledger
from app.sandbox.one_secret import OneSecret
from app.sandbox.stateset_body import problems_in_exchange, problems_in_return
from app.sandbox.strict_json import NotJsonError, read_json

SCHEMES = ("Token", "Bearer")
ERROR_SHAPES = ("commerce", "introduction", "server")
STATUSES = frozenset({"pending", "processing", "shipped", "delivered"})
ACTS = {"receive": "RECEIVED", "cancel": "CANCELLED"}  # what the shop's people do, by the state that follows


@dataclass(frozen=True)
class StateSetSettings:
    """`token` None takes any credential of a known scheme. `error_shape` names the page it is copied from."""

    token: str | None = None
    approves_at_once: bool = False
    exchange_status: str = "processing"
    estimated_delivery: str | None = None
    error_shape: str = "commerce"


SETTINGS_FORM: Check = record(
    required={},
    optional={
        "token": text(),
        "approves_at_once": true_or_false(),
        "exchange_status": one_of(STATUSES),
        "estimated_delivery": text(),
        "error_shape": one_of(frozenset(ERROR_SHAPES)),
    },
)


class StateSetServer(OneSecret[StateSetSettings]):
    """One merchant's account."""

    name = "stateset"

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        super().__init__(StateSetSettings(), SETTINGS_FORM, hidden="token")

    def answer(self, call: Call) -> Answer:
        """What the address does, or the first refusal that applies."""
        match call.path.strip("/").split("/"):
            case ["v1", "return" | "returns"]:
                act, about = "create", ""
            case ["v1", "returns", about, "approve" | "exchange" | "receive" | "cancel" as act]:
                pass
            case ["v1", "returns", about] if call.method == "GET":
                return self._read(about) if self._knows_the_caller(call) else self._stranger()
            case _:
                return self._refuse(404, "RESOURCE_NOT_FOUND", "There is nothing at this address.")
        if call.method != "POST":
            return self._refuse(405, "METHOD_NOT_ALLOWED", "This address takes POST.")
        if not self._knows_the_caller(call):
            return self._stranger()
        try:
            body: Any = read_json(call.body) if call.body is not None else None
        except NotJsonError as error:
            return self._refuse(400, "INVALID_JSON", str(error))
        if not isinstance(body, dict):
            return self._refuse(400, "INVALID_REQUEST", "The body must be a JSON object.")
        return self._act(act, about, body, call.headers.get("Idempotency-Key", ""))

    def _act(self, act: str, about: str, body: dict[str, Any], key: str) -> Answer:
        match act:
            case "create":
                return self._create(body, key)
            case "approve":
                return self._approve(about)
            case "exchange":
                return self._exchange(about, body, key)
        return self._move(about, ACTS[act])

    def _read(self, number: str) -> Answer:
        """The return, and the fields of its exchange where it has been exchanged."""
        known = self._ledger.record(self.name, number)
        if known is None:
            return self._unknown(number)
        exchanged: Any = known.get("exchange") or {}
        return Answer(
            200,
            {**(self._exchanged(number, known, exchanged) if exchanged else {}), **_return(number, known)},
        )

    def _move(self, number: str, status: str) -> Answer:
        known = self._ledger.record(self.name, number)
        if known is None:
            return self._unknown(number)
        self._ledger.keep(self.name, number, known | {"status": status})
        return self._read(number)

    def _create(self, body: dict[str, Any], key: str) -> Answer:
        problems = list(problems_in_return(body))
        if problems:
            return self._invalid(problems)
        number = f"rt_{_digest(key or uuid.uuid4().hex)}"
        known = self._ledger.record(self.name, number)
        if known is None:
            status = "APPROVED" if self._settings.approves_at_once else "NEW"
            known = {"status": status, **body}
            self._ledger.keep(self.name, number, known)
            return Answer(201, _return(number, known))
        return Answer(201, _return(number, known), replayed=True)

    def _approve(self, number: str) -> Answer:
        known = self._ledger.record(self.name, number)
        if known is None:
            return self._unknown(number)
        replayed = known["status"] != "NEW"
        if not replayed:
            known["status"] = "APPROVED"
            self._ledger.keep(self.name, number, known)
        return Answer(200, _return(number, known), replayed=replayed)

    def _exchange(self, number: str, body: dict[str, Any], key: str) -> Answer:
        known = self._ledger.record(self.name, number)
        if known is None:
            return self._unknown(number)
        problems = list(problems_in_exchange(body, number))
        if problems:
            return self._invalid(problems)
        if known["status"] == "NEW":
            return self._refuse(409, "RETURN_STATE", f"Return {number} is not approved.")
        if known["type"] == "store_credit":
            return self._refuse(409, "RETURN_STATE", f"Return {number} became store credit.")
        stored, was_there = self._ledger.place_order(
            self.name, "", number, lambda: {"key": key, "answer": self._exchanged(number, known, body)}
        )
        if was_there and (not key or stored["key"] != key):
            return self._refuse(409, "ALREADY_EXCHANGED", f"Return {number} has been exchanged.")
        if not was_there:
            self._ledger.keep(self.name, number, known | {"exchange": body})
        answer: Any = stored["answer"]
        return Answer(200, answer, replayed=was_there)

    def _exchanged(self, number: str, known: Mapping[str, Any], body: Mapping[str, Any]) -> dict[str, object]:
        """The sample's fields; the table's odd `success` is left out, as in the sample."""
        settings, difference = self._settings, body["price_difference"]
        owed = "payment_required" if difference > 0 else "refund_pending"
        variant = body.get("exchange_variant_id")
        tracked = settings.exchange_status != "pending"
        return {
            "id": number,
            "object": "return",
            "exchanged": True,
            "exchange_order_id": f"ord_exch_{_digest(number)}",
            "exchange_status": settings.exchange_status,
            "original_product_id": known["items"][0]["sku"],
            "exchange_product_id": body["exchange_product_id"],
            **({"exchange_variant_id": variant} if variant else {}),
            "price_difference": difference,
            "payment_status": owed if difference else "no_payment_required",
            **({"tracking_number": f"1Z{_digest(number)[:16].upper()}"} if tracked else {}),
            **({"estimated_delivery": settings.estimated_delivery} if settings.estimated_delivery else {}),
        }

    def _knows_the_caller(self, call: Call) -> bool:
        scheme, _, token = call.headers.get("Authorization", "").partition(" ")
        if scheme not in SCHEMES or not token:
            return False
        wanted = self._settings.token
        return wanted is None or hmac.compare_digest(token.encode(), wanted.encode())

    def _stranger(self) -> Answer:
        return self._refuse(401, "UNAUTHORIZED", "The API key is missing or wrong.")

    def _unknown(self, number: str) -> Answer:
        return self._refuse(404, "RESOURCE_NOT_FOUND", f"There is no return {number}.")

    def _invalid(self, problems: list[Problem]) -> Answer:
        first = problems[0]
        return self._refuse(
            422, "VALIDATION_ERROR", f"{first.field} is not right: {first.code}.", first.field
        )

    def _refuse(self, status: int, code: str, message: str, param: str = "") -> Answer:
        """An error in one of the three shapes that StateSet's own pages show."""
        match self._settings.error_shape:
            case "introduction":
                content: dict[str, object] = {"success": False, "error": {"code": code, "message": message}}
            case "server":
                content = {"error": code, "message": message, "request_id": "req_sandbox"}
            case _:
                error = {"type": "invalid_request_error", "code": code, "message": message, "param": param}
                content = {"error": error | {"request_id": "req_sandbox"}}
        return Answer(status, content)


def _return(number: str, known: Mapping[str, Any]) -> dict[str, object]:
    """The answer of `return/create`, without the label and the amounts: this merchant has no catalogue."""
    rma = f"RMA-{number[3:9].upper()}"
    return {"id": number, "object": "return", "rma": rma, "status": known["status"], "items": known["items"]}


def _digest(words: str) -> str:
    return hashlib.sha256(words.encode()).hexdigest()[:20]
