"""An import of 100,000 order rows against a bare bulk insert of the same rows, and its memory.

    .venv/bin/python -m benchmarks.import_rate [--rounds 3] [--rows 100000]

Every measurement is a process of its own on a database of its own, in turns, so that a noisy machine
disturbs all alike. Bare means: the finished rows, already in memory, through the same engine, in the
same batches and with as many commits. What counts: time ≤ 8 × bare, and peak memory ≤ 1.2 × that of
a tenth of the rows.
"""

from __future__ import annotations

import argparse
import json
import re
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

from sqlalchemy import insert, select

from app import Settings, create_app
from app.models import Store, db, writing
from app.services.importing import import_orders, import_products
from app.services.importing.bulk_statements import LINE_ITEMS, ORDERS
from benchmarks.export_files import write_orders, write_products

SLOWEST = 8.0
MOST_MEMORY = 1.2
BATCH = 500
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Measured:
    """One run: seconds of the work itself, and the process's peak memory in KiB."""

    seconds: float
    peak: int


def main() -> int:
    """Measure in turns, print, and tell by the exit code whether the bars hold."""
    arguments = _arguments()
    if arguments.child:
        _child(arguments.child, Path(arguments.folder), Path(arguments.file))
        return 0
    rows = arguments.rows
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_products(folder / "products.csv")
        for size in (rows // 10, rows):
            write_orders(folder / f"{size}.csv", size)
        small, large, bare = [], [], []
        for number in range(arguments.rounds):
            small.append(measure("import", folder, folder / f"{rows // 10}.csv", f"small-{number}"))
            large.append(measure("import", folder, folder / f"{rows}.csv", f"large-{number}"))
            bare.append(measure("bare", folder, folder / f"{rows}.csv", f"large-{number}"))
    return _report(rows, small, large, bare)


def measure(kind: str, folder: Path, file: Path, database: str) -> Measured:
    """Run one measurement in a process of its own; `bare` reads its rows from an import before it."""
    place = folder / database
    place.mkdir(exist_ok=True)
    command = [sys.executable, "-m", "benchmarks.import_rate", "--child", kind]
    command += ["--folder", str(place), "--file", str(file)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return Measured(**json.loads(done.stdout.splitlines()[-1]))


def _child(kind: str, folder: Path, file: Path) -> None:
    seconds = _import(folder, file) if kind == "import" else _bare(folder)
    print(json.dumps({"seconds": seconds, "peak": _peak_memory()}))


def _import(folder: Path, file: Path) -> float:
    app = create_app(Settings.from_environ({"VAR_DIR": str(folder)}))
    with app.app_context():
        _make_store()
        import_products("bench", file.parent / "products.csv", now=NOW)
        began = time.perf_counter()
        report = import_orders("bench", file, now=NOW)
        seconds = time.perf_counter() - began
    assert report.new > 0, report
    assert report.refused == report.untied_lines == 0, report
    return seconds


def _bare(folder: Path) -> float:
    """The rows that an import left behind, inserted again into an empty database."""
    orders, lines = _finished_rows(folder)
    app = create_app(Settings.from_environ({"VAR_DIR": str(folder / "bare")}))
    with app.app_context():
        _make_store()
        import_products("bench", folder.parent / "products.csv", now=NOW)
        began = time.perf_counter()
        for start in range(0, len(orders), BATCH):
            with writing():
                connection = db.session.connection()
                connection.execute(insert(ORDERS), orders[start : start + BATCH])
                connection.execute(insert(LINE_ITEMS), lines[start // BATCH])
        return time.perf_counter() - began


def _finished_rows(folder: Path) -> tuple[list[dict[str, Any]], list[list[dict[str, Any]]]]:
    """All orders, and their lines a batch."""
    app = create_app(Settings.from_environ({"VAR_DIR": str(folder)}))
    with app.app_context():
        connection = db.session.connection()
        orders = [dict(row) for row in connection.execute(select(ORDERS).order_by("id")).mappings()]
        lines: list[list[dict[str, Any]]] = [[] for _ in range(0, len(orders), BATCH)]
        batch_of = {row["id"]: place // BATCH for place, row in enumerate(orders)}
        for row in connection.execute(select(LINE_ITEMS).order_by("id")).mappings():
            lines[batch_of[row["order_id"]]].append(dict(row))
        db.engine.dispose()
    return orders, lines


def _make_store() -> None:
    db.create_all()
    values = {"slug": "bench", "name": "Bench", "currency": "USD", "locale": "en_US"}
    db.session.add(Store(**values, time_zone="America/New_York", created_at=NOW))
    db.session.commit()


def _peak_memory() -> int:
    """KiB. Linux tells it for this program alone; getrusage may carry over what the parent had."""
    status = Path("/proc/self/status")
    if status.exists():
        found = re.search(r"VmHWM:\s+(\d+) kB", status.read_text(encoding="ascii"))
        if found:
            return int(found[1])
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak // 1024 if sys.platform == "darwin" else peak


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--rows", type=int, default=100_000)
    for hidden in ("--child", "--folder", "--file"):
        parser.add_argument(hidden, default="", help=argparse.SUPPRESS)
    return parser.parse_args()


def _report(rows: int, small: list[Measured], large: list[Measured], bare: list[Measured]) -> int:
    took, bare_took = (median(run.seconds for run in runs) for runs in (large, bare))
    peak, small_peak = (median(run.peak for run in runs) for runs in (large, small))
    print(
        f"import of {rows:,} rows   {took:7.2f} s  {rows / took:10,.0f} rows/s  peak {peak / 1024:6.1f} MiB"
    )
    print(f"import of {rows // 10:,} rows    {median(run.seconds for run in small):7.2f} s", end="")
    print(f"                      peak {small_peak / 1024:6.1f} MiB")
    print(f"bare bulk insert         {bare_took:7.2f} s  {rows / bare_took:10,.0f} rows/s")
    slower, more = took / bare_took, peak / small_peak
    print(f"time   {slower:5.2f} × bare            (at most {SLOWEST:g})")
    print(f"memory {more:5.2f} × a tenth's       (at most {MOST_MEMORY:g})")
    return 0 if slower <= SLOWEST and more <= MOST_MEMORY else 1


if __name__ == "__main__":
    sys.exit(main())
