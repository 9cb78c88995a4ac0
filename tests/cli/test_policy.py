"""`store policy`: what it shows, changes, writes out and takes in, and how it says no."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select

from app.domain.policy import POLICY_FIELDS
from app.models import Store, db
from tests.factories import make_store


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    return sqlite_database_url


@pytest.fixture
def shop(app: Flask) -> Flask:
    """An application with the store `acme`."""
    with app.app_context():
        make_store()
    return app


def policy(shop: Flask, *arguments: str) -> Result:
    return shop.test_cli_runner().invoke(args=["store", "policy", "acme", *arguments])


def version(shop: Flask) -> int:
    with shop.app_context():
        return db.session.scalars(select(Store)).one().policy_version


def test_it_shows_every_field(shop: Flask) -> None:
    shown = policy(shop).stdout
    assert shown.startswith("Policy of acme, version 1:\n")
    rows = dict(row.split(maxsplit=1) for row in shown.splitlines()[1:])
    assert rows.keys() == POLICY_FIELDS.keys() - {"version"}
    assert (rows["window_days"], rows["bonus_cap"], rows["gift_card"]) == ("30", "none", "true")
    assert rows["fee_free_reasons"] == "damaged,wrong_item"


def test_it_changes_what_is_typed_and_says_so(shop: Flask) -> None:
    done = policy(shop, "window_days=45", "excluded_tags=sale,vip", "expedited_fee=1200", "gift_card=false")
    assert done.exit_code == 0, done.output
    assert done.stdout.splitlines() == [
        "The policy of acme is now version 2:",
        "  window_days: 30 → 45",
        "  excluded_tags: none → sale,vip",
        "  expedited_fee: none → 1200",
        "  gift_card: true → false",
    ]


def test_the_same_again_is_no_new_version(shop: Flask) -> None:
    assert "stays version 1" in policy(shop, "window_days=30").stdout
    assert version(shop) == 1


def test_each_field_at_fault_has_its_sentence_and_nothing_is_changed(shop: Flask) -> None:
    refused = policy(
        shop, "window_days=6x", "refund_to=you", "foo=1", "excluded_countries=canada", "undo_minutes=5"
    )
    assert refused.exit_code == 2
    assert refused.stderr.splitlines()[1:] == [
        "  window_days must be a whole number from 0 to 3650.",
        "  excluded_countries must be a list of two-letter country codes such as CA, NO.",
        "  refund_to must be one of original_payment, gift_card, forfeited.",
        "  foo is no policy field.",
    ]
    assert version(shop) == 1


@pytest.mark.parametrize("typed", ["window_days", "=45", "45"])
def test_a_field_has_a_name_and_a_value(shop: Flask, typed: str) -> None:
    refused = policy(shop, typed)
    assert (refused.exit_code, version(shop)) == (2, 1)
    assert "FIELD=VALUE" in refused.stderr


def test_what_is_written_out_is_taken_in(shop: Flask, tmp_path: Path) -> None:
    policy(shop, "window_days=45")
    exported = policy(shop, "--export").stdout
    assert json.loads(exported)["window_days"] == 45
    file = tmp_path / "policy.json"
    file.write_text(exported, encoding="utf-8")
    policy(shop, "window_days=10")
    done = policy(shop, "--file", str(file), "undo_minutes=20")
    assert "window_days: 10 → 45" in done.stdout
    assert "undo_minutes: 0 → 20" in done.stdout
    assert version(shop) == 4


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("{", "no JSON"),
        ("[1]", "a JSON object"),
        ('{"window_days": "45"}', "window_days must be"),
        ("[" * 99_999, "no JSON"),
    ],
)
def test_a_file_that_is_no_policy_is_refused(shop: Flask, tmp_path: Path, content: str, words: str) -> None:
    file = tmp_path / "policy.json"
    file.write_text(content, encoding="utf-8")
    refused = policy(shop, "--file", str(file))
    assert (refused.exit_code, version(shop)) == (2, 1)
    assert words in refused.stderr


def test_an_earlier_version_can_be_looked_at(shop: Flask) -> None:
    policy(shop, "window_days=45")
    assert "window_days               30" in policy(shop, "--version", "1").stdout
    assert json.loads(policy(shop, "--version", "1", "--export").stdout)["window_days"] == 30
    assert "window_days               45" in policy(shop, "--version", "2").stdout
    refused = policy(shop, "--version", "3")
    assert (refused.exit_code, "no version 3" in refused.stderr) == (2, True)


def test_export_changes_nothing(shop: Flask) -> None:
    refused = policy(shop, "--export", "window_days=45")
    assert (refused.exit_code, version(shop)) == (2, 1)


def test_an_unknown_store_is_named(shop: Flask) -> None:
    refused = shop.test_cli_runner().invoke(args=["store", "policy", "nobody"])
    assert refused.exit_code == 2
    assert "nobody" in refused.stderr
