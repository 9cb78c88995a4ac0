"""A pretend card provider with a hosted payment page: `/cards/v1/…` for shops, `/pay/…` for people.

What is here: the interface for shops, with its credential, its keys and its refusals. No company has one like
it: it is small and plain, made for this sandbox, and docs/connectors/cards.md is its page. What is not: the
pages for people (`payments_visits.py`) and the messages about them (`payments_news.py`).

    POST /v1/pages                      opens a page; Idempotency-Key
    GET  /v1/pages/PAGE                 the record
    POST /v1/pages/PAGE/close           nothing can be paid there any more
    GET  /v1/movements/MOVEMENT         what has become of a movement
    POST /v1/payments/PAYMENT/capture   {"amount", "currency"}; Idempotency-Key; likewise void and refund
"""

import hashlib
import hmac
import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from werkzeug.http import parse_options_header

from app.sandbox.checks import Check, Problem, one_of, record, text, text_like, whole_number
from app.sandbox.contract import Answer, Call
from app.sandbox.ledger import Ledger
from app.sandbox.payments_account import SYSTEM, CannotBe, CardAccount, NoSuchThing, Payment
from app.sandbox.payments_body import MOVE, nothing_or, problems_in_page
from app.sandbox.strict_json import NotJsonError, read_json

# Base64 of a sentence that says what it is: nothing real is signed with it.
WEBHOOK_SECRET = "whsec_YW55Ym9keSBtYXkga25vdyB0aGlzIHNhbmRib3gga2V5"  # noqa: S105
WHEN_TOLD = frozenset({"after", "before", "twice", "never", "delayed"})
PAGE = re.compile(r"/v1/pages/(pg_[0-9a-f]{32})")
CLOSING = re.compile(r"/v1/pages/(pg_[0-9a-f]{32})/close")
MOVEMENT = re.compile(r"/v1/movements/(mov_[0-9a-f]{32})")
MOVING = re.compile(r"/v1/payments/([A-Za-z0-9_-]{1,120})/(capture|void|refund)")
LONGEST_WAIT_MS = 60_000


@dataclass(frozen=True)
class CardSettings:
    """How this provider behaves. `key` None takes any. `webhooks` says when a shop is told of a page:
    `after` the shopper is sent back, `before` it, `twice`, `never`, or `delayed` by `webhook_delay_ms`.

    `authorisation_seconds` is how long a reservation holds. `amount_added` (minor units) and
    `currency_instead` make what is reserved differ from what was asked for. `slow_ms` is how long the card
    takes that gets no answer. `refuses` names what it says no to: a capture, a void or a refund.
    """

    key: str | None = None
    webhook_secret: str = WEBHOOK_SECRET
    webhooks: str = "after"
    webhook_delay_ms: int = 1000
    authorisation_seconds: int = 7 * 24 * 3600
    amount_added: int = 0
    currency_instead: str | None = None
    slow_ms: int = 15_000
    refuses: str | None = None


ACTS = frozenset({"capture", "void", "refund"})
SETTINGS_FORM: Check = record(
    required={},
    optional={
        "key": nothing_or(text()),
        "webhook_secret": text_like(r"whsec_[A-Za-z0-9+/]{32,88}={0,2}"),
        "webhooks": one_of(WHEN_TOLD),
        "webhook_delay_ms": whole_number(0, LONGEST_WAIT_MS),
        "authorisation_seconds": whole_number(1, 365 * 24 * 3600),
        "amount_added": whole_number(-(10**9), 10**9),
        "currency_instead": nothing_or(text_like(r"[A-Z]{3}")),
        "slow_ms": whole_number(0, LONGEST_WAIT_MS),
        "refuses": nothing_or(one_of(ACTS)),
    },
)


