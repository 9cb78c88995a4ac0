"""`connector check`: it asks first, prints what passes and what to mend, and ends as a script wants it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import httpx2
import pytest
from click.testing import Result
from flask import Flask

from app import Settings, create_app
from app.sandbox import create_sandbox
from app.sandbox.serving import start
from tests.connectors.shops import Forgetful, Shop
from tests.faults.peer import Peer

SECRET = "canary-tok-3n"


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    return sqlite_database_url


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(settings, allow_loopback_connectors=True)


@pytest.fixture
def sandbox() -> Iterator[httpx2.Client]:
    app = create_sandbox()
    running = start(app)
    with httpx2.Client(base_url=running.url, trust_env=False) as client:
        yield client
    running.stop()
    app.close()


def check(app: Flask, url: str, *more: str, given: str | None = None) -> Result:
    arguments = ["connector", "check", "optoro", "--url", url, "--order-prefix", "TEST-", *more]
    return app.test_cli_runner().invoke(args=arguments, input=given)


def test_both_versions_against_the_sandbox(app: Flask, sandbox: httpx2.Client) -> None:
    done = check(app, f"{str(sandbox.base_url).rstrip('/')}/optoro", "--yes", "--run", "A")
    assert done.exit_code == 0, done.output
    assert done.stdout.startswith("Up to 20 exchange orders are made at http://127.0.0.1:")
    assert "begin with TEST-A-.\n" in done.stdout
    for words in ("\nVersion 1\n  pass  places: ", "\nVersion 2\n  pass  places: "):
        assert words in done.stdout
    assert "FAIL" not in done.stdout
    assert done.stdout.endswith("\nThe endpoint keeps the contract.\n")
    ledger = sandbox.get("/ledger").json()
    assert ledger["orders"] == 20
    placed = [each["body"]["original_order_id"] for each in ledger["requests"] if each["status"] == 200]
    assert {number[:9] for number in placed} == {"TEST-A-V1", "TEST-A-V2"}


def test_an_endpoint_that_is_wrong_ends_with_1(app: Flask) -> None:
    with Peer(Forgetful(SECRET)) as peer:
        done = check(
            app, peer.url, "auth=bearer", "--secret-stdin", "--yes", "--api-version", "2", given=SECRET
        )
    assert done.exit_code == 1
    assert (
        "  FAIL  repeat: The same bytes again are the same order\n        mend: made a second" in done.stdout
    )
    assert "Version 1" not in done.stdout
    assert done.stdout.rstrip().endswith("have to be mended.")
    assert SECRET not in done.output


@pytest.mark.parametrize(("answer", "calls"), [("n\n", False), ("", False), ("y\n", True)])
def test_it_asks_before_it_makes_orders(app: Flask, answer: str, calls: bool) -> None:
    with Peer(Shop()) as peer:
        done = check(app, peer.url, "--api-version", "2", given=answer)
        assert bool(peer.requests) is calls
    assert "Is that a test shop, and shall they be made? [y/N]" in done.output
    assert (done.exit_code == 0) is calls


def test_nobody_there(app: Flask) -> None:
    done = check(app, "http://127.0.0.1:1", "--yes", "--api-version", "2")
    assert done.exit_code == 1
    assert "Not reached, so 12 more were not tried." in done.stdout


@pytest.mark.parametrize(
    ("url", "more", "words"),
    [
        ("shop.example", [], "url must be a web address"),
        ("https://shop.example", ["auth=magic"], "auth must be one of"),
        ("https://shop.example", ["auth=bearer"], "secret is needed for auth=bearer"),
        ("https://shop.example", ["token=x"], "use --secret-stdin"),
        ("https://shop.example", ["--order-prefix", " "], "--order-prefix must be a short text"),
        ("https://shop.example", ["--currency", "dollars"], "No order can be made of this: currency"),
    ],
)
def test_what_cannot_be_tried_is_refused_in_words(app: Flask, url: str, more: list[str], words: str) -> None:
    refused = check(app, url, "--yes", *more)
    assert refused.exit_code == 2, refused.output
    assert words in refused.stderr
    assert "Traceback" not in refused.output


def test_this_machine_only_where_that_is_allowed(settings: Settings) -> None:
    app = create_app(replace(settings, allow_loopback_connectors=False))
    refused = check(app, "http://127.0.0.1:1", "--yes")
    assert refused.exit_code == 2
    assert "ALLOW_LOOPBACK_CONNECTORS" in refused.stderr
