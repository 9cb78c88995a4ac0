"""What our gateway makes of a Stripe that others wrote: what it does right there, and refuses to believe.

The simulator has no Checkout Sessions and knows no idempotency keys, and it refuses three fields that
Stripe takes (`UNKNOWN`). Where a test leaves them out it says so; docs/connectors/stripe.md has the list.
"""

from __future__ import annotations

import queue
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from app.connectors.base import Done, Outcome, Refused, Reply, Request
from app.connectors.moved import Moved
from app.connectors.payments.stripe import StripeGateway
from app.domain.idempotency import transaction_id_for
from app.domain.payment import MoneyAct, MoneyMove
from tests.payments.cases import WISH, move
from tests.services.dispatch_cases import SENDER
from tests.stripe_local.server import KEY, LocalStripe, local_stripe, without

pytestmark = pytest.mark.localstripe
SIGNING = "whsec_only_for_tests"
UNKNOWN = {
    MoneyAct.CAPTURE: "metadata",
    MoneyAct.VOID: "cancellation_reason",
    MoneyAct.REFUND: "reason",
}


@pytest.fixture(scope="module")
def stripe() -> Iterator[LocalStripe]:
    with local_stripe() as running:
        yield running


@pytest.fixture
def gateway(stripe: LocalStripe) -> StripeGateway:
    return gateway_with(stripe, KEY)


@contextmanager
def mailbox() -> Iterator[tuple[str, queue.Queue[tuple[dict[str, str], bytes]]]]:
    """Where a webhook is received: its address, and what came."""
    heard: queue.Queue[tuple[dict[str, str], bytes]] = queue.Queue()

    class Post(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            heard.put(({name.lower(): value for name, value in self.headers.items()}, body))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Post)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/", heard
    finally:
        server.shutdown()
        server.server_close()


def gateway_with(stripe: LocalStripe, key: str) -> StripeGateway:
    settings = {"url": stripe.url, "pages": stripe.url}
    return StripeGateway.configure(settings, f"{key} {SIGNING}", allow_loopback=True)


def send(gateway: StripeGateway, request: Request) -> Reply:
    reply = SENDER.send(request, gateway.credentials())
    assert isinstance(reply, Reply), reply
    return reply


def carried_out(gateway: StripeGateway, message: MoneyMove, *, whole: bool = False) -> Moved | Refused:
    """Step after step as the worker does it; unless `whole`, without what the simulator does not know."""
    answers: list[Reply] = []
    while isinstance(step := gateway.next_step(message, answers), Request):
        if step.method == "POST" and not whole:
            step = replace(step, body=without(step.body, UNKNOWN[message.act]))
        answers.append(send(gateway, step))
    if isinstance(step, Done):
        assert isinstance(step.result, Moved)
        return step.result
    assert isinstance(step, Refused)
    return step


def test_what_is_reserved_is_let_go_of_once(stripe: LocalStripe, gateway: StripeGateway) -> None:
    message = move(MoneyAct.VOID, payment=stripe.reserved())
    first = carried_out(gateway, message)
    assert isinstance(first, Moved)
    assert (first.reference, first.amount) == (message.payment, 1050)
    # Asked again it is found, whole request or not: nothing is sent a second time.
    assert carried_out(gateway, message, whole=True) == first


@pytest.mark.parametrize("by_charge", [False, True])
def test_money_goes_back_once_though_the_answer_was_lost(
    stripe: LocalStripe, gateway: StripeGateway, by_charge: bool
) -> None:
    paid = stripe.reserved()
    charge = stripe.post(f"/v1/payment_intents/{paid}/capture")["latest_charge"]["id"]
    message = move(MoneyAct.REFUND, 22, payment=charge if by_charge else paid, key=f"refund {paid}")
    first = carried_out(gateway, message)
    assert isinstance(first, Moved)
    assert first.amount == 22
    found = gateway.found(message, send(gateway, gateway.look_up(message)))
    assert gateway.next_step(message, found) == Done(first)
    other = carried_out(gateway, replace(message, key=f"another {paid}"))
    assert isinstance(other, Moved)
    assert other.reference != first.reference


def test_a_capture_without_a_figure_is_not_believed(stripe: LocalStripe, gateway: StripeGateway) -> None:
    """The simulator's answer lacks `amount_received`: nobody knows what was taken, so a person looks."""
    message = move(MoneyAct.CAPTURE, 1000, payment=stripe.reserved())
    assert carried_out(gateway, message) == Refused("Stripe's answer cannot be read")


def test_a_capture_of_ours_that_was_made_is_known_by_its_key_alone(
    stripe: LocalStripe, gateway: StripeGateway
) -> None:
    message = move(MoneyAct.CAPTURE, payment=stripe.reserved())
    stripe.post(f"/v1/payment_intents/{message.payment}/capture")
    looked = send(gateway, gateway.look_up(message))
    step = gateway.next_step(message, [looked])  # somebody else's: Stripe itself has to say no
    assert isinstance(step, Request)
    known = move(MoneyAct.CAPTURE, payment=stripe.reserved(transaction_id_for(message.key)))
    stripe.post(f"/v1/payment_intents/{known.payment}/capture")
    looked = send(gateway, gateway.look_up(known))
    assert gateway.next_step(known, [looked]) == Refused("Stripe's answer cannot be read")  # no figure


@pytest.mark.parametrize("act", MoneyAct)
def test_a_refusal_is_a_clear_no_in_words(stripe: LocalStripe, gateway: StripeGateway, act: MoneyAct) -> None:
    """The three fields that it does not know are good for that."""
    refused = carried_out(gateway, move(act, payment=stripe.reserved(), key=f"whole {act}"), whole=True)
    assert isinstance(refused, Refused)
    assert f"Unexpected {UNKNOWN[act]}" in refused.reason


def test_a_payment_that_is_not_there_and_a_key_that_does_not_fit(
    stripe: LocalStripe, gateway: StripeGateway
) -> None:
    gone = send(gateway, gateway.look_up(move(MoneyAct.VOID, payment="pi_nowhere")))
    assert (gone.status, gateway.outcome(gone)) == (404, Outcome.REJECTED)
    stranger = gateway_with(stripe, "rk_not_of_this_account")
    refused = send(stranger, stranger.look_up(move(MoneyAct.VOID, payment=stripe.reserved())))
    assert (refused.status, stranger.outcome(refused)) == (401, Outcome.REJECTED)
    assert "credential" in stranger.explain(refused)


def test_it_has_no_pages_so_none_is_opened(gateway: StripeGateway) -> None:
    asked = gateway.open_page(WISH)
    assert isinstance(asked, Request)
    assert isinstance(gateway.page_of(send(gateway, asked)), Refused)


def test_its_signature_proves_true_and_a_changed_byte_does_not(
    stripe: LocalStripe, gateway: StripeGateway
) -> None:
    with mailbox() as (url, heard):
        stripe.post("/_config/webhooks/ours", url=url, secret=SIGNING)
        stripe.post(f"/v1/payment_intents/{stripe.reserved()}/capture")
        headers, body = heard.get(timeout=20)
    now = datetime.now(UTC)
    told = gateway.heard(headers, body, now)
    assert told is not None
    assert told.page == ""
    assert gateway.heard(headers, body.replace(b"{", b"{ ", 1), now) is None
    other = StripeGateway.configure({}, f"{KEY} whsec_another", allow_loopback=True)
    assert other.heard(headers, body, now) is None
