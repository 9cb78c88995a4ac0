"""Who may call: keys of this store, in use, with the scope that the call needs."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from click.testing import Result
from flask import Flask
from sqlalchemy import select

from app.models import ApiKey, AuditEntry, db, store_scope
from app.services.api_keys import TOKEN, Scope
from tests.api.conftest import Program, token_for
from tests.factories import NOW, make_store
from tests.services.importing.files import snapshot_order
from tests.web.snapshots import everything

ORDER = "/orders/NW-1001"


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    return sqlite_database_url


def run(app: Flask, *arguments: str) -> Result:
    return app.test_cli_runner().invoke(args=["store", "api-key", *arguments])


def rows(app: Flask) -> list[ApiKey]:
    with app.app_context():
        query = select(ApiKey).order_by(ApiKey.id).execution_options(all_stores=True)
        return list(db.session.scalars(query))


def test_a_key_is_shown_once_and_kept_as_a_hash(app: Flask, store_id: int) -> None:
    made = run(app, "acme", "--name", "till", "--scope", "orders:write", "--scope", "exchanges:read")
    assert made.exit_code == 0, made.output
    parts = TOKEN.fullmatch(made.stdout.strip())
    assert parts is not None
    [row] = rows(app)
    assert (row.public_id, row.name) == (parts[1], "till")
    assert row.scopes == ["orders:write", "exchanges:read"]
    assert parts[2] not in repr(everything(app))
    listed = run(app, "acme", "--list").stdout
    assert parts[1] in listed
    assert "never used" in listed
    assert parts[2] not in listed
    with app.app_context(), store_scope(store_id):
        assert "API key made" in list(db.session.scalars(select(AuditEntry.act)))


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--name", "till"), "scopes must be some of"),
        (("--scope", "orders:write"), "1 to 60 characters"),
        (("--name", "x" * 61, "--scope", "orders:write"), "1 to 60 characters"),
        (("--name", "till", "--scope", "everything"), "Invalid value"),
        ((), "Say one thing"),
        (("--list", "--revoke", "abc"), "Say one thing"),
        (("--revoke", "abc"), "has no key"),
    ],
)
def test_what_cannot_be_is_refused_in_words(
    app: Flask, store_id: int, arguments: tuple[str, ...], words: str
) -> None:
    refused = run(app, "acme", *arguments)
    assert refused.exit_code == 2
    assert words in refused.stderr
    assert rows(app) == []


def test_a_key_that_is_right_is_let_in_and_seen(app: Flask, program: Program) -> None:
    assert program.put(ORDER, snapshot_order()).status_code == 201
    [row] = rows(app)
    assert row.last_seen_at == NOW


def test_being_seen_is_written_once_a_minute(
    app: Flask, program: Program, today: time_machine.Traveller
) -> None:
    program.get("/exchanges/EX-1")
    today.shift(timedelta(seconds=59))
    program.get("/exchanges/EX-1")
    assert rows(app)[0].last_seen_at == NOW
    today.shift(timedelta(seconds=1))
    program.get("/exchanges/EX-1")
    assert rows(app)[0].last_seen_at == NOW + timedelta(minutes=1)


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Bearer",
        "Bearer ev_0123456789ab_" + "0" * 64,
        "Bearer {id}_wrong",
        "Bearer ev_{id}_" + "0" * 64,
        "Basic {token}",
        "{token}",
        "Bearer {token}x",
        "Bearer {token} {token}",
    ],
)
def test_anything_but_a_key_in_use_is_401(app: Flask, program: Program, header: str) -> None:
    before = everything(app, but=frozenset({"throttle_try"}))
    given = header.format(token=program.token, id=program.token.split("_")[1])
    headers = {"Authorization": given} if given else {}
    answer = program.client.put(f"{program.base}{ORDER}", json=snapshot_order(), headers=headers)
    assert (answer.status_code, answer.mimetype) == (401, "application/problem+json")
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert everything(app, but=frozenset({"throttle_try"})) == before


def test_a_revoked_key_is_401_at_once(app: Flask, program: Program) -> None:
    public_id = program.token.split("_")[1]
    assert run(app, "acme", "--revoke", public_id).exit_code == 0
    assert program.put(ORDER, snapshot_order()).status_code == 401
    assert "revoked before" in run(app, "acme", "--revoke", public_id).stdout
    assert "revoked 2026-11-22" in run(app, "acme", "--list").stdout


def test_the_key_of_another_store_finds_nothing(app: Flask, program: Program) -> None:
    with app.app_context():
        kaze = make_store("kaze")
        db.session.remove()
    stranger = Program(program.client, token_for(app, kaze))
    before = everything(app, but=frozenset({"throttle_try", "api_key"}))
    for method, path in (("PUT", ORDER), ("PUT", "/products/P"), ("GET", "/exchanges/EX-1")):
        answer = stranger.call(method, path, snapshot_order() if method == "PUT" else None)
        assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")
        nowhere = Program(program.client, stranger.token, "/api/v1/stores/nowhere").call(method, path, {})
        assert nowhere.get_json() == answer.get_json()
    assert everything(app, but=frozenset({"throttle_try", "api_key"})) == before


@pytest.mark.parametrize(
    ("scope", "method", "path"),
    [
        (Scope.ORDERS_WRITE, "PUT", ORDER),
        (Scope.PRODUCTS_WRITE, "PUT", "/products/PARKA"),
        (Scope.EXCHANGES_READ, "GET", "/exchanges/EX-1"),
        (Scope.EXCHANGES_WRITE, "POST", "/exchanges/EX-1/news"),
    ],
)
def test_every_call_needs_its_scope(
    app: Flask, program: Program, store_id: int, scope: Scope, method: str, path: str
) -> None:
    others = [other for other in Scope if other is not scope]
    without = Program(program.client, token_for(app, store_id, *others))
    answer = without.call(method, path, {})
    assert answer.status_code == 403
    assert str(scope) in answer.get_json()["detail"]
    only = Program(program.client, token_for(app, store_id, scope))
    assert only.call(method, path, {}).status_code != 403


def test_calls_are_counted_by_key_and_by_source(app: Flask, program: Program, store_id: int) -> None:
    most = 300
    for _ in range(most):
        assert program.get("/exchanges/EX-1").status_code == 404
    full = program.get("/exchanges/EX-1")
    assert (full.status_code, full.mimetype) == (429, "application/problem+json")
    assert 1 <= int(full.headers["Retry-After"]) <= 60
    elsewhere = {"REMOTE_ADDR": "198.51.100.9"}
    authorization = {"Authorization": f"Bearer {program.token}"}
    path = f"{program.base}/exchanges/EX-1"
    assert program.client.get(path, headers=authorization, environ_base=elsewhere).status_code == 429
    other = {"Authorization": f"Bearer {token_for(app, store_id)}"}
    assert program.client.get(path, headers=other, environ_base=elsewhere).status_code == 404


def test_no_cookie_is_read_or_set(app: Flask, program: Program) -> None:
    answer = program.put(ORDER, snapshot_order(), Cookie="evenly=" + "a" * 43, Origin="https://evil.example")
    assert answer.status_code == 201
    assert "Set-Cookie" not in answer.headers


def test_plain_http_is_refused_beyond_this_machine(program: Program) -> None:
    headers = {"Authorization": f"Bearer {program.token}"}
    path = f"{program.base}/exchanges/EX-1"
    answer = program.client.get(path, headers=headers, base_url="http://swap.example")
    assert (answer.status_code, answer.mimetype) == (403, "application/problem+json")
