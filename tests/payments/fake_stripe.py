"""A small Stripe on loopback, written from Stripe's pages: real HTTP, one account, nothing of our connector.

What is here: the server, credentials, versions and idempotent requests. What objects do is
`fake_stripe_account`, how forms are read `fake_stripe_forms`. Strict where Stripe is: unknown parameters,
amounts that its page about currencies forbids, the same key with other parameters.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.payments.fake_stripe_account import Account
from tests.payments.fake_stripe_forms import Form, read_form
from tests.payments.fake_stripe_rules import Refusal

VERSIONS = {"2026-10-28.endive"}


@dataclass(frozen=True)
class Asked:
    """One request as it came in. Names in `headers` are lower case."""

    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: bytes


@dataclass
class FakeStripe:
    """The account at `url`. `failures` are (status, code) of the next requests; `asked` is all there was.

    Of the next `lost` movements the work is done and the answer never leaves; the next `unheard` ones break
    off before anything is done.
    """

    url: str
    key: str
    account: Account
    failures: list[tuple[int, str]] = field(default_factory=list)
    lost: int = 0
    unheard: int = 0
    asked: list[Asked] = field(default_factory=list)
    _answers: dict[str, tuple[str, int, bytes]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def answer(self, asked: Asked) -> tuple[int, bytes, dict[str, str]] | None:
        """Status, body and headers, None for an answer that is lost; one request at a time."""
        with self._lock:
            self.asked.append(asked)
            if self.unheard and asked.method == "POST":
                self.unheard -= 1
                return None
            try:
                answer = self._answered(asked)
            except Refusal as refused:
                return refused.status, refused.body(), {}
            if self.lost and asked.method == "POST":
                self.lost -= 1
                return None
            return answer

    def posts(self, word: str) -> list[str]:
        """The paths of what was asked for with POST and has this word in it."""
        return [asked.path for asked in self.asked if asked.method == "POST" and word in asked.path]

    def forget_keys(self) -> None:
        """As Stripe does when they are a day old."""
        self._answers.clear()

    def _answered(self, asked: Asked) -> tuple[int, bytes, dict[str, str]]:
        if asked.headers.get("authorization") != f"Bearer {self.key}":
            raise Refusal(401, "Invalid API Key provided")
        if asked.headers.get("stripe-version") not in VERSIONS:
            raise Refusal(400, "Invalid Stripe API version")
        key = asked.headers.get("idempotency-key", "") if asked.method == "POST" else ""
        same = f"{asked.path}?{asked.query} {asked.body!r}"
        if key in self._answers:
            before, status, body = self._answers[key]
            if before != same:
                words = "Keys for idempotent requests can only be used with the same parameters"
                raise Refusal(400, words, kind="idempotency_error")
            return status, body, {"Idempotent-Replayed": "true"}
        status, body = self._done(asked)
        if key and status not in (400, 409, 429):
            self._answers[key] = (same, status, body)
        return status, body, {}

    def _done(self, asked: Asked) -> tuple[int, bytes]:
        if self.failures:
            status, code = self.failures.pop(0)
            return status, Refusal(status, "Told to fail", code=code).body()
        form = _form_of(asked)
        parts = asked.path.removeprefix("/v1/").split("/")
        return 200, json.dumps(self._at(asked.method, parts, form)).encode()

    def _at(self, method: str, parts: list[str], form: Form) -> dict[str, Any]:
        account = self.account
        match method, parts:
            case "POST", ["checkout", "sessions"]:
                return account.open_session(form)
            case "GET", ["checkout", "sessions", number]:
                return account.session(number, form)
            case "POST", ["checkout", "sessions", number, "expire"]:
                return account.expire(number, form)
            case "GET", ["payment_intents", number]:
                return account.intent(number, form)
            case "POST", ["payment_intents", number, "capture"]:
                return account.capture(number, form)
            case "POST", ["payment_intents", number, "cancel"]:
                return account.cancel(number, form)
            case "GET", ["charges" | "refunds" as kind]:
                return account.charges(form) if kind == "charges" else account.refunds(form)
            case "GET" | "POST", ["refunds", *number]:
                return account.refund_made(number[0], form) if number else account.refund(form)
        raise Refusal(404, "Unrecognized request URL")


def _form_of(asked: Asked) -> Form:
    if asked.method == "GET":
        return read_form(asked.query)
    if asked.headers.get("content-type") != "application/x-www-form-urlencoded":
        raise Refusal(400, "Invalid request: the body must be a form")
    return read_form(asked.body.decode("ascii"))


@contextmanager
def fake_stripe(
    key: str, signing: str, webhook_url: str, now: Callable[[], float] = time.time
) -> Iterator[FakeStripe]:
    """A Stripe for the length of a `with` block; `now` is its clock, in seconds."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    url = f"http://127.0.0.1:{server.server_address[1]}"
    account = Account(pages=url, signing=signing, webhook_url=webhook_url, now=now)
    server.stripe = FakeStripe(url, key, account)  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield server.stripe  # type: ignore[attr-defined]
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self._serve()

    def do_POST(self) -> None:
        self._serve()

    def _serve(self) -> None:
        stripe: FakeStripe = self.server.stripe  # type: ignore[attr-defined]
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        address = urlsplit(self.path)
        headers = {name.lower(): value for name, value in self.headers.items()}
        if address.path.startswith("/c/pay/"):
            self._shopper(stripe, address.path.removeprefix("/c/pay/"), body.decode())
            return
        asked = Asked(self.command, address.path, address.query, headers, body)
        answer = stripe.answer(asked)
        if answer is None:
            return  # the connection is closed without a word
        status, content, more = answer
        self._send(status, content, {"Content-Type": "application/json", **more})

    def _shopper(self, stripe: FakeStripe, session: str, body: str) -> None:
        """The hosted page: looked at, or with a card typed in."""
        if self.command == "GET":
            self._send(200, b"<title>Stripe Checkout</title>", {"Content-Type": "text/html"})
            return
        address = stripe.account.pay(session, parse_qs(body)["card"][0])
        self._send(303, b"", {"Location": address})

    def _send(self, status: int, content: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *arguments: Any) -> None:
        """Say nothing."""
