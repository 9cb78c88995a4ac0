"""`store connect` for payment providers: two secrets on one line, one provider a store, nothing shown."""

from __future__ import annotations

import pytest
from flask import Flask

from app.connectors.gateway import Gateway
from app.models import store_scope
from app.queries.stores import store_with
from app.services.connected_systems import paying_system
from app.services.connector_settings import Connections, gateway_for
from tests.cli.store_commands import create, refused, run
from tests.web.snapshots import everything

SIGNING = "whsec_" + "A" * 32
SECRETS = {"cards": f"canary-key {SIGNING}", "stripe": f"sk_test_canary {SIGNING}"}
SETTINGS = {"cards": ("url=https://pay.example/cards",), "stripe": ("minimum=60",)}


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    return sqlite_database_url


def connect(app: Flask, system: str, secret: str | None = None) -> str:
    asked = ("store", "connect", "acme", system, *SETTINGS[system], "--secret-stdin")
    result = run(app, *asked, given=f"{secret or SECRETS[system]}\n")
    return result.output


@pytest.mark.parametrize("system", SECRETS)
def test_a_store_is_connected_and_no_secret_shows(app: Flask, system: str) -> None:
    create(app)
    assert connect(app, system) == f"Store acme is connected to {system}.\n"
    told = run(app, "store", "connectors", "acme").output
    assert told.startswith(f"{system}: takes payments\n")
    assert "canary" not in told + run(app, "store", "show", "acme").output + repr(everything(app))
    with app.app_context():
        connections: Connections = app.extensions["evenly.connections"]
        row = store_with("acme")
        assert row is not None
        with store_scope(row.id):
            assert paying_system() == system
            gateway: Gateway = gateway_for(connections, system)
    assert gateway.credentials()["Authorization"] == f"Bearer {SECRETS[system].split()[0]}"


def test_a_store_has_one_provider(app: Flask) -> None:
    create(app)
    connect(app, "cards")
    asked = run(app, "store", "connect", "acme", "stripe", "--secret-stdin", given=f"{SECRETS['stripe']}\n")
    refused(asked, "cards takes its payments already: disconnect it first.")


@pytest.mark.parametrize("secret", ["sk_test_canary", SIGNING, f"pk_test_canary {SIGNING}"])
def test_secrets_that_do_not_fit_are_not_repeated(app: Flask, secret: str) -> None:
    create(app)
    asked = run(app, "store", "connect", "acme", "stripe", "--secret-stdin", given=f"{secret}\n")
    refused(asked, "secret must")
    assert "canary" not in asked.output
