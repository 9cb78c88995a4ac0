"""A person at Ravelin decides later: believed with the token alone, carried out once, undone by nobody."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextvars import Context
from dataclasses import dataclass
from functools import partial
from typing import Any

import httpx2
import pytest
from click.testing import Result
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.connectors.registry import SCREENERS
from app.domain.exchange_status import Status
from app.models import Connector, Exchange, LineItem, db, store_scope
from app.sandbox import create_sandbox
from app.sandbox.serving import start
from app.services.agent_decisions import Decision, approve, decline
from app.services.callback_tokens import TokenExists, make_callback_token
from app.services.connector_settings import connect_store
from app.services.moving import withdraw_attention
from tests.factories import NOW, make_store
from tests.faults.peer import Peer
from tests.services.dispatch_cases import Acme, exchange_of

AT = 1_780_000_000_000
REJECTED_LATE = "A person at ravelin rejected it after it had been placed. Decide whether to stop it."
AGENT = Decision("sam", "looks fine")


@pytest.fixture(scope="module")
def ravelin() -> Iterator[str]:
    """A pretend Ravelin that wants a person to look at everything."""
    app = create_sandbox()
    running = start(app)
    httpx2.post(f"{running.url}/settings", json={"system": "ravelin", "action": "REVIEW"}, trust_env=False)
    yield running.url
    running.stop()
    app.close()


@dataclass
class Caller:
    """Ravelin's end of the callback, for the store `acme` and an exchange of it."""

    client: FlaskClient
    token: str
    shop: Acme
    exchange_id: int
    reference: str

    def says(self, label: str, at: int | None = AT, **changes: Any) -> TestResponse:
        body = {"refundId": self.reference, "label": label, "timestamp": at} | changes
        return self.post(json.dumps(body).encode())

    def post(
        self, body: bytes, authorization: str | None = None, path: str = "/hooks/v1/acme/decisions/ravelin"
    ) -> TestResponse:
        given = f"token {self.token}" if authorization is None else authorization
        send = partial(self.client.post, path, data=body, headers={"Authorization": given})
        db.session.rollback()  # the test's own view of things ends here
        return Context().run(send)  # with a session of its own, as any call has

    def exchange(self) -> Exchange:
        return exchange_of(self.exchange_id)


@pytest.fixture
def caller(app: Flask, ravelin: str, today: object) -> Iterator[Caller]:
    """An exchange that Ravelin wants a person to look at."""
    with app.app_context(), Peer() as peer:
        store_id = make_store()
        with store_scope(store_id):
            shop = Acme(store_id, peer, screeners=SCREENERS)
            shop.connect()
            settings = {"url": f"{ravelin}/ravelin", "refund_abuse": "yes"}
            connect_store(shop.connections, store_id, "ravelin", settings, "sk_test_example", NOW)
            token = make_callback_token(app.extensions["evenly.connections"].box, store_id, "ravelin", NOW)
            exchange_id = shop.confirm()
            shop.send()
            exchange = exchange_of(exchange_id)
            assert exchange.waits_for_a_person
            yield Caller(
                app.test_client(use_cookies=False), token, shop, exchange_id, exchange.reference or ""
            )


def committed(caller: Caller) -> int:
    return db.session.scalars(select(LineItem.committed).order_by(LineItem.id)).first() or 0


def test_approved_goes_on_and_is_placed(caller: Caller) -> None:
    assert caller.says("APPROVED").get_json() == {"outcome": "approved"}
    exchange = caller.exchange()
    assert (exchange.state, exchange.decided_by) == (Status.APPROVED, "ravelin")
    caller.shop.send()
    assert caller.exchange().state is Status.PLACED


def test_rejected_is_declined_and_gives_everything_back(caller: Caller) -> None:
    assert caller.says("REJECTED").get_json() == {"outcome": "declined"}
    exchange = caller.exchange()
    assert (exchange.state, exchange.decided_by) == (Status.DECLINED, "ravelin")
    assert (exchange.decision_words, committed(caller)) == (None, 0)


def test_pending_waits_on(caller: Caller) -> None:
    assert caller.says("PENDING").get_json() == {"outcome": "nothing to do"}
    assert caller.exchange().waits_for_a_person


@pytest.mark.parametrize("at", [AT, None])
def test_a_decision_that_comes_again_has_no_second_effect(caller: Caller, at: int | None) -> None:
    caller.says("APPROVED", at)
    caller.shop.send()
    again = caller.says("APPROVED", at)
    assert again.status_code == 200
    exchange = caller.exchange()
    assert (exchange.state, exchange.attention) == (Status.PLACED, None)
    assert len(caller.shop.peer.requests) == 1


def test_a_reversal_after_placing_goes_to_an_agent_once(caller: Caller) -> None:
    caller.says("APPROVED")
    caller.shop.send()
    assert caller.says("REJECTED", AT + 1000).get_json() == {"outcome": "an agent was asked"}
    exchange = caller.exchange()
    assert (exchange.state, exchange.attention) == (Status.PLACED, REJECTED_LATE)
    withdraw_attention(exchange, REJECTED_LATE, "sam", NOW)
    db.session.commit()
    assert caller.says("REJECTED", AT + 1000).get_json() == {"outcome": "an agent was asked"}
    assert caller.exchange().attention is None


