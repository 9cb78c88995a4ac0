"""Screen 3 of a product with 200 variants against one with 5: how long it takes, and its queries.

    .venv/bin/python -m benchmarks.variant_page [--rounds 7] [--times 20]

Both pages are asked of the same application in this process, in turns; the quickest turn of each counts.
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from time import perf_counter

import flask_migrate
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from app import Settings, create_app
from app.models import db, store_scope
from tests.factories import Bought, Shelf, make_order, make_product, make_store

FEW, MANY = 5, 200
COLOURS = 10
MOST_QUERIES = 10
BAR = 3.0
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


def main() -> int:
    """Measure, print, and tell by the exit code whether the bars hold."""
    arguments = _arguments()
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(Settings.from_environ({"VAR_DIR": folder}))
        _seed(app)
        few, many = _screen_3(app, "AC-1"), _screen_3(app, "AC-2")
        turns = []
        for number in range(arguments.rounds):
            turn = (_millis(*few, arguments.times), _millis(*many, arguments.times))
            print(f"round {number + 1}: {FEW} variants {turn[0]:.1f} ms, {MANY} variants {turn[1]:.1f} ms")
            turns.append(turn)
        with _statements(app) as seen:
            _millis(*many, 1)
        with app.app_context():
            db.engine.dispose()
    return _report(min(turn[1] for turn in turns) / min(turn[0] for turn in turns), len(seen))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--times", type=int, default=20)
    return parser.parse_args()


def _seed(app: Flask) -> None:
    with app.app_context():
        flask_migrate.upgrade()
        store_id = make_store()
        with store_scope(store_id):
            for number, count in (("AC-1", FEW), ("AC-2", MANY)):
                sizes = {f"Colour {n % COLOURS} / {n // COLOURS}": (12_900, 5) for n in range(count)}
                variants = make_product(store_id, Shelf(f"Parka {number}", ("Colour", "Size"), sizes))
                bought = Bought(variants["Colour 0 / 0"])
                make_order(
                    store_id, bought, number=number, delivered_at=datetime.now(UTC) - timedelta(days=3)
                )
        db.session.remove()


def _screen_3(app: Flask, number: str) -> tuple[FlaskClient, str]:
    """A browser that stands on the page, and the page's address."""
    client = app.test_client()
    token = TOKEN.findall(client.get("/acme/").text)[0]
    typed = {"order_number": number, "email_or_postcode": "ada@example.com", "csrf_token": token}
    items = client.post("/acme/", data=typed, follow_redirects=True)
    line = re.findall(r'name="line" value="(\d+)"', items.text)[0]
    chosen = {"line": line, "csrf_token": TOKEN.findall(items.text)[0]}
    return client, client.post(items.request.path, data=chosen).headers["location"]


def _millis(client: FlaskClient, path: str, times: int) -> float:
    """Thousandths of a second that the page takes each time."""
    begun = perf_counter()
    for _ in range(times):
        answer = client.get(path)
        if answer.status_code != 200:
            raise RuntimeError(f"the page answered {answer.status_code}")
    return (perf_counter() - begun) / times * 1000


@contextmanager
def _statements(app: Flask) -> Iterator[list[str]]:
    seen: list[str] = []

    def note(*given: object) -> None:
        if not str(given[2]).startswith(("BEGIN", "PRAGMA")):
            seen.append(str(given[2]))

    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", note)
        yield seen


def _report(ratio: float, queries: int) -> int:
    print(f"queries: {queries} (at most {MOST_QUERIES})")
    print(f"{ratio:.2f} times the small product (at most {BAR:.0f})")
    return 0 if queries <= MOST_QUERIES and ratio <= BAR else 1


if __name__ == "__main__":
    sys.exit(main())
