"""A decision from outside is believed with the token alone, and for what the store has."""

from __future__ import annotations

import json
from contextvars import Context
from functools import partial

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select

from app.models import Connector, db
from app.services.callback_tokens import TokenExists, make_callback_token
from tests.api.late_caller import AT, Caller, caller, ravelin
from tests.factories import NOW, make_store

__all__ = ["caller", "ravelin"]


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
