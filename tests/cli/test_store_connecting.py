"""`store connect` and its like: which settings are taken, and that a secret is never seen again."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from app import Settings, create_app
from app.models import Connector, db, store_scope
from tests.cli.store_commands import OPTORO, create, refused, run, stored
from tests.web.snapshots import everything

SECRET = "canary-7f3b9c-secret"


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    return sqlite_database_url


def test_connecting_keeps_the_secret_encrypted_and_out_of_sight(app: Flask) -> None:
    create(app)
    settings = (*OPTORO, "auth=bearer")
    result = run(app, "store", "connect", "acme", "optoro", *settings, "--secret-stdin", given=f"{SECRET}\n")
    assert result.exit_code == 0, result.output
    shown = run(app, "store", "show", "acme").output
    assert "optoro url=https://api.example/optoro" in shown
    assert "with a secret" in shown
    assert SECRET not in result.output + shown + repr(everything(app))
    with app.app_context(), store_scope(stored(app).id):
        row = db.session.scalars(select(Connector)).one()
        assert app.extensions["evenly.connections"].box.decrypt(row.secrets) == SECRET


@pytest.mark.parametrize(
    "setting",
    [
        f"secret={SECRET}",
        f"api_key={SECRET}",
        f"key={SECRET}",
        f"PASSWORD={SECRET}",
        f"bearer_token={SECRET}",
        f"credentials={SECRET}",
    ],
)
def test_a_secret_among_the_arguments_is_refused_and_not_repeated(app: Flask, setting: str) -> None:
    create(app)
    before = everything(app)
    result = run(app, "store", "connect", "acme", "optoro", *OPTORO, setting)
    refused(result, "--secret-stdin")
    assert SECRET not in result.output
    assert everything(app) == before


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        (
            ("url=https://me:pw@api.example/", "optiturn_id=a", "api_version=2"),
            "Give secrets with --secret-stdin",
        ),
        (("url",), "NAME=VALUE"),
        (("=x",), "NAME=VALUE"),
        (("optiturn_id=a", "api_version=2"), "url is needed"),
        ((*OPTORO, "colour=red"), "colour is not a setting"),
        (("url=http://api.example", "optiturn_id=a", "api_version=2"), "url must start with https://"),
        (("url=http://127.0.0.1:5001/optoro", "optiturn_id=a", "api_version=2"), "ALLOW_LOOPBACK_CONNECTORS"),
        (("url=https://api.example", "optiturn_id=a", "api_version=3"), "api_version"),
    ],
)
def test_settings_that_do_not_fit(app: Flask, typed: tuple[str, ...], words: str) -> None:
    create(app)
    before = everything(app)
    refused(run(app, "store", "connect", "acme", "optoro", *typed), words)
    assert everything(app) == before


def test_a_loopback_address_needs_the_setting(settings: Settings) -> None:
    environ = {
        "DATABASE_URL": settings.database_url,
        "VAR_DIR": settings.var_dir,
        "ALLOW_LOOPBACK_CONNECTORS": "1",
    }
    app = create_app(Settings.from_environ(environ))
    create(app)
    local = ("url=http://127.0.0.1:5001/optoro", "optiturn_id=acme", "api_version=2")
    assert run(app, "store", "connect", "acme", "optoro", *local).exit_code == 0
    with app.app_context():
        db.engine.dispose()


def test_an_unknown_system_and_no_secret(app: Flask) -> None:
    create(app)
    refused(run(app, "store", "connect", "acme", "fax", "number=1"), "'fax'")
    empty = run(app, "store", "connect", "acme", "optoro", *OPTORO, "--secret-stdin", given="\n")
    refused(empty, "nothing came in")


def test_how_the_connectors_stand_and_one_taken_away(app: Flask) -> None:
    create(app)
    assert run(app, "store", "connectors", "acme").output == "Store acme is not connected to anything.\n"
    assert run(app, "store", "connect", "acme", "optoro", *OPTORO).exit_code == 0
    told = run(app, "store", "connectors", "acme").output
    assert told.splitlines() == [
        "optoro: places",
        "  last answer   none yet",
        "  waiting       0",
        "  breaker       closed",
    ]
    assert run(app, "store", "disconnect", "acme", "optoro").exit_code == 0
    refused(run(app, "store", "disconnect", "acme", "optoro"), "The store is not connected to optoro.")
