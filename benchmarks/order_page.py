"""Screen 2 with 20 lines against the bare page of the same rows: rates in one run, and its queries.

    .venv/bin/python -m benchmarks.order_page [--rounds 15] [--seconds 1.5]

Both run under granian (two workers, two threads each) and get 16 keep-alive connections, in turns, so
that a noisy machine disturbs both alike. What counts is the ratio of the medians.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import median

import flask_migrate
import httpx2
from sqlalchemy import event

from app import Settings, create_app
from app.models import db, store_scope
from benchmarks.load import rate_of
from benchmarks.servers import free_port, served, wait_until_up
from tests.factories import Bought, make_order, make_store

LINES = 20
BAR = 0.60
MOST_QUERIES = 10


@dataclass(frozen=True)
class Page:
    """What is loaded: the path, and the cookie that opens it."""

    path: str
    cookie: str


def main() -> int:
    """Measure, print, and tell by the exit code whether the bars hold."""
    arguments = _arguments()
    with tempfile.TemporaryDirectory() as folder:
        environment = {"VAR_DIR": folder, "BENCHMARK": "1"}
        _seed(Settings.from_environ(environment))
        with _both(environment) as (ours, bare):
            page = _opened(ours)
            same = _same_page(ours, bare, page)
            rates = _rounds(ours, bare, page, arguments)
        queries = _queries(Settings.from_environ(environment), page)
    return _report(rates, queries, same)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--seconds", type=float, default=1.5)
    return parser.parse_args()


def _seed(settings: Settings) -> None:
    app = create_app(settings)
    with app.app_context():
        flask_migrate.upgrade()
        store_id = make_store()
        more = {
            "image_url": "/static/img/demo/parka-navy.svg",
            "return_until": date.today() + timedelta(days=20),  # noqa: DTZ011 - any day ahead will do
        }
        bought = [
            Bought(None, product=2500 + place, tax=200, title=f"Item {place}", words="Navy · M", more=more)
            for place in range(LINES)
        ]
        with store_scope(store_id):
            make_order(store_id, *bought, delivered_at=datetime.now(UTC) - timedelta(days=3))
        db.engine.dispose()


@contextmanager
def _both(environment: dict[str, str]) -> Iterator[tuple[str, str]]:
    ours, bare = free_port(), free_port()
    inherited = {**os.environ, **environment}
    with (
        served("wsgi:app", ours, inherited),
        served("benchmarks.bare_page:app", bare, inherited),
    ):
        addresses = (f"http://127.0.0.1:{ours}", f"http://127.0.0.1:{bare}")
        wait_until_up(addresses[0] + "/acme/")
        wait_until_up(addresses[1] + "/acme/")
        yield addresses


def _opened(address: str) -> Page:
    """Find the order as a shopper does; the draft's page is what gets measured."""
    with httpx2.Client(base_url=address) as client:
        form = client.get("/acme/").text
        token = re.search(r'name="csrf_token" value="([^"]+)"', form)
        typed = {"order_number": "AC-1001", "email_or_postcode": "ada@example.com"}
        found = client.post("/acme/", data=typed | {"csrf_token": token[1] if token else ""})
        cookie = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
    return Page(found.headers["location"], cookie)


def _same_page(ours: str, bare: str, page: Page) -> bool:
    """Whether both answer with the same bytes, tokens and the address of the brand apart."""
    texts = []
    for address in (ours, bare):
        answer = httpx2.get(address + page.path, headers={"Cookie": page.cookie})
        answer.raise_for_status()
        texts.append(re.sub(r'(name="csrf_token" value=)"[^"]*"', r"\1", answer.text))
    return texts[0] == texts[1]


def _rounds(ours: str, bare: str, page: Page, arguments: argparse.Namespace) -> list[tuple[float, float]]:
    def rate(address: str, seconds: float) -> float:
        return rate_of(address, page.path, page.cookie, seconds)

    rate(ours, 1)
    rate(bare, 1)
    rates = []
    for number in range(arguments.rounds):
        pair = (rate(ours, arguments.seconds), rate(bare, arguments.seconds))
        print(f"round {number + 1}: ours {pair[0]:.0f}/s, bare {pair[1]:.0f}/s, {pair[0] / pair[1]:.2f}")
        rates.append(pair)
    return rates


def _queries(settings: Settings, page: Page) -> int:
    """How many statements the page costs."""
    app = create_app(settings)
    seen: list[str] = []
    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", lambda *given: seen.append(given[2]))
        client = app.test_client(use_cookies=False)
        answer = client.get(page.path, headers={"Cookie": page.cookie})
        db.engine.dispose()
    if answer.status_code != 200:
        raise RuntimeError(f"the page answered {answer.status_code}")
    return len([statement for statement in seen if not statement.startswith(("BEGIN", "PRAGMA"))])


def _report(rates: list[tuple[float, float]], queries: int, same: bool) -> int:
    ratio = median(ours for ours, _ in rates) / median(bare for _, bare in rates)
    print(f"same output: {'yes' if same else 'NO'}")
    print(f"queries: {queries} (at most {MOST_QUERIES})")
    print(f"median ratio: {ratio:.2f} (at least {BAR:.2f})")
    return 0 if same and queries <= MOST_QUERIES and ratio >= BAR else 1


if __name__ == "__main__":
    sys.path.insert(0, str(Path.cwd()))
    sys.exit(main())
