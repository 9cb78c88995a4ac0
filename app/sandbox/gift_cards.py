"""A merchant's own program that makes gift cards when it is asked to: `/gift-cards`.

Sources: docs/gift-cards.md of the portal, and Standard Webhooks 1.0 for the three headers and the signature.
What is here: believing a message, one card for one id for ever, and the code in the answer. What is not: what
a card is worth later.
"""

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from werkzeug.http import parse_options_header

from app.sandbox.checks import Check, Problem, record, text, text_like, whole_number
from app.sandbox.contract import Answer, Call
from app.sandbox.ledger import Ledger
from app.sandbox.one_secret import OneSecret
from app.sandbox.strict_json import NotJsonError, read_json

TOLERANCE_SECONDS = 300
TIME = re.compile(r"[1-9][0-9]{0,10}")
BODY: Check = record(
    required={
        "type": text_like(r"gift_card\.issue"),
        "timestamp": text(),
        "data": record(
            required={
                "store": text(),
                "reference": text(),
                "order": text(),
                "amount": whole_number(1),
                "currency": text_like(r"[A-Z]{3}"),
            },
            optional={},
        ),
    },
    optional={},
)


@dataclass(frozen=True)
class CardSettings:
    """`secret` is what messages are signed with. `most`: no card is made for more, in minor units."""

    secret: str = "whsec_YW55Ym9keSBtYXkga25vdyB0aGlzIHNhbmRib3gga2V5"  # noqa: S105
    most: int = 10**9


def _key(value: object, where: str) -> Iterator[Problem]:
    problems = list(text_like(r"whsec_[A-Za-z0-9+/]+=*")(value, where))
    yield from problems
    if not problems and _bytes_of(str(value)) is None:
        yield Problem(where, "invalid")


SETTINGS_FORM: Check = record(required={}, optional={"secret": _key, "most": whole_number(1)})


class CardMaker(OneSecret[CardSettings]):
    """One merchant's program."""

    name = "gift-cards"

    def __init__(self, ledger: Ledger, now: Callable[[], datetime]) -> None:
        self._ledger = ledger
        self._now = now
        super().__init__(CardSettings(), SETTINGS_FORM, hidden="secret")

    def answer(self, call: Call) -> Answer:
        """The card's code, or the first refusal that applies."""
        refusal = self._refused_at_the_door(call)
        if refusal is not None:
            return refusal
        body = call.body or b""
        try:
            wish = read_json(body)
        except NotJsonError as error:
            return Answer(400, {"message": str(error)})
        problems = list(BODY(wish, ""))
        if problems:
            return Answer(422, {"message": f"{problems[0].field}: {problems[0].code}"})
        if not isinstance(wish, dict) or wish["data"]["amount"] > self._settings.most:
            return Answer(422, {"message": "No card is made for so much."})
        return self._made(call.headers["webhook-id"], hashlib.sha256(body).hexdigest(), wish["data"])

    def _made(self, wish_id: str, digest: str, data: dict[str, object]) -> Answer:
        signs = hashlib.sha256(wish_id.encode()).hexdigest().upper()
        code = "-".join(["GIFT", signs[:4], signs[4:8], signs[8:12]])
        kept = {"code": code, "reference": data["reference"], "amount": data["amount"], "digest": digest}
        known, replayed = self._ledger.place_order(self.name, "", wish_id, lambda: kept)
        if known["digest"] != digest:
            return Answer(409, {"message": "This id was used for another card."})
        told = {name: known[name] for name in ("code", "reference", "amount")}
        return Answer(200, {**told, "currency": data["currency"]}, replayed=replayed)

    def _refused_at_the_door(self, call: Call) -> Answer | None:
        if call.path != "/":
            return Answer(404, {"message": "There is nothing at this address."})
        if call.method != "POST":
            return Answer(405, {"message": "Cards are asked for with POST."})
        kind = parse_options_header(call.headers.get("Content-Type"))[0]
        if call.body is None or kind != "application/json":
            return Answer(415, {"message": "A wish for a card is JSON."})
        if not self._is_signed(call):
            return Answer(401, {"message": "The signature is missing, wrong or old."})
        if call.headers.get("Idempotency-Key") != call.headers["webhook-id"]:
            return Answer(400, {"message": "Idempotency-Key and webhook-id differ."})
        return None

    def _is_signed(self, call: Call) -> bool:
        wish_id, moment = call.headers.get("webhook-id", ""), call.headers.get("webhook-timestamp", "")
        if not wish_id or not TIME.fullmatch(moment):
            return False
        if abs(self._now().timestamp() - int(moment)) > TOLERANCE_SECONDS:
            return False
        key = _bytes_of(self._settings.secret) or b""
        digest = hmac.new(key, f"{wish_id}.{moment}.".encode() + (call.body or b""), hashlib.sha256).digest()
        right = f"v1,{base64.b64encode(digest).decode()}"
        given = call.headers.get("webhook-signature", "").split(" ")
        return any(hmac.compare_digest(right.encode(), each.encode()) for each in given)


def _bytes_of(secret: str) -> bytes | None:
    try:
        return base64.b64decode(secret.removeprefix("whsec_"), validate=True) or None
    except binascii.Error:
        return None
