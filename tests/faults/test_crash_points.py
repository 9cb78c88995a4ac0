"""kill -9 at every named point, with real processes: nothing lost, nothing doubled (R3, R4, R6).

Web servers end in the middle of Confirm and Cancel, workers everywhere between claim and record; others go
on. What the client was told, what the platform has and the audit trail are then read by a checker that
knows nothing of the product. A lease that has to run out is run out by hand, in place of a minute's wait.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from app import Settings
from app.models import AuditEntry, BrowserSession, Dispatch, Exchange, Order, db, store_scope, writing
from app.services.crashpoints import POINTS, UnknownCrashPoint, arm
from tests.factories import Bought, make_order, make_store
from tests.faults import history_checker
from tests.faults.killing import SECONDS, Processes, answers
from tests.faults.peer import Call, Peer
from tests.faults.plain_browser import PlainBrowser, ServerGone
from tests.services.dispatch_cases import Acme, Clock

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "app"
KILLS = 500
CHECKER = Path(history_checker.__file__)
ON_THE_WEB = [name for name, where in POINTS.items() if where.startswith("web")]
AT_WORK = [name for name, where in POINTS.items() if where.startswith("worker")]


def test_names_in_the_source_and_in_the_list_agree() -> None:
    used = [
        name
        for path in sorted(SOURCE.rglob("*.py"))
        for name in re.findall(r'\bcrashpoint\("([^"]+)"\)', path.read_text("utf-8"))
    ]
    assert sorted(used) == sorted(POINTS)
    assert len(used) >= 12
    with pytest.raises(UnknownCrashPoint, match="no point 'nowhere'"):
        arm("nowhere")


def test_the_list_is_a_command(app: Flask) -> None:
    listed = app.test_cli_runner().invoke(args=["crashpoints"]).output
    assert [line.partition("\t")[0] for line in listed.splitlines()] == list(POINTS)


def test_a_name_alone_does_nothing(sqlite_database_url: str, tmp_path: Path) -> None:
    environ = {
        "DATABASE_URL": sqlite_database_url,
        "VAR_DIR": str(tmp_path),
        "EVENLY_CRASH_AT": "mid-shutdown",
    }
    worker = Processes(environ).worker()
    assert worker.wait(SECONDS) == 0


@dataclass
class History:
    """A store with its platform and its clients, and everything any of them was told."""

    shop: Acme
    processes: Processes
    folder: Path
    told: list[dict[str, str]] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=lambda: iter(range(1, 100_000)))

    def bought(self) -> str:
        """A fresh order's number."""
        number = f"K-{next(self.numbers)}"
        lately = datetime.now(UTC) - timedelta(days=5)
        make_order(
            self.shop.store_id, Bought(self.shop.parka["Navy / M"]), number=number, delivered_at=lately
        )
        return number

    def confirmed(self) -> str:
        """An order whose exchange was confirmed and waits to be placed."""
        number = self.bought()
        order = db.session.scalars(select(Order.id).where(Order.number == number)).one()
        exchange_id = self.shop.confirm_order(order)
        reference = db.session.scalars(select(Exchange.reference).where(Exchange.id == exchange_id)).one()
        self.tell(number, "confirmed", reference or "")
        return number

    def tell(self, number: str, act: str, reference: str) -> None:
        self.told.append({"order": number, "act": act, "reference": reference})

    def time_passes(self) -> None:
        """Leases run out, and what was put off is due."""
        past = datetime.now(UTC) - timedelta(minutes=1)
        with writing():
            for column in (Dispatch.leased_until, Dispatch.due_at):
                db.session.execute(update(Dispatch).where(column.is_not(None)).values({column: past}))

    def drain(self) -> None:
        """Other workers do what is left."""
        for _ in range(2):
            self.time_passes()
            assert self.processes.worker().wait(SECONDS) == 0

    def verdict(self) -> str:
        """What the checker says of the three files, in a process of its own."""
        ledger = [_heard(self.shop.peer, heard.body) for heard in self.shop.peer.requests]
        for name, rows in (("client", self.told), ("ledger", ledger), ("audit", self.audit())):
            lines = "".join(json.dumps(row) + "\n" for row in rows)
            (self.folder / f"{name}.jsonl").write_text(lines, "utf-8")
        files = [str(self.folder / f"{name}.jsonl") for name in ("client", "ledger", "audit")]
        checked = subprocess.run(
            [sys.executable, str(CHECKER), *files], capture_output=True, text=True, check=False
        )
        return checked.stdout + checked.stderr

    def audit(self) -> list[dict[str, Any]]:
        rows = db.session.execute(
            select(AuditEntry, Order.number, Exchange.reference)
            .join(Exchange, AuditEntry.chain == "exchange:" + Exchange.id.cast(AuditEntry.chain.type))
            .join(Order, Order.id == Exchange.order_id)
            .order_by(AuditEntry.id)
        ).all()
        return [
            {
                **{
                    name: getattr(entry, name)
                    for name in ("chain", "number", "actor", "act", "details", "before", "hash")
                },
                "at": entry.at.isoformat(),
                "order": number,
                "reference": reference,
            }
            for entry, number, reference in rows
        ]


