"""`flask --app wsgi worker`: sends what is due, several messages at once, until it is told to stop.

One thread claims and records, several send. Any number of workers may run on one database. What is sent
and how is `app.services.dispatching`.
"""

from __future__ import annotations

import logging
import os
import secrets
import signal
import socket
import threading
from collections.abc import Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import FrameType
from typing import Any

import click
from flask import Flask, current_app
from flask.cli import with_appcontext
from sqlalchemy.exc import DBAPIError

from app.cli.beside_sending import clear_away, clock, compare_books, look_at_payment, looks_due, seal_trail
from app.connectors.http import Limits
from app.connectors.sending import sender_of
from app.services.crashpoints import crashpoint
from app.services.dispatch_claims import Claim, claim_due
from app.services.dispatch_results import Result
from app.services.dispatch_turns import LATELY, SLOW_AFTER, Share
from app.services.dispatching import Dispatcher, give_up, make_ready, record_sent, send_ready
from app.settings import Settings

POLL_SECONDS = 0.25
DATABASE_PAUSE_SECONDS = 2.0
SWEEP_EVERY = timedelta(minutes=10)
SEAL_EVERY = timedelta(minutes=1)
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
        clock=clock,
    )


def run_worker(app: Flask, threads: int, stop: threading.Event, *, until_idle: bool = False) -> None:
    """Claim and send until `stop` is set, or until idle; returns when nothing is under way any more.

    No more is claimed than there are free threads, so that no lease runs while its message waits.
    """
    desk = _Desk(app, dispatcher_of(app))
    next_sweep, next_comparison, next_seal = clock(), clock() + COMPARE_EVERY, clock()
    with ThreadPoolExecutor(threads, thread_name_prefix="send") as pool:
        while not stop.is_set():
            desk.record()
            claimed = desk.claim(pool, threads, stop)
            looks = looks_due(app, threads - desk.busy)
            desk.besides |= {pool.submit(look_at_payment, app, each) for each in looks}
            if until_idle and not desk.busy and not desk.unrecorded and claimed == 0:
                break
            if clock() >= next_sweep:
                desk.besides.add(pool.submit(clear_away, app))
                next_sweep = clock() + SWEEP_EVERY
            if clock() >= next_seal:
                desk.besides.add(pool.submit(seal_trail, app))
                next_seal = clock() + SEAL_EVERY
            if clock() >= next_comparison:
                desk.besides.add(pool.submit(compare_books, app))
                next_comparison = clock() + COMPARE_EVERY
            desk.wait(stop)
        crashpoint("mid-shutdown")
    desk.record(wait=True)


@dataclass
class _Desk:
    """The one thread that uses the queue: it claims and makes ready, and records what was sent.

    `under_way` are the messages that threads are sending, `heard` when connectors (store, system) last gave
    an answer, and whether that was quick. `unrecorded` are answers whose order somebody else held: nobody is
    waited for here. `besides` is what threads do that is no message: looks at payments, comparing, sweeping.
    """

    app: Flask
    dispatcher: Dispatcher
    under_way: dict[Future[Result], Claim] = field(default_factory=dict)
    heard: dict[tuple[int, str], tuple[datetime, bool]] = field(default_factory=dict)
    unrecorded: dict[Claim, Result] = field(default_factory=dict)
    besides: set[Future[None]] = field(default_factory=set)

    @property
    def busy(self) -> int:
        """How many threads have something to do."""
        return len(self.under_way) + len(self.besides)

    def claim(self, pool: ThreadPoolExecutor, threads: int, stop: threading.Event) -> int | None:
        """Hand out what is due to free threads: how many were claimed. None while there is no database.

        Where there are several connectors, none gets all threads, however much it has.
        """
        try:
            with self.app.app_context():
                free = threads - self.busy
                now = clock()
                claims = claim_due(self.dispatcher.worker, free, now, self._share(threads, now))
                for claim, ready in make_ready(self.dispatcher, claims, wait=False).items():
                    sending = pool.submit(send_ready, self.dispatcher, claim, ready)
                    self.under_way[sending] = claim
                return len(claims)
        except DBAPIError:
            log.exception("The queue cannot be read; trying again")
            stop.wait(DATABASE_PAUSE_SECONDS)
            return None

    def record(self, *, wait: bool = False) -> None:
        """Write down all that has come back. Without a database the leases run out and it is due again."""
        self.besides = {future for future in self.besides if not future.done()}
        done = {future: self.under_way.pop(future) for future in list(self.under_way) if future.done()}
        results = {claim: future.result() for future, claim in done.items() if not future.exception()}
        self._hear(results)
        results, self.unrecorded = {**self.unrecorded, **results}, {}
        failed = {claim: problem for future, claim in done.items() if (problem := future.exception())}
        try:
            with self.app.app_context():
                locked = record_sent(self.dispatcher, results, wait=wait)
                self.unrecorded = {claim: results[claim] for claim in locked}
                for claim, problem in failed.items():
                    give_up(self.dispatcher, claim, problem)
        except Exception:
            names = ", ".join(str(claim.dispatch_id) for claim in {**results, **failed})
            log.exception("What became of the dispatches %s could not be recorded", names)

    def _hear(self, results: Mapping[Claim, Result]) -> None:
        for claim, result in results.items():
            quick = result.tried.duration_ms < SLOW_AFTER.total_seconds() * 1000
            self.heard[claim.store_id, claim.system] = clock(), quick

    def _share(self, threads: int, now: datetime) -> Share:
        """What of the threads is whose, by what was heard lately."""
        self.heard = {who: (at, quick) for who, (at, quick) in self.heard.items() if at > now - LATELY}
        quick = [who for who, (_, was_quick) in self.heard.items() if was_quick]
        slow = [who for who, (_, was_quick) in self.heard.items() if not was_quick]
        return Share(max(1, threads - 1), quick, slow)

    def wait(self, stop: threading.Event) -> None:
        """Until something has come back, or until the next poll."""
        if self.busy:
            busy: set[Future[Any]] = {*self.under_way, *self.besides}
            wait(busy, timeout=POLL_SECONDS, return_when=FIRST_COMPLETED)
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
