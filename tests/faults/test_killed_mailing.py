"""Workers killed around a mail: none is lost, and one that comes twice is known for the same (R26)."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import update

from app.models import Dispatch, DispatchState, Purpose, db, store_scope, writing
from tests.factories import make_store
from tests.faults.killing import SECONDS, Processes
from tests.faults.mail_server import MailServer
from tests.faults.peer import Peer
from tests.services.dispatch_cases import Acme, Clock

MOST_MAILS = {"before-send": 1, "after-send": 2}


@pytest.fixture
def post() -> Iterator[MailServer]:
    with MailServer() as post:
        yield post


@pytest.fixture
def environ(sqlite_database_url: str, tmp_path: Path, post: MailServer) -> dict[str, str]:
    return {
        "DATABASE_URL": sqlite_database_url,
        "VAR_DIR": str(tmp_path),
        "ALLOW_LOOPBACK_CONNECTORS": "1",
        "SMTP_URL": post.url(),
        "MAIL_FROM": "exchanges@shop.example",
    }


def time_passes() -> None:
    """Leases run out, and what was put off is due."""
    past = datetime.now(UTC) - timedelta(minutes=1)
    with writing():
        for column in (Dispatch.leased_until, Dispatch.due_at):
            db.session.execute(
                update(Dispatch)
                .where(column.is_not(None), Dispatch.purpose == Purpose.MAIL)
                .values({column: past})
            )


def test_a_killed_worker_loses_no_mail(app: Flask, environ: dict[str, str], post: MailServer) -> None:
    processes = Processes(environ)
    with Peer() as peer, app.app_context():
        store_id = make_store(policy_data={"undo_minutes": 600})  # nothing but the mail is due
        with store_scope(store_id):
            shop = Acme(store_id, peer, Clock(datetime.now(UTC) - timedelta(seconds=30)))
            try:
                for number, point in enumerate(MOST_MAILS):
                    shop.confirm(f"K-{number}")
                    assert processes.worker(point).wait(SECONDS) == -signal.SIGKILL, point
                    time_passes()
                    assert processes.worker().wait(SECONDS) == 0
                    ids = [mail.message["Message-ID"] for mail in post.mails]
                    assert 1 <= len(ids) <= MOST_MAILS[point], point
                    assert len(set(ids)) == 1, point
                    post.mails.clear()
            finally:
                processes.end()
            db.session.rollback()
            states = db.session.query(Dispatch.state).filter_by(purpose=Purpose.MAIL).all()
            assert [state for (state,) in states] == [DispatchState.DELIVERED] * len(MOST_MAILS)
