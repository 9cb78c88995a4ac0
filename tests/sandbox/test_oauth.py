"""Tokens of the pretend merchant: who gets one, how long it opens the door, and that nobody sees it."""

import base64
from datetime import UTC, datetime, timedelta

import httpx2
import pytest
from werkzeug.datastructures import Headers

from app.sandbox.contract import Call
from app.sandbox.oauth import Client, TokenOffice
from tests.sandbox.bodies import order
from tests.sandbox.conftest import Bench

ASKED = {"grant_type": "client_credentials"}
IN_BODY = {**ASKED, "client_id": "evenly", "client_secret": "s3cret &"}
FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def closed(bench: Bench) -> Bench:
    """A merchant who wants tokens."""
    settings = {"system": "optoro", "oauth": {"client_id": "evenly", "client_secret": "s3cret &"}}
    assert bench.client.post("/settings", json=settings).status_code == 200
    return bench


def token(bench: Bench) -> httpx2.Response:
    return bench.client.post("/optoro/oauth/token", data=IN_BODY)


def test_a_token_opens_the_door(closed: Bench) -> None:
    refused = closed.place(order())
    assert refused.status_code == 401
    assert "invalid_token" in refused.headers["www-authenticate"]
    given = token(closed).json()
    assert (given["token_type"], given["expires_in"]) == ("Bearer", 3600)
    assert closed.place(order(), Authorization=f"Bearer {given['access_token']}").status_code == 200
    assert closed.place(order(), Authorization=f"Bearer {given['access_token']}x").status_code == 401
    assert closed.place(order(), Authorization=f"Basic {given['access_token']}").status_code == 401


def test_setting_it_again_ends_all_tokens(closed: Bench) -> None:
    old = token(closed).json()["access_token"]
    settings = {"system": "optoro", "oauth": {"client_id": "evenly", "client_secret": "s3cret &"}}
    closed.client.post("/settings", json=settings)
    assert closed.place(order(), Authorization=f"Bearer {old}").status_code == 401
    closed.client.post("/settings", json={"system": "optoro", "oauth": None})
    assert closed.place(order()).status_code == 200
    assert token(closed).status_code == 404


@pytest.mark.parametrize(
    ("secret", "status"), [("evenly:s3cret+%26", 200), ("evenly:s3cret", 401), ("evenly", 401), ("ü:", 401)]
)
def test_who_asks_may_stand_in_the_header(closed: Bench, secret: str, status: int) -> None:
    packed = base64.b64encode(secret.encode()).decode()
    headers = {"Authorization": f"Basic {packed}"}
    assert closed.client.post("/optoro/oauth/token", data=ASKED, headers=headers).status_code == status


@pytest.mark.parametrize(
    ("form", "status", "error"),
    [
        ({**IN_BODY, "client_secret": "no"}, 401, "invalid_client"),
        (ASKED, 401, "invalid_client"),
        ({**IN_BODY, "grant_type": "password"}, 400, "unsupported_grant_type"),
    ],
)
def test_who_gets_none(closed: Bench, form: dict[str, str], status: int, error: str) -> None:
    refused = closed.client.post("/optoro/oauth/token", data=form)
    assert (refused.status_code, refused.json()) == (status, {"error": error})


def test_only_a_form_is_read(closed: Bench) -> None:
    assert closed.client.post("/optoro/oauth/token", json=IN_BODY).status_code == 400
    assert closed.client.get("/optoro/oauth/token").status_code == 405


def test_neither_secret_nor_token_is_ever_shown(closed: Bench) -> None:
    given = token(closed).json()["access_token"]
    closed.place(order(), Authorization=f"Bearer {given}")
    for address in ("/ledger", "/settings", "/"):
        text = closed.client.get(address).text
        assert "s3cret" not in text
        assert given not in text


def test_a_token_ends_when_it_was_said_to() -> None:
    clock = [datetime(2026, 11, 22, tzinfo=UTC)]
    office = TokenOffice(Client("evenly", "s3cret &", expires_in=60), lambda: clock[0])
    body = b"grant_type=client_credentials&client_id=evenly&client_secret=s3cret+%26"
    answer = office.answer(Call("POST", "/oauth/token", Headers({"Content-Type": FORM}), body))
    header = f"Bearer {answer.content['access_token']}"
    clock[0] += timedelta(seconds=59)
    assert office.knows(header)
    clock[0] += timedelta(seconds=1)
    assert not office.knows(header)
