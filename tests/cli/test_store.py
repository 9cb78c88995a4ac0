"""The store commands: what they make, what they refuse and how they say it."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from app.models import AuditEntry, db, store_scope
from app.services import audit
from app.services.stores import RESERVED
from tests.cli.store_commands import GOOD, OPTORO, create, refused, run, stored
from tests.web.snapshots import everything


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    return sqlite_database_url


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