class CardsServer:
    """The interface for shops."""

    name = SYSTEM

    def __init__(self, ledger: Ledger, account: CardAccount) -> None:
        self._ledger = ledger
        self._account = account
        self._keys = threading.Lock()
        self.current = CardSettings()

    def answer(self, call: Call) -> Answer:
        """What comes of the call, or the first refusal that applies."""
        if not self._knows_the_caller(call):
            return _refuse(401, "unknown_key", "The key is missing or wrong.")
        try:
            return self._answer(call)
        except NoSuchThing:
            return _refuse(404, "not_found", "Nothing has this number.")
        except CannotBe as refused:
            return _refuse(409, refused.code, str(refused))

    def _answer(self, call: Call) -> Answer:
        looking, closing = PAGE.fullmatch(call.path), CLOSING.fullmatch(call.path)
        if looking and call.method == "GET":
            return Answer(200, record_of(self._account.page(looking[1])))
        moved = MOVEMENT.fullmatch(call.path)
        if moved and call.method == "GET":
            return Answer(200, self._account.movement(moved[1]))
        if call.method != "POST":
            return _refuse(405, "not_allowed", "Pages and movements are looked at; the rest is POST.")
        if closing:
            return Answer(200, record_of(self._account.close(closing[1])))
        moving = MOVING.fullmatch(call.path)
        if moving:
            return self._once(call, lambda body: self._moved(moving[1], moving[2], body))
        if call.path == "/v1/pages":
            return self._once(call, lambda body: self._opened(call, body))
        raise NoSuchThing

    def _once(self, call: Call, work: Callable[[Any], Answer]) -> Answer:
        """The work, once for each key: its answer is kept, and a repeat is given that one again.

        A refusal is not kept: nothing was done, so asking again may come to something else.
        """
        key = call.headers.get("Idempotency-Key", "")
        if not 0 < len(key) <= 255 or call.body is None:
            return _refuse(400, "no_key", "An Idempotency-Key of up to 255 characters is needed.")
        if parse_options_header(call.headers.get("Content-Type"))[0] != "application/json":
            return _refuse(415, "not_json", "The body must be application/json.")
        asked = hashlib.sha256(f"{call.path}\n".encode() + call.body).hexdigest()
        with self._keys:
            known = self._ledger.record(self.name, f"key {key}")
            if known is not None and known["asked"] != asked:
                return _refuse(409, "key_reused", "This key was used for something else.")
            if known is not None:
                return Answer(known["status"], known["content"], replayed=True)
            try:
                answer = work(read_json(call.body))
            except NotJsonError as error:
                return _refuse(400, "not_json", str(error))
            if answer.status < 300:
                kept = {"asked": asked, "status": answer.status, "content": answer.content}
                self._ledger.keep(self.name, f"key {key}", kept)
        return answer

    def _opened(self, call: Call, body: Any) -> Answer:
        problems = list(problems_in_page(body))
        if problems:
            return _invalid(problems)
        made = self._account.open(body)
        address = f"http://{call.headers.get('Host', '')}/pay/{made['page']}"
        return Answer(201, {"page": made["page"], "url": address, "expires_at": made["expires_at"]})

    def _moved(self, payment: str, act: str, body: Any) -> Answer:
        problems = list(MOVE(body, ""))
        if problems:
            return _invalid(problems)
        if act == self.current.refuses:
            raise CannotBe("refused", f"The bank refuses the {act}.")
        amount, currency = body["amount"], body["currency"]
        if act == "capture":
            made = self._account.capture(payment, amount, currency)
        elif act == "refund":
            made = self._account.refund(payment, amount, currency)
        else:
            made, amount = self._account.void(payment)
        number = "mov_" + hashlib.sha256(f"{payment} {act} {made['refunded']}".encode()).hexdigest()[:32]
        told = {"movement": number, "payment": payment, "act": act, "amount": amount, "currency": currency}
        self._account.note(told)
        return Answer(200, told)

    def _knows_the_caller(self, call: Call) -> bool:
        scheme, _, key = call.headers.get("Authorization", "").partition(" ")
        wanted = self.current.key
        known = wanted is None or hmac.compare_digest(key.encode(), wanted.encode())
        return scheme == "Bearer" and bool(key) and known

    def settings(self) -> Mapping[str, object]:
        """The settings, with key and secret masked."""
        shown = asdict(self.current)
        return shown | {"key": "***" if shown["key"] else None, "webhook_secret": "***"}

    def configure(self, changes: Mapping[str, object]) -> list[Problem]:
        """Take the settings named and leave the rest."""
        problems = list(SETTINGS_FORM(dict(changes), ""))
        if not problems:
            wanted: dict[str, Any] = dict(changes)
            self.current = replace(self.current, **wanted)
        return problems

    def reset(self) -> None:
        """Back to any key, and to telling after the redirect."""
        self.current = CardSettings()

    def secret_headers(self) -> frozenset[str]:
        """None beside the usual one."""
        return frozenset()


def record_of(page: Payment) -> dict[str, object]:
    """What a shop is told of a page."""
    told = ("page", "status", "currency", "captured", "refunded", "capture_before", "declined", "declines")
    paid = bool(page["authorised"])
    amount = {"amount": page["authorised"] if paid else page["amount"]}
    return {name: page[name] for name in told} | amount | {"payment": page["payment"] if paid else None}


def _refuse(status: int, code: str, message: str) -> Answer:
    return Answer(status, {"code": code, "message": message})


def _invalid(problems: list[Problem]) -> Answer:
    errors = [problem._asdict() for problem in problems]
    return Answer(422, {"code": "invalid", "message": "The body is not right.", "errors": errors})