def test_a_reversal_before_placing_declines(caller: Caller) -> None:
    caller.says("APPROVED")
    assert caller.says("REJECTED", AT + 1000).get_json() == {"outcome": "declined"}
    assert caller.exchange().state is Status.DECLINED
    caller.shop.send()
    assert caller.shop.peer.requests == []


def test_approved_after_it_was_declined_goes_to_an_agent(caller: Caller) -> None:
    decline(caller.exchange_id, AGENT, NOW)
    assert caller.says("APPROVED").get_json() == {"outcome": "an agent was asked"}
    exchange = caller.exchange()
    assert exchange.state is Status.DECLINED
    assert exchange.attention == "A person at ravelin approved it after it had been declined."


def test_an_agent_who_was_quicker_stays_right(caller: Caller) -> None:
    approve(caller.exchange_id, AGENT, NOW)
    assert caller.says("APPROVED").get_json() == {"outcome": "nothing to do"}
    assert caller.exchange().decided_by == "sam"


def test_what_else_is_to_be_judged_still_is(caller: Caller) -> None:
    exchange = caller.exchange()
    dear = {"code": "value_over_review_limit", "item": "Parka", "agent": "Dear", "shopper": ""}
    exchange.doubts = [dear, *exchange.doubts]
    db.session.commit()
    assert caller.says("APPROVED").get_json() == {"outcome": "an agent was asked"}
    exchange = caller.exchange()
    assert exchange.waits_for_a_person
    assert [doubt["code"] for doubt in exchange.doubts] == ["value_over_review_limit"]


def test_what_cannot_be_approved_any_more_goes_to_an_agent(caller: Caller) -> None:
    line = db.session.scalars(select(LineItem).order_by(LineItem.id)).first()
    assert line is not None
    line.refunded = line.quantity
    db.session.commit()
    assert caller.says("APPROVED").get_json() == {"outcome": "an agent was asked"}
    exchange = caller.exchange()
    assert exchange.waits_for_a_person
    assert "It could not be done: Ridge Parka: refunded meanwhile" in (exchange.attention or "")


def test_a_decision_before_the_answer_was_taken_comes_again(caller: Caller) -> None:
    exchange = caller.exchange()
    exchange.status = Status.SCREENING
    db.session.commit()
    assert caller.says("APPROVED").status_code == 409
    exchange = caller.exchange()
    exchange.status = Status.IN_REVIEW
    db.session.commit()
    assert caller.says("APPROVED").get_json() == {"outcome": "approved"}


@pytest.mark.parametrize(
    "authorization", ["", "token", "token ", "token wrong", "Bearer {}", "{}", "token {}x", "token é"]
)
def test_who_does_not_carry_the_token_is_not_believed(caller: Caller, authorization: str) -> None:
    body = json.dumps({"refundId": caller.reference, "label": "APPROVED", "timestamp": AT}).encode()
    reply = caller.post(body, authorization.format(caller.token))
    assert reply.status_code == 401
    assert caller.reference not in reply.text
    assert caller.exchange().waits_for_a_person


def test_a_store_without_a_token_believes_nobody(caller: Caller) -> None:
    row = db.session.scalars(select(Connector).where(Connector.system == "ravelin")).one()
    row.callback_token = None
    db.session.commit()
    assert caller.says("APPROVED").status_code == 401
    assert caller.post(b"{}", "token ").status_code == 401


def test_what_is_not_there_is_not_found(app: Flask, caller: Caller) -> None:
    unknown = caller.says("APPROVED", refundId="EX-AAAAAA")
    assert (unknown.status_code, unknown.mimetype) == (404, "application/problem+json")
    for store, system in (("nowhere", "ravelin"), ("acme", "optoro"), ("ac%00me", "ravelin")):
        path = f"/hooks/v1/{store}/decisions/{system}"
        assert caller.post(b"{}", path=path).status_code == 404
    exchange = caller.exchange()
    exchange.store_id = make_store("other")
    db.session.commit()
    assert caller.says("APPROVED").get_json()["detail"] == unknown.get_json()["detail"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 422),
        (b"[]", 422),
        (b"\xff", 422),
        (b'{"refundId": "EX-1", "label": "MAYBE"}', 422),
        (b'{"label": "APPROVED"}', 422),
        (b" " * 70_000 + b"{}", 422),
        (b" " * (1024 * 1024), 413),
    ],
)
def test_a_body_that_is_no_decision(caller: Caller, body: bytes, status: int) -> None:
    assert caller.post(body).status_code == status
    assert caller.exchange().waits_for_a_person


def test_the_token_is_shown_once_and_can_be_replaced(app: Flask, caller: Caller) -> None:
    box = app.extensions["evenly.connections"].box
    with pytest.raises(TokenExists):
        make_callback_token(box, caller.shop.store_id, "ravelin", NOW)
    runner = app.test_cli_runner()

    def run(args: list[str]) -> Result:
        return Context().run(partial(runner.invoke, args=args))

    refused = run(args=["store", "callback-token", "acme", "ravelin"])
    assert "--rotate makes a new one" in refused.stderr
    assert "never calls back" in run(args=["store", "callback-token", "acme", "optoro"]).stderr
    made = run(args=["store", "callback-token", "acme", "ravelin", "--rotate"])
    assert made.exit_code == 0, made.stderr
    assert caller.says("PENDING").status_code == 401
    caller.token = made.stdout.strip()
    assert caller.says("PENDING").status_code == 200
