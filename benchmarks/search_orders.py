"""The console's search among 1,000,000 orders against the same among 1,000: medians of one run.

    .venv/bin/python -m benchmarks.search_orders [--orders 1000000] [--rounds 40] [--on sqlite,postgres]

The orders are written straight into the tables, with the words that `app.services.search_keys` gives them
and without their lines, as a search reads none. Each thing that people look for is a family of words whose
share of the orders stays the same: a number, an e-mail address, a name, a telephone number, a name with
another word. A beginning has one order among 1,000 and some forty among 1,000,000, all of which are read to
be shown. Both sizes are asked in turns. What counts: for each kind, the median ≤ 2 × that among 1,000, or no
more than 5 ms longer.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from types import SimpleNamespace
from typing import Any

from sqlalchemy import Connection, insert, text

from app import Settings, create_app
from app.domain.search_words import asked
from app.models import Base, Store, db, store_scope
from app.queries.search import exchanges_of, found_orders
from app.services.search_keys import words_of_order
from tests.setup import postgres

FEW, SLOWEST = 1_000, 2.0
NOTICED = 0.005  # seconds: twice of next to nothing is nothing that anybody waits for
BATCH = 20_000
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
SYLLABLES = [consonant + vowel for consonant in "bdfghklmnrstvw" for vowel in "aeo"][:30]
ORDERS, KEYS = (Base.metadata.tables[name] for name in ("orders", "search_key"))
KINDS: dict[str, Callable[[int], str]] = {
    "number": lambda place: f"AC-{1_000_000 + place}",
    "email": lambda place: f"{_first(place)}.{_last(place)}{place}@example.com",
    "name": lambda place: f"{_first(place)} {_last(place)}",
    "phone": lambda place: f"541 {5_000_000 + place}",
    "name and a common word": lambda place: f"{_last(place)} sku",
    "beginning": lambda place: f"{_last(place)[:6]}",
    "everything": lambda _place: "ac",
}


def main() -> int:
    """Measure on each database, print, and tell by the exit code whether the bar holds."""
    arguments = _arguments()
    held = True
    with ExitStack() as parts, tempfile.TemporaryDirectory() as folder:
        for engine in arguments.on.split(","):
            url = parts.enter_context(_database(engine, Path(folder)))
            if url is None:
                print(f"{engine}: {postgres.MISSING}")
                continue
            held = _compare(engine, url, Path(folder), arguments) and held
    return 0 if held else 1


def _compare(engine: str, url: str, folder: Path, arguments: argparse.Namespace) -> bool:
    app = create_app(Settings.from_environ({"DATABASE_URL": url, "VAR_DIR": str(folder)}))
    with app.app_context():
        began = time.perf_counter()
        few, many = _fill(FEW, "few"), _fill(arguments.orders, "many")
        print(f"{engine}: {arguments.orders:,} orders written in {time.perf_counter() - began:.0f} s")
        held = _report(engine, *_measure(few, many, arguments))
        db.session.remove()
        db.engine.dispose()
    return held


def _measure(
    few: int, many: int, arguments: argparse.Namespace
) -> tuple[dict[str, list[float]], dict[str, list[float]]]:
    """Seconds by kind in the small store and in the large one."""
    dice = random.Random(7)
    small: dict[str, list[float]] = {kind: [] for kind in KINDS}
    large: dict[str, list[float]] = {kind: [] for kind in KINDS}
    for turn in range(arguments.rounds + 3):
        for kind, words in KINDS.items():
            for store_id, most, times in ((few, FEW, small), (many, arguments.orders, large)):
                took = _search(store_id, words(dice.randrange(most)))
                if turn > 2:  # the first turns warm the caches
                    times[kind].append(took)
    return small, large


def _search(store_id: int, typed: str) -> float:
    with store_scope(store_id):
        began = time.perf_counter()
        orders = found_orders(asked(typed)).orders
        exchanges_of([order.id for order in orders])
        took = time.perf_counter() - began
    assert orders, typed
    db.session.rollback()
    db.session.expunge_all()
    return took


def _fill(count: int, slug: str) -> int:
    """A store with so many orders: its id."""
    if slug == "few":
        db.create_all()
    values = {"slug": slug, "name": slug, "currency": "USD", "locale": "en_US"}
    store = Store(**values, time_zone="UTC", created_at=NOW)
    db.session.add(store)
    db.session.commit()
    store_id = store.id
    with db.engine.connect() as connection:
        first = (connection.scalar(text("SELECT max(id) FROM orders")) or 0) + 1
        for index in KEYS.indexes:
            index.drop(connection)  # made again over the whole, which is much faster
        for start in range(0, count, BATCH):
            rows = [_order(store_id, first, place) for place in range(start, min(count, start + BATCH))]
            connection.execute(insert(ORDERS), rows)
            _write_keys(connection, rows)
            connection.commit()
        for index in KEYS.indexes:
            index.create(connection)
        connection.commit()
        connection.execute(text("ANALYZE"))
        connection.commit()
    return store_id


def _write_keys(connection: Connection, rows: list[dict[str, Any]]) -> None:
    """Past SQLAlchemy: there are nine words an order."""
    keys = [
        (row["store_id"], row["id"], key)
        for row in rows
        for key in words_of_order(SimpleNamespace(**row), [_line(row["id"])])
    ]
    cursor = connection.connection.cursor()
    if connection.dialect.name == "sqlite":
        cursor.executemany("INSERT INTO search_key (store_id, order_id, key) VALUES (?, ?, ?)", keys)
        return
    with cursor.copy("COPY search_key (store_id, order_id, key) FROM STDIN") as copy:
        for key in keys:
            copy.write_row(key)


def _line(order_id: int) -> SimpleNamespace:
    return SimpleNamespace(sku=f"SKU{order_id % 500:03}", platform_orders=None)


def _order(store_id: int, first: int, place: int) -> dict[str, Any]:
    number, email = KINDS["number"](place), KINDS["email"](place)
    return {
        "id": first + place,
        "store_id": store_id,
        "number": number,
        "number_key": number.replace("-", "").lower(),
        "number_digits": str(1_000_000 + place),
        "platform_id": "",
        "secondary_id": "",
        "currency": "USD",
        "placed_at": NOW - timedelta(minutes=1_500_000 - place),
        "customer_id": email,
        "email": email,
        "email_key": email,
        "first_name": _first(place),
        "last_name": _last(place),
        "phone": f"541{5_000_000 + place}",
        "shipping_address": {},
        "billing_address": {},
        "tags": [],
    }


def _first(place: int) -> str:
    return _word(place * 7919 % 810_000, 4)


def _last(place: int) -> str:
    return _word(place * 104_729 % 24_300_000, 5)


def _word(number: int, syllables: int) -> str:
    parts = []
    for _ in range(syllables):
        number, which = divmod(number, len(SYLLABLES))
        parts.append(SYLLABLES[which])
    return "".join(parts)


@contextmanager
def _database(engine: str, folder: Path) -> Iterator[str | None]:
    if engine == "sqlite":
        yield f"sqlite:///{folder / 'search.db'}"
        return
    with postgres.server() as server:
        if server is None:
            yield None
            return
        with postgres.fresh_database(server) as url:
            yield url.render_as_string(hide_password=False)


def _report(engine: str, small: dict[str, list[float]], large: dict[str, list[float]]) -> bool:
    """Print each kind; whether all of them hold the bar."""
    held = True
    for kind in KINDS:
        one, other = median(small[kind]), median(large[kind])
        holds = other <= max(SLOWEST * one, one + NOTICED)
        told = f"{one * 1000:7.2f} ms  {other * 1000:7.2f} ms  {other / one:5.2f} × (at most {SLOWEST:g})"
        print(f"{engine}  {kind:22} {told}{'' if holds else '  TOO SLOW'}")
        held = held and holds
    return held


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--orders", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--on", default="sqlite,postgres")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
