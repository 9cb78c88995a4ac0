"""`flask --app wsgi worker`: sends what is due, several messages at once, until it is told to stop.

One thread claims and several send, each in an application context of its own. Any number of workers may
run on one database. What is sent and how is `app.services.dispatching`.
"""

from __future__ import annotations

import logging
import os
import secrets
import signal
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from types import FrameType

import click
from flask import Flask, current_app
from flask.cli import with_appcontext
from sqlalchemy.exc import DBAPIError

from app.connectors.http import Limits
from app.connectors.sending import sender_of
from app.services.crashpoints import crashpoint
from app.services.dispatch_claims import Claim, claim_due
from app.services.dispatching import Dispatcher, send_claimed
from app.services.payment_watch import Look, due_looks, look
from app.services.reconciling import check_next
from app.services.sweeping import sweep
from app.settings import Settings

POLL_SECONDS = 0.25
DATABASE_PAUSE_SECONDS = 2.0
SWEEP_EVERY = timedelta(minutes=10)
COMPARE_EVERY = timedelta(minutes=1)
log = logging.getLogger("evenly.worker")


def register(app: Flask) -> None:
    """Attach the command."""
    app.cli.add_command(worker)


@click.command()
@click.option(
    "--until-idle",
    is_flag=True,
    help="End once nothing is due now and nothing is being sent. What is due later, such as a message that"
    " waits for its next try or for the end of an undo window, is not waited for.",
)
@click.option(
    "--threads", type=click.IntRange(1, 64), help="Messages sent at once (default: WORKER_THREADS)."
)
@with_appcontext
def worker(until_idle: bool, threads: int | None) -> None:
    """Send due messages to the platforms. Ctrl-C or SIGTERM lets those under way end first."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    settings: Settings = app.extensions["evenly.settings"]
    stop = threading.Event()
    with _stopped_by_signals(stop):
        run_worker(app, threads or settings.worker_threads, stop, until_idle=until_idle)


def dispatcher_of(app: Flask) -> Dispatcher:
    """What this application sends with, under a name that no other worker has."""
    settings: Settings = app.extensions["evenly.settings"]
    limits = Limits(connect_seconds=settings.connect_seconds, total_seconds=settings.reply_seconds)
    return Dispatcher(
        connections=app.extensions["evenly.connections"],
        sender=sender_of(limits, allow_loopback=settings.allow_loopback_connectors),
        worker=f"{socket.gethostname()[:40]}:{os.getpid()}:{secrets.token_hex(4)}",
        clock=_now,
    )


def run_worker(app: Flask, threads: int, stop: threading.Event, *, until_idle: bool = False) -> None:
    """Claim and send until `stop` is set, or until idle; returns when nothing is under way any more.

    No more is claimed than there are free threads, so that no lease runs while its message waits.
    """
    dispatcher = dispatcher_of(app)
    under_way: set[Future[None]] = set()
    next_sweep, next_comparison = _now(), _now() + COMPARE_EVERY
    compared: dict[int, int] = {}
    with ThreadPoolExecutor(threads, thread_name_prefix="send") as pool:
        while not stop.is_set():
            under_way = {future for future in under_way if not future.done()}
            claims = _claim(app, dispatcher, threads, len(under_way), stop)
            under_way |= {pool.submit(_send, app, dispatcher, claim) for claim in claims or ()}
            looks = _looks(app, threads - len(under_way))
            under_way |= {pool.submit(_look, app, each) for each in looks}
            if until_idle and not under_way and claims is not None:
                break
            if _now() >= next_sweep:
                _sweep(app)
                next_sweep = _now() + SWEEP_EVERY
            if _now() >= next_comparison:
                under_way.add(pool.submit(_compare, app, compared))
                next_comparison = _now() + COMPARE_EVERY
            _wait(under_way, stop, all_busy=len(under_way) >= threads)
        crashpoint("mid-shutdown")


def _claim(
    app: Flask, dispatcher: Dispatcher, threads: int, busy: int, stop: threading.Event
) -> list[Claim] | None:
    """What is due; None while the database cannot be reached or written to.

    Where there are several connectors, one thread is left to the others, however much one of them has.
    """
    try:
        with app.app_context():
            return claim_due(dispatcher.worker, threads - busy, _now(), max(1, threads - 1))
    except DBAPIError:
        log.exception("The queue cannot be read; trying again")
        stop.wait(DATABASE_PAUSE_SECONDS)
        return None


def _send(app: Flask, dispatcher: Dispatcher, claim: Claim) -> None:
    """One message in one thread. Without a database its lease runs out and it is due again."""
    try:
        with app.app_context():
            send_claimed(dispatcher, claim)
    except Exception:
        log.exception("What became of dispatch %s could not be recorded", claim.dispatch_id)


def _looks(app: Flask, most: int) -> list[Look]:
    """Payments that are due to be looked at; none while the database cannot be reached."""
    try:
        with app.app_context():
            return due_looks(most, _now()) if most > 0 else []
    except DBAPIError:
        log.exception("The payments cannot be read; trying again")
        return []


def _look(app: Flask, due: Look) -> None:
    """One look in one thread. What goes wrong is looked at again later."""
    try:
        with app.app_context():
            look(app.extensions["evenly.cashier"], due, _now())
    except Exception:
        log.exception("Payment %s could not be looked at", due.payment_id)


def _compare(app: Flask, reached: dict[int, int]) -> None:
    """Our books with the provider's and the platform's, a few exchanges at a time."""
    try:
        with app.app_context():
            check_next(app.extensions["evenly.cashier"], reached, _now())
    except Exception:
        log.exception("The books could not be compared")


def _sweep(app: Flask) -> None:
    try:
        with app.app_context():
            sweep(_now())
    except DBAPIError:
        log.exception("What has expired could not be cleared away")


def _wait(under_way: set[Future[None]], stop: threading.Event, *, all_busy: bool) -> None:
    """Until the next poll; with every thread busy, until one is free."""
    if all_busy:
        wait(under_way, timeout=POLL_SECONDS, return_when=FIRST_COMPLETED)
    else:
        stop.wait(POLL_SECONDS)


@contextmanager
def _stopped_by_signals(stop: threading.Event) -> Iterator[None]:
    """Ctrl-C and SIGTERM set `stop` instead of ending the process in the middle of something."""

    def on_signal(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    before = {number: signal.signal(number, on_signal) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _now() -> datetime:
    return datetime.now(UTC)
