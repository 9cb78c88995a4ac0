"""Tokens in a worker's memory: fetched once, replaced once, and found nowhere but on the wire."""

from __future__ import annotations

import json
import logging
import threading
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

import httpx2
import pytest

from app.connectors.base import NoAnswer, NotSent, Request, Sent
from app.connectors.oauth import TokenClient
from app.domain.exchange_status import Status
from app.models import DispatchState
from app.sandbox import create_sandbox
from app.sandbox.serving import start
from app.services.bearer_tokens import TokenShelf
from app.services.dispatching import send_all_due
from tests.connectors.conversation import reply
from tests.factories import NOW
from tests.faults import behaviours as does
from tests.faults.peer import Behaviour, Call, Peer, honest
from tests.services.dispatch_cases import Acme, attempts_of, dispatch_of, exchange_of
from tests.services.everything import everything_stored

SECRET = "c4n4ry-s3cret"
CLIENT = TokenClient("https://id.shop.example/token", "evenly", SECRET)


@dataclass
class Office:
    """Gives token 1, token 2 and so on, unless told to answer otherwise."""

    answers: deque[Sent] = field(default_factory=deque)
    asked: int = 0

    def send(self, request: Request, credentials: Mapping[str, str]) -> Sent:
        self.asked += 1
        if self.answers:
            return self.answers.popleft()
        return reply({"access_token": f"token-{self.asked}", "token_type": "Bearer", "expires_in": 600})


def test_a_token_is_kept_until_shortly_before_its_end() -> None:
    office, shelf = Office(), TokenShelf()
    for seconds, token in ((0, "token-1"), (569, "token-1"), (570, "token-2"), (571, "token-2")):
        assert shelf.token_for(CLIENT, office, NOW + timedelta(seconds=seconds)) == token


@pytest.mark.parametrize(("told", "good"), [(None, 300), (20, 10), (10**12, 24 * 3600 - 30)])
def test_how_long_a_token_is_kept(told: int | None, good: int) -> None:
    content = {"access_token": "first", **({} if told is None else {"expires_in": told})}
    office, shelf = Office(deque([reply(content)])), TokenShelf()
    shelf.token_for(CLIENT, office, NOW)
    assert shelf.token_for(CLIENT, office, NOW + timedelta(seconds=good - 1)) == "first"
    assert shelf.token_for(CLIENT, office, NOW + timedelta(seconds=good)) == "token-2"


def test_a_token_that_is_forgotten_is_fetched_anew_and_a_newer_one_stays() -> None:
    office, shelf = Office(), TokenShelf()
    assert shelf.token_for(CLIENT, office, NOW) == "token-1"
    shelf.forget(CLIENT, "token-1")
    assert shelf.token_for(CLIENT, office, NOW) == "token-2"
    shelf.forget(CLIENT, "token-1")
    assert shelf.token_for(CLIENT, office, NOW) == "token-2"


def test_another_client_has_another_token() -> None:
    office, shelf = Office(), TokenShelf()
    assert shelf.token_for(CLIENT, office, NOW) == "token-1"
    assert shelf.token_for(TokenClient(CLIENT.url, "evenly", "other"), office, NOW) == "token-2"


@pytest.mark.parametrize(
    ("answer", "for_good"),
    [
        (NotSent("no connection"), False),
        (NotSent("the host is 10.0.0.1", for_good=True), True),
        (NoAnswer("no whole answer in time"), False),
        (reply({"error": "invalid_client", "error_description": f"wrong secret {SECRET}"}, 401), True),
        (reply(b"", 503), False),
        (reply(b"{}"), True),
    ],
)
def test_without_a_token_nothing_is_sent_and_the_next_try_asks_again(answer: Sent, for_good: bool) -> None:
    office, shelf = Office(deque([answer])), TokenShelf()
    failed = shelf.token_for(CLIENT, office, NOW)
    assert isinstance(failed, NotSent)
    assert failed.for_good is for_good
    assert SECRET not in failed.reason
    assert shelf.token_for(CLIENT, office, NOW) == "token-2"


def test_many_threads_fetch_one_token() -> None:
    office, shelf, found = Office(), TokenShelf(), list[object]()
    together = threading.Barrier(8)

    def ask() -> None:
        together.wait()
        found.append(shelf.token_for(CLIENT, office, NOW))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (found, office.asked) == (["token-1"] * 8, 1)


def gives(token: str) -> Behaviour:
    body = json.dumps({"access_token": token, "token_type": "Bearer", "expires_in": 600}).encode()
    return does.status(200, body)


def quotes_our_token(call: Call) -> None:
    """A platform that writes the token it got into its answer."""
    token = call.heard.headers["authorization"]
    call.answer(401, json.dumps({"message": f"not {token}"}).encode(), {"X-You-Sent": token})


