"""How many exchange orders a worker places in a second, and what a slow platform takes from a fast one.

    .venv/bin/python -m benchmarks.dispatch_rate [--messages 128] [--delay-ms 50] [--runs 2]

The platforms are sandboxes, each told to take so long for an answer and in a process of its own; the worker
is the command's own loop, on SQLite and on PostgreSQL where a server is found. The orders are confirmed once
a database, and every run places those of a fresh copy of it. What counts: 16 at once are at least 8 times as
fast as one at a time, and beside a store whose platform takes two seconds a store keeps at least 80 % of its
rate. The best of so many runs counts, as whatever else runs on the machine only slows down.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count

from flask import Flask
from sqlalchemy import event, func, select

from app.cli.worker import run_worker
from app.models import Dispatch, DispatchState, Exchange, db, store_scope
from benchmarks.dispatch_ground import (
    SLOW_MESSAGES,
    Copy,
    connect,
    make_due,
    on_postgres,
    on_sqlite,
    portal,
    queue_orders,
    sandbox,
    store_of,
)
from tests.setup import postgres

AT_ONCE = (1, 4, 16)
FASTER = 8.0
KEPT = 0.8
SLOW_MS = 2000


@dataclass(frozen=True)
class Rate:
    """What a run came to: placed in a second; for each, milliseconds of this process's CPU and statements."""

    a_second: float
    cpu_ms: float
    statements: float


@dataclass(frozen=True)
class Ground:
    """What runs are made on: a folder with the keys, the platforms' addresses, and copies of the orders."""

    folder: str
    fast: str
    slow: str
    copy: Copy
    asked: argparse.Namespace

    def best(self, threads: int, *, beside: int | None = None) -> Rate:
        """The best of some runs, each on a copy of its own; see `_rate`."""
        rates = (self._run(threads, beside) for _ in range(self.asked.runs))
        return max(rates, key=lambda rate: rate.a_second)

    def _run(self, threads: int, beside: int | None) -> Rate:
        # One at a time needs no more than an eighth of them to show its rate.
        messages = max(self.asked.messages // 8, self.asked.messages * threads // 16)
        with self.copy() as url, portal(self.folder, url) as app:
            make_due(app, "fast", messages)
            if beside is not None:
                connect(app, "slow", self.slow)
                make_due(app, "slow", beside)
            return _rate(app, threads, messages)


def main() -> int:
    """Measure, print, and tell by the exit code whether the bars hold."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--messages", type=int, default=128)
    parser.add_argument("--delay-ms", type=int, default=50)
    parser.add_argument("--runs", type=int, default=2)
    asked = parser.parse_args()
    held = []
    with sandbox(asked.delay_ms) as fast, sandbox(SLOW_MS) as slow:
        for name, made in {"SQLite": on_sqlite, "PostgreSQL": on_postgres}.items():
            with tempfile.TemporaryDirectory() as folder, made(folder) as (url, copy):
                if copy is None:
                    print(postgres.MISSING)
                    continue
                queue_orders(folder, url, fast, slow, asked.messages)
                print(name)
                ground = Ground(folder, fast, slow, copy, asked)
                held += [_more_at_once(ground), _beside_a_slow_one(ground)]
    return 0 if all(held) else 1


def _more_at_once(ground: Ground) -> bool:
    rates = {threads: ground.best(threads) for threads in AT_ONCE}
    for threads, rate in rates.items():
        print(f"  {threads:>2} at once: {rate.a_second:6.1f} placed a second;", end=" ")
        print(f"{rate.cpu_ms:4.1f} ms CPU, {rate.statements:4.1f} statements each")
    ratio = rates[16].a_second / rates[1].a_second
    print(f"  16 : 1 = {ratio:.1f} (at least {FASTER:.0f})")
    return ratio >= FASTER


def _beside_a_slow_one(ground: Ground) -> bool:
    alone, beside = ground.best(16, beside=0), ground.best(16, beside=SLOW_MESSAGES)
    kept = beside.a_second / alone.a_second
    print(f"  alone {alone.a_second:.1f}, beside a slow one {beside.a_second:.1f} placed a second:", end=" ")
    print(f"{kept:.0%} (at least {KEPT:.0%})")
    return kept >= KEPT


def _rate(app: Flask, threads: int, messages: int) -> Rate:
    """Let a worker with so many threads place all that is due; how fast those of the fast store went."""
    seen = count()
    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", lambda *_: next(seen))
    began, cpu = datetime.now(UTC), time.process_time()
    run_worker(app, threads, threading.Event(), until_idle=True)
    cpu_ms = 1000 * (time.process_time() - cpu) / messages
    with app.app_context(), store_scope(store_of("fast")):
        placed, last = db.session.execute(
            select(func.count(Exchange.placed_at), func.max(Exchange.placed_at))
        ).one()
        left = select(Dispatch.id).where(
            Dispatch.state != DispatchState.DELIVERED, Dispatch.due_at < datetime.now(UTC)
        )
        waits = db.session.scalars(left.execution_options(all_stores=True)).all()
    if waits or placed != messages or last is None:
        raise RuntimeError(f"{placed} of {messages} were placed, and {len(waits)} dispatches wait")
    return Rate(messages / (last - began).total_seconds(), cpu_ms, next(seen) / messages)


if __name__ == "__main__":
    os.environ.pop("DATABASE_URL", None)
    sys.exit(main())