def _heard(peer: Peer, body: bytes) -> dict[str, str]:
    order = json.loads(body)["original_order_id"]
    placed = peer.orders.get(order, {}).get("order_identifier", "")
    return {"order": order, "placed": placed, "body": hashlib.sha256(body).hexdigest()}


@pytest.fixture
def environ(database_url: str, tmp_path: Path) -> dict[str, str]:
    return {
        "DATABASE_URL": database_url,
        "VAR_DIR": str(tmp_path),
        "ALLOW_LOOPBACK_CONNECTORS": "1",
        "LOOKUP_TRIES": "1000",
    }


@pytest.fixture
def settings(environ: dict[str, str]) -> Settings:
    return Settings.from_environ(environ)


@pytest.fixture
def history(app: Flask, environ: dict[str, str], tmp_path: Path) -> Iterator[History]:
    processes = Processes(environ)
    with Peer() as peer, app.app_context():
        store_id = make_store()
        with store_scope(store_id):
            # Half a minute ago: processes look at their own clock.
            clock = Clock(datetime.now(UTC) - timedelta(seconds=30))
            shop = Acme(store_id, peer, clock, app.extensions["evenly.connections"].box)
            shop.connect()
            try:
                yield History(shop, processes, tmp_path)
            finally:
                processes.end()


def test_workers_killed_at_every_point(history: History) -> None:
    for point in AT_WORK:
        history.time_passes()
        history.confirmed()
        _kill_a_worker(history, point)
    history.drain()
    assert history.verdict() == f"{len(AT_WORK)} promises kept\n"


def _kill_a_worker(history: History, point: str) -> None:
    """Start one that ends at this point, and see that it did."""
    if point == "mid-shutdown":
        worker = history.processes.worker(point, until_idle=False)

        def told_to_stop(call: Call) -> None:
            os.kill(worker.pid, signal.SIGTERM)
            call.place()
            call.peer.closing.wait(SECONDS)

        history.shop.peer.script.append(told_to_stop)
    else:
        worker = history.processes.worker(point, until_idle=point != "mid-sweep")
    assert worker.wait(SECONDS) == -signal.SIGKILL, point
    history.shop.peer.script.clear()


def test_web_servers_killed_at_every_point(history: History) -> None:
    history.shop.set_policy(undo_minutes=15)
    doomed = {point: history.processes.web(point) for point in ON_THE_WEB}
    _, url = history.processes.web()
    for _, each in [*doomed.values(), (None, url)]:
        answers(each)
    for point, (server, at) in doomed.items():
        _confirm_and_be_cut_off(history, url, at, point)
        assert server.wait(SECONDS) == -signal.SIGKILL, point
    db.session.rollback()
    history.drain()
    assert history.verdict() == f"{len(history.told)} promises kept\n"
    assert db.session.query(BrowserSession).count() == len(ON_THE_WEB)


