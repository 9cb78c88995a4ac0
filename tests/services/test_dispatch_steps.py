"""Several steps, platforms that must not be asked twice, and secrets that stay secret (R5, T18)."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from app.domain.exchange_status import Status
from app.models import DispatchState, Exchange, db
from app.services import connected_systems
from app.services.attempt_evidence import Try
from app.services.dispatch_claims import LEASE
from app.services.dispatch_results import Result, record_results
from tests.faults import behaviours as does
from tests.faults.peer import Behaviour, Call, Peer, honest
from tests.services.cautious_platform import CautiousPlacer
from tests.services.dispatch_cases import SENDER, Acme, attempts_of, dispatch_of, exchange_of
from tests.services.everything import everything_stored

CANARY = "c4n4ry-s3cret-7f1d"


@pytest.fixture
def cautious(acme: int, peer: Peer, monkeypatch: pytest.MonkeyPatch) -> Acme:
    """Acme, connected to a platform of two steps that is not safe to repeat."""
    platforms = {"cautious": CautiousPlacer}
    monkeypatch.setattr(connected_systems, "PLATFORMS", platforms)
    shop = Acme(acme, peer, platforms=platforms)
    shop.connect("cautious")
    peer.otherwise = honest
    return shop


def test_each_step_is_stored_before_it_is_sent_and_builds_on_the_last_answer(
    cautious: Acme, peer: Peer
) -> None:
    peer.script.extend([honest, does.status(200, b"{}")])
    exchange_id = cautious.confirm()
    assert cautious.send() == 2
    first, second = dispatch_of(exchange_id).steps
    assert (first.name, second.name) == ("draft", "complete")
    assert second.url == f"{peer.url}/drafts/AC-1001-X1/complete"
    assert [heard.body for heard in peer.requests] == [first.body, second.body]
    assert first.answer_body == second.body
    assert exchange_of(exchange_id).platform_order == "C-1"
    assert dispatch_of(exchange_id).state == DispatchState.DELIVERED


def test_a_refusal_after_a_step_goes_to_a_person(cautious: Acme, peer: Peer) -> None:
    peer.script.append(does.status(200, b'{"closed": true}'))
    exchange_id = cautious.confirm()
    cautious.send()
    assert exchange_of(exchange_id).state is Status.IN_REVIEW
    assert exchange_of(exchange_id).attention == "The shop has closed."


def test_tries_are_counted_for_each_step(cautious: Acme, peer: Peer) -> None:
    peer.script.extend([does.status(429), honest, does.status(429)])
    exchange_id = cautious.confirm()
    cautious.send()
    cautious.clock.forward(minutes=1)
    cautious.send()
    dispatch = dispatch_of(exchange_id)
    assert (dispatch.tries, dispatch.first_tried_at) == (1, cautious.clock())
    assert [attempt.number for attempt in attempts_of(exchange_id)] == [1, 2, 1]


@pytest.mark.parametrize("fault", [does.lost_answer, does.status(500)])
def test_what_is_not_safe_to_repeat_is_left_to_a_person(cautious: Acme, peer: Peer, fault: Behaviour) -> None:
    peer.script.append(fault)
    exchange_id = cautious.confirm()
    cautious.send()
    exchange = exchange_of(exchange_id)
    assert exchange.state is Status.PLACING
    assert exchange.attention is not None
    assert exchange.attention.endswith(
        "Look at the platform whether the order exists before anything is sent again."
    )
    assert dispatch_of(exchange_id).state == DispatchState.UNKNOWN
    cautious.clock.forward(days=10)
    assert cautious.send() == 0
    assert len(peer.requests) == 1


def test_what_never_left_may_be_sent_again(cautious: Acme, peer: Peer) -> None:
    cautious.connect("cautious", url="http://127.0.0.1:1")
    exchange_id = cautious.confirm()
    cautious.send()
    assert dispatch_of(exchange_id).state == DispatchState.WAITING
    (attempt,) = attempts_of(exchange_id)
    assert (attempt.outcome, attempt.status) == ("try_later", None)


def test_a_worker_that_ended_in_the_middle_of_it_is_not_followed(cautious: Acme, peer: Peer) -> None:
    exchange_id = cautious.confirm()
    ready = cautious.prepare()
    assert ready is not None
    SENDER.send(ready.request, {})
    cautious.clock.forward(seconds=LEASE.total_seconds())
    cautious.send()
    assert dispatch_of(exchange_id).state == DispatchState.UNKNOWN
    assert len(peer.requests) == 1


def test_a_worker_that_ended_before_the_step_was_stored_is_followed(cautious: Acme, peer: Peer) -> None:
    peer.script.extend([honest, does.status(200, b"{}")])
    exchange_id = cautious.confirm()
    cautious.claim()
    cautious.clock.forward(seconds=LEASE.total_seconds())
    cautious.send()
    assert exchange_of(exchange_id).state is Status.PLACED


def test_a_yes_for_an_exchange_that_a_person_took_back_is_kept_and_flagged(shop: Acme) -> None:
    exchange_id = shop.confirm()
    claim = shop.claim()
    ready = shop.prepare(claim)
    assert ready is not None
    answer = SENDER.send(ready.request, {})
    db.session.get_one(Exchange, exchange_id).status = Status.IN_REVIEW
    db.session.commit()
    record_results({claim: Result(ready, Try("w", claim.fence, shop.clock(), 1, answer), 0.5)}, shop.clock())
    exchange = exchange_of(exchange_id)
    assert (exchange.state, exchange.platform_order) == (Status.IN_REVIEW, "AC-1001-X1")
    assert exchange.attention == "Placed as AC-1001-X1 although the exchange is in_review."


def quotes_our_secret(call: Call) -> None:
    """A platform that writes the credential it got into its answer and its headers."""
    credential = call.heard.headers["authorization"]
    call.answer(503, credential.encode(), {"X-You-Sent": credential, "Set-Cookie": "a=b"})


def test_a_secret_is_sent_and_nowhere_else_to_be_found(
    shop: Acme, peer: Peer, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    caplog.set_level(logging.DEBUG)
    shop.connect(secret=CANARY, auth="bearer")
    peer.script.append(quotes_our_secret)
    exchange_id = shop.confirm()
    shop.send()
    shop.clock.forward(minutes=1)
    shop.send()
    assert exchange_of(exchange_id).state is Status.PLACED
    assert [heard.headers["authorization"] for heard in peer.requests] == [f"Bearer {CANARY}"] * 2
    quoted, _ = attempts_of(exchange_id)
    assert quoted.request_headers["Authorization"] == "***"
    assert (quoted.reply_headers["x-you-sent"], quoted.reply_headers["set-cookie"]) == ("***", "***")
    assert quoted.reply_body == "***"
    assert CANARY not in everything_stored()
    assert CANARY not in caplog.text
    assert not [
        path for path in tmp_path.rglob("*") if path.is_file() and CANARY.encode() in path.read_bytes()
    ]


def test_evidence_that_no_database_takes_as_it_is(shop: Acme, peer: Peer) -> None:
    peer.script.append(does.status(503, b"\0\xff" + "ü€😀".encode() * 10_000))
    exchange_id = shop.confirm()
    shop.send()
    (attempt,) = attempts_of(exchange_id)
    assert len(attempt.reply_body) == 4000
    assert attempt.reply_body.startswith("��ü€😀")
