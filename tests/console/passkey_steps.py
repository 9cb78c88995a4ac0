"""A passkey's device at the pages of a portal that has a name: adding a key, and signing in with it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.models import Passkey, db
from tests.console.desk import SIGN_IN, Desk
from tests.console.passkey_device import Device

HERE = "https://swap.example"
ACCOUNT, ADD = "/console/account", "/console/account/passkeys"
USE = "/console/sign-in/passkey"


@pytest.fixture(autouse=True)
def here(app: Flask) -> Iterator[None]:
    """The portal has a name and HTTPS."""
    before = app.extensions["evenly.settings"]
    app.extensions["evenly.settings"] = replace(before, public_url=HERE + "/")
    yield
    app.extensions["evenly.settings"] = before


def asked(desk: Desk, page: str, to: str) -> str:
    """What the server asks the device."""
    answer = desk.send(page, {}, to=f"{to}/ask")
    assert answer.status_code == 200, answer.status_code
    assert answer.mimetype == "application/json"
    return answer.text


def add(desk: Desk, device: Device, name: str = "Work laptop") -> Any:
    said = device.make(asked(desk, ACCOUNT, ADD))
    return desk.send(ACCOUNT, {"passkey_name": name, "answer": said}, to=ADD)


def use(desk: Desk, device: Device) -> Any:
    return desk.send(SIGN_IN, {"answer": device.sign(asked(desk, SIGN_IN, USE))}, to=USE)


def kept(app: Flask) -> list[Passkey]:
    with app.app_context():
        return list(db.session.scalars(select(Passkey).order_by(Passkey.id)))