def _confirm_and_be_cut_off(history: History, url: str, doomed: str, point: str) -> None:
    """Press the button at a server that ends, and again at one that does not, as people do."""
    number, browser = history.bought(), PlainBrowser(url)
    review, form = browser.review("acme", number)
    if point.startswith("submit"):
        with pytest.raises(ServerGone):
            browser.post(review, form, at=doomed)
        status = browser.post(review, form)
        history.tell(number, "confirmed", browser.reference(status))
        return
    status = browser.post(review, form)
    reference = browser.reference(status)
    history.tell(number, "confirmed", reference)
    with pytest.raises(ServerGone):
        browser.post(f"{status}/cancel", {"csrf_token": form["csrf_token"]}, at=doomed)
    browser.post(f"{status}/cancel", {"csrf_token": form["csrf_token"]})
    history.tell(number, "cancelled", reference)


@pytest.mark.soak
def test_workers_killed_at_random(history: History) -> None:
    """Five hundred kills on each database, as many at a time as SOAK_MINUTES allows; the next run goes on."""
    tally = ROOT / "var" / f"kills-{db.engine.dialect.name}.json"
    done = int(json.loads(tally.read_text("utf-8"))) if tally.exists() else 0
    left = KILLS - done % KILLS
    killed = _kill_at_random(history, left, minutes=float(os.environ.get("SOAK_MINUTES", "30")))
    tally.parent.mkdir(exist_ok=True)
    tally.write_text(json.dumps(done + killed), "utf-8")


def _kill_at_random(history: History, kills: int, minutes: float) -> int:
    """Kill so many, or until the time is over; how many that were, all promises kept."""
    seed = random.randrange(10**6)
    dice = random.Random(seed)
    end = time.monotonic() + 60 * minutes
    killed = 0
    while killed < kills and time.monotonic() < end:
        history.time_passes()
        history.confirmed()
        worker = history.processes.worker()
        try:
            worker.wait(dice.uniform(0.1, 2))
        except subprocess.TimeoutExpired:
            worker.kill()
            worker.wait(SECONDS)
        killed += 1
    history.drain()
    assert history.verdict() == f"{killed} promises kept\n", seed
    return killed


def entry(act: str, number: int, before: str, order: str = "A-1") -> dict[str, Any]:
    row: dict[str, Any] = {
        "chain": "exchange:1", "number": number, "at": "2026-11-22T12:00:00+00:00", "actor": "worker",
        "act": act, "details": {}, "before": before,
    }  # fmt: skip
    text = json.dumps(list(row.values()), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return row | {"hash": hashlib.sha256(text.encode()).hexdigest(), "order": order, "reference": "EX-ABCDEF"}


def test_the_checker_finds_what_is_lost_and_what_is_doubled() -> None:
    client = [{"order": "A-1", "act": "confirmed", "reference": "EX-ABCDEF"}]
    ledger = [{"order": "A-1", "placed": "A-1-X1", "body": "b"}]
    first = entry("submitted", 1, history_checker.START)
    trail = [first, entry("placed", 2, first["hash"])]
    check = history_checker.problems
    assert check(client, ledger, trail) == []
    assert check(client, [], trail) == ["A-1: 0 exchange orders at the platform, not 1"]
    second = {"order": "A-1", "placed": "A-1-X2", "body": "b"}
    assert check(client, [*ledger, second], trail) == ["A-1: 2 exchange orders at the platform, not 1"]
    assert check(client, [*ledger, ledger[0] | {"body": "c"}], trail) == [
        "A-1: the platform was asked in 2 ways"
    ]
    assert check([], ledger, trail) == ["A-1: placed, but nobody was told so"]
    assert check(client, ledger, [trail[0]]) == ["A-1: placed 0 times in the audit trail, not 1"]
    assert "exchange:1: entry 1 is missing" in check(client, ledger, [trail[1]])
    assert check(client, ledger, [first, trail[1] | {"actor": "x"}]) == ["exchange:1: entry 2 was changed"]
    cancelled = [*client, client[0] | {"act": "cancelled"}]
    assert "A-1: 1 exchange orders at the platform, not 0" in check(cancelled, ledger, trail)
