"""`store link-key` and `link`: a key is shown once and retires in time, and a link opens its order."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from app.models import LinkKey, db, store_scope
from app.services import portal_links
from tests.cli.store_commands import create, refused, run, stored
from tests.factories import NOW, Bought, make_order, make_store
from tests.web.snapshots import everything


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    return sqlite_database_url


def test_a_link_key_is_shown_once(app: Flask) -> None:
    create(app)
    first = run(app, "store", "link-key", "acme")
    secret = first.stdout.strip()
    assert re.fullmatch(r"[0-9a-f]{64}", secret)
    assert "Key k1" in first.stderr
    refused(run(app, "store", "link-key", "acme"), "has key k1")
    assert secret not in run(app, "store", "show", "acme").output + repr(everything(app))


def test_rotation_keeps_the_old_key_for_the_overlap(app: Flask) -> None:
    create(app)
    run(app, "store", "link-key", "acme")
    with time_machine.travel(NOW, tick=False):
        run(app, "store", "link-key", "acme", "--rotate", "--overlap-days", "7")
    with app.app_context(), store_scope(stored(app).id):
        keys = {key.name: key.retires_at for key in db.session.scalars(select(LinkKey))}
    assert keys == {"k1": NOW + timedelta(days=7), "k2": None}
    assert "k1, until 29 November 2026" in run(app, "store", "show", "acme").output
    assert run(app, "store", "link-key", "acme", "--rotate", "--overlap-days", "-1").exit_code == 2


def test_a_link_opens_the_order_it_was_made_for(app: Flask) -> None:
    with app.app_context():
        acme = make_store()
        with store_scope(acme):
            make_order(acme, Bought())
        db.session.remove()
    result = run(app, "link", "acme", "#AC-1001", "--days", "2")
    assert "k1 was made" in result.stderr
    assert result.stdout.startswith("http://127.0.0.1:5000/acme/l/v1.k1.AC-1001.buyer.")
    assert result.stdout.count("\n") == 1
    token = result.stdout.strip().rpartition("/")[2]
    with app.app_context():
        read = portal_links.read(app.extensions["evenly.connections"].box, acme, token, NOW)
    assert read.order_number == "AC-1001"
    assert run(app, "link", "acme", "AC-1001").stderr == ""
    refused(run(app, "link", "acme", "AC-9"), "no order 'AC-9'")
    gift = run(app, "link", "acme", "AC-1001", "--purpose", "gift")
    assert ".AC-1001.gift." in gift.stdout
    assert re.fullmatch(r"Gift code: [2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4}\n", gift.stderr)
    assert run(app, "link", "acme", "AC-1001", "--purpose", "gift").stderr == gift.stderr
    assert run(app, "link", "acme", "AC-1001", "--purpose", "giver").exit_code == 2
    assert run(app, "link", "acme", "AC-1001", "--days", "0").exit_code == 2
