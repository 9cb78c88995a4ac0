"""A store that signs in to Medusa: exchanges are placed, orders read, and no secret is kept anywhere."""

from __future__ import annotations

import json
import logging

import httpx2
import pytest

from app.domain.exchange_status import Status
from app.models import db
from app.services.find_order import find_order
from app.services.platform_reading import Reader
from app.services.refreshing import refresh_for_look_up
from tests.factories import NOW
from tests.services.dispatch_cases import Acme, attempts_of, exchange_of
from tests.services.everything import everything_stored
from tests.services.medusa_store import EMAIL, LATER, TO_L, configure, connect

ADMIN = {"email": "evenly@shop.example", "password": "c4n4ry-p4ss"}


@pytest.fixture
def signing_in(store: Acme, medusa: httpx2.Client) -> Acme:
    """Acme, which signs in instead of sending a key."""
    configure(medusa, admin=ADMIN)
    address = f"{str(medusa.base_url).rstrip('/')}/medusa"
    connect(store, address, secret=ADMIN["password"], sign_in="password", email=ADMIN["email"])
    return store


def requests(medusa: httpx2.Client, path: str) -> int:
    entries = medusa.get("/ledger").json()["requests"]
    return sum(entry["path"].partition("?")[0] == path for entry in entries)


def sign_ins(medusa: httpx2.Client) -> int:
    return requests(medusa, "/medusa/auth/user/emailpass")


def test_it_is_read_and_placed_with_one_sign_in_each(
    signing_in: Acme, medusa: httpx2.Client, reader: Reader, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        assert refresh_for_look_up(reader, "1001", EMAIL, NOW)
        assert sign_ins(medusa) == 1
        exchange_id = signing_in.confirm_order(find_order("1001", EMAIL), TO_L)
        signing_in.send()
    assert exchange_of(exchange_id).state is Status.PLACED
    db.session.rollback()
    kept = everything_stored() + caplog.text
    assert ADMIN["password"] not in kept
    assert "eyJ." not in kept
    assert ADMIN["password"] not in json.dumps(medusa.get("/ledger").json())
    assert {one.request_headers["Authorization"] for one in attempts_of(exchange_id)} == {"***"}


def test_a_token_that_has_ended_is_replaced_once(
    signing_in: Acme, medusa: httpx2.Client, reader: Reader
) -> None:
    assert refresh_for_look_up(reader, "1001", EMAIL, NOW)
    configure(medusa, admin=ADMIN)
    assert refresh_for_look_up(reader, "9999", EMAIL, NOW)
    assert sign_ins(medusa) == 2


def test_a_wrong_password_places_nothing_and_says_so(
    signing_in: Acme, medusa: httpx2.Client, reader: Reader
) -> None:
    refresh_for_look_up(reader, "1001", EMAIL, NOW)
    exchange_id = signing_in.confirm_order(find_order("1001", EMAIL), TO_L)
    configure(medusa, admin=ADMIN | {"password": "another"})
    assert not refresh_for_look_up(reader, "9999", EMAIL, LATER)
    signing_in.send()
    exchange = exchange_of(exchange_id)
    assert exchange.state is Status.IN_REVIEW
    assert "Medusa did not let us in: it answered 401 Invalid email or password" in (exchange.attention or "")
    assert requests(medusa, "/medusa/admin/exchanges") == 1  # the one that read the order