@pytest.fixture
def sandbox() -> Iterator[httpx2.Client]:
    """The pretend merchant, and the way to steer it."""
    app = create_sandbox()
    running = start(app)
    with httpx2.Client(base_url=running.url, trust_env=False) as client:
        yield client
    running.stop()
    app.close()


@pytest.fixture
def closed(shop: Acme, peer: Peer) -> Acme:
    """Acme's platform wants tokens, given at the same host."""
    shop.connect(secret=SECRET, auth="oauth2", oauth_url=f"{peer.url}/token", oauth_client_id="evenly")
    return shop


def tokens_sent(peer: Peer) -> list[str]:
    return [
        heard.headers["authorization"] for heard in peer.requests if heard.path.endswith("/exchange_orders")
    ]


def test_a_worker_fetches_one_token_for_many_messages(closed: Acme, peer: Peer) -> None:
    peer.script.append(gives("tok-1"))
    ids = [closed.confirm(f"AC-{number}") for number in (1, 2)]
    assert closed.send() == 2
    assert [exchange_of(each).state for each in ids] == [Status.PLACED] * 2
    assert tokens_sent(peer) == ["Bearer tok-1"] * 2
    assert len(peer.requests) == 3


def test_a_refused_token_is_replaced_once_and_nothing_secret_is_kept(
    closed: Acme, peer: Peer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    peer.script.extend([gives("tok-11111"), quotes_our_token, gives("tok-22222"), honest])
    exchange_id = closed.confirm()
    assert closed.send() == 1
    assert exchange_of(exchange_id).state is Status.PLACED
    assert tokens_sent(peer) == ["Bearer tok-11111", "Bearer tok-22222"]
    first, second = attempts_of(exchange_id)
    assert (first.outcome, first.status, second.outcome, second.status) == ("rejected", 401, "delivered", 200)
    assert first.request_headers["Authorization"] == second.request_headers["Authorization"] == "***"
    (step,) = dispatch_of(exchange_id).steps
    assert [heard.body for heard in peer.requests if "exchange_orders" in heard.path] == [step.body] * 2
    for secret in (SECRET, "tok-11111", "tok-22222"):
        assert secret not in everything_stored() + caplog.text


def test_a_second_refusal_stands(closed: Acme, peer: Peer) -> None:
    peer.script.extend([gives("tok-1"), does.status(401), gives("tok-2"), does.status(401)])
    exchange_id = closed.confirm()
    closed.send()
    exchange = exchange_of(exchange_id)
    assert exchange.state is Status.IN_REVIEW
    assert "our credential was not accepted" in (exchange.attention or "")
    assert [attempt.status for attempt in attempts_of(exchange_id)] == [401, 401]
    assert len(peer.requests) == 4


@pytest.mark.parametrize(
    ("answer", "state"),
    [(does.status(503), DispatchState.WAITING), (does.status(401), DispatchState.FAILED)],
    ids=["away", "no"],
)
def test_a_token_that_cannot_be_had(
    closed: Acme, peer: Peer, answer: Behaviour, state: DispatchState
) -> None:
    peer.script.append(answer)
    exchange_id = closed.confirm()
    closed.send()
    assert tokens_sent(peer) == []
    dispatch = dispatch_of(exchange_id)
    assert dispatch.state == state
    assert "no token was given" in (dispatch.last_error or "")
    if state == DispatchState.WAITING:
        peer.script.append(gives("tok-1"))
        closed.clock.forward(minutes=1)
        closed.send()
        assert exchange_of(exchange_id).state is Status.PLACED


def test_the_sandbox_speaks_it_too(shop: Acme, sandbox: httpx2.Client) -> None:
    """The pretend merchant was written from the RFC alone; it ends our token in the middle."""
    base = str(sandbox.base_url).rstrip("/")
    oauth = {"client_id": "evenly", "client_secret": SECRET}
    for client_auth in ("basic", "body"):
        sandbox.post("/settings", json={"system": "optoro", "oauth": oauth})
        known = {"url": f"{base}/optoro", "oauth_url": f"{base}/optoro/oauth/token"}
        client = {"oauth_client_id": "evenly", "oauth_client_auth": client_auth}
        shop.connect(secret=SECRET, auth="oauth2", **known, **client)
        ids = [shop.confirm(f"AC-{client_auth}-{number}") for number in (1, 2)]
        dispatcher = shop.dispatcher()
        assert send_all_due(dispatcher) == 2
        sandbox.post("/settings", json={"system": "optoro", "oauth": oauth})
        ids.append(shop.confirm(f"AC-{client_auth}-3"))
        assert send_all_due(dispatcher) == 1
        assert [exchange_of(each).state for each in ids] == [Status.PLACED] * 3
        assert [attempt.status for attempt in attempts_of(ids[-1])] == [401, 200]
