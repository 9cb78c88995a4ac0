"""T11, T12: what is not signed or made here, by this device and to this question, opens and keeps nothing."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask

from app.models import db
from tests.console.desk import SIGN_IN, Desk
from tests.console.passkey_device import Device
from tests.console.passkey_steps import ACCOUNT, ADD, HERE, USE, add, asked, here, kept, use
from tests.pages.rules import assert_page

__all__ = ["here"]


@pytest.mark.parametrize(
    "lie",
    [
        {"origin": "https://swap.example.evil.example"},
        {"origin": "http://swap.example"},
        {"origin": "https://swap.example:8443"},
        {"place": "evil.example"},
        {"asks_who": False},
        {"uses": 3},  # a copy, whose count fell behind
        {"credential": b"\x02" * 32},
    ],
    ids=str,
)
def test_what_is_not_signed_here_by_this_device_opens_nothing(
    app: Flask, desk: Desk, lie: dict[str, Any]
) -> None:
    device = Device(HERE, uses=4)
    add(desk, device)
    other = Desk(app)
    assert use(other, replace(device, **lie)).status_code == 422
    assert other.get("/console/").location == SIGN_IN
    assert use(other, device).location == "/console/"


def test_somebody_elses_key_under_a_known_name_opens_nothing(app: Flask, desk: Desk) -> None:
    add(desk, Device(HERE))
    assert use(Desk(app), Device(HERE)).status_code == 422


@pytest.mark.parametrize(
    "lie", [{"origin": "https://evil.example"}, {"place": "evil.example"}, {"asks_who": False}]
)
def test_what_is_not_made_here_is_not_kept(app: Flask, desk: Desk, lie: dict[str, Any]) -> None:
    assert add(desk, replace(Device(HERE), **lie)).status_code == 422
    assert kept(app) == []


@pytest.mark.parametrize(
    "said",
    [
        "",
        "{}",
        "[]",
        "null",
        "x" * 500,
        '{"id": 7}',
        '{"id": "AQ", "rawId": "AQ", "response": {}}',
        "[" * 9000,
    ],
    ids=range(8),
)
def test_what_is_no_answer_is_refused_quietly(app: Flask, desk: Desk, said: str) -> None:
    asked(desk, ACCOUNT, ADD)
    answer = desk.send(ACCOUNT, {"passkey_name": "x", "answer": said}, to=ADD)
    assert answer.status_code == 422
    assert_page(answer.text)
    other = Desk(app)
    asked(other, SIGN_IN, USE)
    assert other.send(SIGN_IN, {"answer": said}, to=USE).status_code == 422


def test_garbage_from_a_device_is_refused_byte_by_byte(app: Flask, desk: Desk) -> None:
    """Every part of a good answer emptied, exchanged, and no base64 at all."""
    device, other = Device(HERE), Desk(app)
    for name in ("clientDataJSON", "attestationObject"):
        for spoiled in ("", "AAAA", "!", "é"):
            said = json.loads(device.make(asked(desk, ACCOUNT, ADD)))
            said["response"][name] = spoiled
            form = {"passkey_name": "x", "answer": json.dumps(said)}
            assert desk.send(ACCOUNT, form, to=ADD).status_code == 422
    add(desk, device)
    for name in ("clientDataJSON", "authenticatorData", "signature", "userHandle"):
        for spoiled in ("", "AAAA", "!", "é"):
            with app.app_context():
                db.session.execute(db.text("DELETE FROM throttle_try"))
                db.session.commit()
            said = json.loads(device.sign(asked(other, SIGN_IN, USE)))
            said["response"][name] = spoiled
            answer = other.send(SIGN_IN, {"answer": json.dumps(said)}, to=USE)
            # The handle is not signed, and we do not go by it.
            assert answer.status_code in ((303, 422) if name == "userHandle" else (422,))
            other = Desk(app)
