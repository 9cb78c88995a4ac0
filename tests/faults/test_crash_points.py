"""kill -9 at every named point, with real processes: nothing lost, nothing doubled (R3, R4, R6).

Web servers end in the middle of Confirm and Cancel, workers everywhere between claim and record; others go
on. What came of it is judged by a checker that knows nothing of the product. The points at which money is
paid, and those of a worker that moves money, are in `test_paid_crash_points.py`.
"""

from __future__ import annotations

import re
import signal
from pathlib import Path

import pytest
from flask import Flask

from app.models import BrowserSession, db
from app.services.crashpoints import POINTS, UnknownCrashPoint, arm
from tests.faults.history import History
from tests.faults.killing import SECONDS, Processes, answers
from tests.faults.plain_browser import PlainBrowser, ServerGone

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "app"
ON_THE_WEB = [name for name, where in POINTS.items() if where.startswith("web")]
AT_WORK = [name for name, where in POINTS.items() if where.startswith("worker")]


def test_names_in_the_source_and_in_the_list_agree() -> None:
    used = [
        name
        for path in sorted(SOURCE.rglob("*.py"))
        for name in re.findall(r'\bcrashpoint\("([^"]+)"\)', path.read_text("utf-8"))
    ]
    assert sorted(used) == sorted(POINTS)
    assert {where.partition(":")[0] for where in POINTS.values()} == {"web", "worker", "paying"}
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


def test_workers_killed_at_every_point(history: History) -> None:
    for point in AT_WORK:
        history.time_passes()
        history.confirmed()
        history.kill_a_worker(point)
    history.drain()
    assert history.verdict() == f"{len(AT_WORK)} promises kept\n"


def test_web_servers_killed_at_every_point(history: History) -> None:
    history.till.acme.set_policy(undo_minutes=15)
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
