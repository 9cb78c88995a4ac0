"""Many shoppers at the same moment: several processes with several threads each, on one database.

Each process is an application of its own, as with several web workers; they begin together.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import queue
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from multiprocessing.process import BaseProcess
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Barrier
from pathlib import Path

from flask import Flask

from app import Settings, create_app
from app.domain.reasons import Reason
from app.models import db, store_scope
from app.services.baskets import VARIANT
from app.services.choosing import CannotChoose
from app.services.draft_exchange import choose_replacement
from app.services.submit_exchange import AnotherExchange, Confirmation, submit
from app.services.wishes import Wish

PATIENCE = 180.0  # seconds; only a test that hangs needs them


@dataclass(frozen=True)
class Choose:
    """Navy, in this size."""

    exchange_id: int
    item_id: int
    size: str

    def act(self, now: datetime) -> str:
        wish = Wish(Reason.TOO_SMALL, VARIANT, {"Colour": "Navy", "Size": self.size})
        try:
            choose_replacement(self.exchange_id, self.item_id, wish, now)
        except CannotChoose:
            return "refused"
        return "held"


@dataclass(frozen=True)
class Confirm:
    """The sum that was seen; answers with the exchange that the shopper is shown."""

    exchange_id: int
    quote_version: str
    actor: str = "shopper"

    def act(self, now: datetime) -> str:
        try:
            return submit(Confirmation(self.exchange_id, self.quote_version, self.actor), now)
        except AnotherExchange as first:
            return first.public_id


Act = Choose | Confirm


@dataclass(frozen=True)
class Race:
    """Where it takes place: the database, the store, and the time that everybody is told."""

    database_url: str
    var_dir: Path
    store_id: int
    now: datetime
    processes: int = 4
    threads: int = 12

    def run(self, acts: Sequence[Act]) -> list[str]:
        """What every act was answered, errors by their name."""
        spawn = multiprocessing.get_context("spawn")
        barrier, answers = spawn.Barrier(self.processes), spawn.Queue()
        shares = [list(acts[number :: self.processes]) for number in range(self.processes)]
        running = [spawn.Process(target=_run_share, args=(self, share, barrier, answers)) for share in shares]
        for process in running:
            process.start()
        try:
            return [answer for _ in running for answer in _next_answers(answers, running)]
        finally:
            for process in running:
                process.join(PATIENCE)


def _next_answers(answers: Queue[list[str]], running: Sequence[BaseProcess]) -> list[str]:
    """One process's answers; a process that broke down is not waited for."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        with contextlib.suppress(queue.Empty):
            return answers.get(timeout=0.5)
        broken = [process.exitcode for process in running if process.exitcode]
        assert not broken, f"processes ended with {broken}"
    raise TimeoutError("no answers")


def _run_share(race: Race, acts: list[Act], barrier: Barrier, answers: Queue[list[str]]) -> None:
    settings = {"DATABASE_URL": race.database_url, "VAR_DIR": str(race.var_dir)}
    app = create_app(Settings.from_environ(settings))
    barrier.wait(PATIENCE)
    with ThreadPoolExecutor(race.threads) as pool:
        answers.put(list(pool.map(lambda act: _answer(app, race, act), acts)))
    with app.app_context():
        db.engine.dispose()


def _answer(app: Flask, race: Race, act: Act) -> str:
    try:
        with app.app_context(), store_scope(race.store_id):
            return act.act(race.now)
    except Exception as error:  # noqa: BLE001 - whatever it is, the test shall name it
        return f"{type(error).__name__}: {error}"[:300]
