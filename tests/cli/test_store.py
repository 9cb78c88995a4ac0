"""The store commands: what they make, what they refuse and how they say it; no secret in sight."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from click.testing import Result
from flask import Flask
from sqlalchemy import select

from app import Settings, create_app
from app.models import AuditEntry, Connector, LinkKey, Store, db, store_scope
from app.services import audit, portal_links
from app.services.stores import RESERVED
from tests.factories import NOW, Bought, make_order, make_store
from tests.web.snapshots import everything

GOOD = {"--name": "Acme", "--currency": "USD", "--locale": "en_US", "--timezone": "America/New_York"}
OPTORO = ("url=https://api.example/optoro", "optiturn_id=acme", "api_version=2")
SECRET = "canary-7f3b9c-secret"


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    return sqlite_database_url


def run(app: Flask, *arguments: str, given: str | None = None) -> Result:
    return app.test_cli_runner().invoke(args=list(arguments), input=given)


def create(app: Flask, slug: str = "acme", **changed: str) -> Result:
    options = GOOD | {f"--{name.replace('_', '-')}": value for name, value in changed.items()}
    return run(app, "store", "create", slug, *(part for pair in options.items() for part in pair))


def stored(app: Flask, slug: str = "acme") -> Store:
    with app.app_context():
        return db.session.scalars(select(Store).where(Store.slug == slug)).one()


def refused(result: Result, words: str) -> None:
    """Exit status 2, the words on standard error, no traceback."""
    assert result.exit_code == 2, result.output
    assert words in result.stderr
    assert "Traceback" not in result.output


def test_a_store_is_made_as_asked(app: Flask) -> None:
    assert create(app, currency="usd", locale="en-US", tax_mode="inclusive", tax_rate="8.25").exit_code == 0
    store = stored(app)
    made = (store.name, store.currency, store.locale, store.time_zone, store.tax_mode, store.tax_rate_ppm)
    assert made == ("Acme", "USD", "en_US", "America/New_York", "inclusive", 82_500)
    with app.app_context(), store_scope(store.id):
        acts = list(db.session.scalars(select(AuditEntry.act)))
        assert acts == ["created"]
        assert audit.verify(f"store:{store.id}").whole


@pytest.mark.parametrize(
    ("option", "value", "words"),
    [
        ("currency", "XXX", "not a currency"),
        ("currency", "dollars", "not a currency"),
        ("currency", "", "not a currency"),
        ("locale", "zz_ZZ", "not a locale"),
        ("locale", "", "not a locale"),
        ("locale", "english", "not a locale"),
        ("timezone", "Mars/Olympus", "not a time zone"),
        ("timezone", "../../etc/passwd", "not a time zone"),
        ("timezone", "", "not a time zone"),
        ("tax_mode", "both", "inclusive"),
        ("tax_rate", "101", "percentage"),
        ("tax_rate", "-1", "percentage"),
        ("tax_rate", "8.25001", "percentage"),
        ("tax_rate", "NaN", "percentage"),
        ("tax_rate", "1e99", "percentage"),
        ("tax_rate", "eight", "percentage"),
        ("name", " ", "--name"),
        ("name", "x" * 121, "--name"),
        ("name", "Ac\x00me", "--name"),
    ],
)
def test_what_cannot_be_is_refused_in_plain_words(app: Flask, option: str, value: str, words: str) -> None:
    before = everything(app)
    refused(create(app, **{option: value}), words)
    assert everything(app) == before


@pytest.mark.parametrize(
    "slug", ["a", "Acme", "ac me", "-acme", "acme-", "a--b", "x" * 41, "acme/x", "äcme", "a.b"]
)
def test_a_slug_that_is_no_slug(app: Flask, slug: str) -> None:
    result = run(app, "store", "create", *(part for pair in GOOD.items() for part in pair), "--", slug)
    refused(result, "slug must be")


@pytest.mark.parametrize("slug", sorted(RESERVED))
def test_names_of_our_own_pages_are_kept(app: Flask, slug: str) -> None:
    refused(create(app, slug), "kept for pages of the portal")


def test_a_slug_is_given_once(app: Flask) -> None:
    create(app)
    refused(create(app, name="Another"), "There is a store 'acme' already.")
    assert stored(app).name == "Acme"


@pytest.mark.parametrize("tried", [("8.25%", 82_500), ("0", 0), ("100", 1_000_000), ("0.0001", 1)])
def test_tax_rates_are_exact(app: Flask, tried: tuple[str, int]) -> None:
    create(app, tax_rate=tried[0])
    assert stored(app).tax_rate_ppm == tried[1]


def test_a_name_may_be_in_any_script(app: Flask) -> None:
    create(app, "kaze", name="風  Kaze – שלום 👕", currency="JPY", locale="ja_JP", timezone="Asia/Tokyo")
    assert stored(app, "kaze").name == "風 Kaze – שלום 👕"


@pytest.mark.parametrize(
    "command",
    [
        ("store", "show", "nope"),
        ("store", "connect", "nope", "optoro", *OPTORO),
        ("store", "brand", "nope", "--accent", "#123"),
        ("store", "link-key", "nope"),
        ("link", "nope", "AC-1001"),
    ],
)
def test_an_unknown_store(app: Flask, command: tuple[str, ...]) -> None:
    refused(run(app, *command), "There is no store 'nope'.")


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


def test_branding_is_typed_and_checked(app: Flask) -> None:
    create(app)
    done = run(
        app, "store", "brand", "acme", "--accent", "#1F2A44", "--image-host", "CDN.acme.example",
        "--logo-url", "https://cdn.acme.example/logo.png", "--help-url", "https://acme.example/help",
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    assert run(app, "store", "brand", "acme", "--help-url", "").exit_code == 0
    store = stored(app)
    assert store.branding == {"accent": "#1F2A44", "logo_url": "https://cdn.acme.example/logo.png"}
    assert store.image_hosts == ["cdn.acme.example"]


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--accent", "red"),
        ("--accent", "#12345"),
        ("--accent", "#123;}"),
        ("--logo-url", "https://elsewhere.example/x.png"),
        ("--logo-url", "javascript:alert(1)"),
        ("--help-url", "javascript:alert(1)"),
        ("--support-email", "help"),
        ("--support-email", "a@b.example?subject=x"),
        ("--image-host", "*"),
        ("--image-host", "https://cdn.example"),
        ("--image-host", "cdn.example; script-src *"),
    ],
)
def test_branding_that_could_do_harm(app: Flask, option: str, value: str) -> None:
    create(app)
    before = everything(app)
    refused(run(app, "store", "brand", "acme", option, value), option)
    assert everything(app) == before
    refused(run(app, "store", "brand", "acme"), "--help")


def test_the_list_has_every_store(app: Flask) -> None:
    assert run(app, "store", "list").output == ""
    create(app, "kaze", name="Kaze", currency="JPY")
    create(app)
    assert run(app, "store", "list").output == "acme\tUSD\tAcme\nkaze\tJPY\tKaze\n"


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
