"""kill -9 of web and worker at any time, while shoppers swap, pay and change their minds (R3, R6, R15).

Takes part in `make soak`. Each database has a tally of its own in `var`, so that a run that ended early is
gone on with by the next one.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import time
from collections import Counter
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest

from app.models import db
from tests.faults.history import History
from tests.faults.killing import SECONDS, Process, answers
from tests.faults.shoppers import Shoppers

VAR = Path(__file__).resolve().parents[2] / "var"
KILLS = 250
THREADS = 2
VICTIMS = ("web", "worker")


@pytest.mark.soak
def test_killed_at_random(history: History) -> None:
    """So many kills on each database, as many at a time as SOAK_MINUTES allows; the next run goes on."""
    tally = VAR / f"kills-{db.engine.dialect.name}.json"
    before = Counter(json.loads(tally.read_text("utf-8"))) if tally.exists() else Counter[str]()
    left = KILLS - sum(before[victim] for victim in VICTIMS) % KILLS
    done = _kill_at_random(history, left, minutes=float(os.environ.get("SOAK_MINUTES", "30")))
    tally.parent.mkdir(exist_ok=True)
    tally.write_text(json.dumps(before + done), "utf-8")


def _kill_at_random(history: History, most: int, minutes: float) -> Counter[str]:
    """Kill so many, or until the time is over; who was killed and what was done, all promises kept."""
    seed = random.randrange(10**6)
    dice = random.Random(seed)
    history.till.acme.set_policy(undo_minutes=15)
    web, url = history.processes.web()
    running = {"web": web, "worker": history.processes.worker(until_idle=False)}
    shoppers, kills, end = Shoppers(history, url), Counter[str](), time.monotonic() + 60 * minutes
    with ThreadPoolExecutor(THREADS) as pool:
        visits = [pool.submit(shoppers.come, dice.randrange(10**6)) for _ in range(THREADS)]
        try:
            while kills.total() < most and time.monotonic() < end and not any(map(Future.done, visits)):
                while shoppers.orders.qsize() < THREADS:
                    shoppers.orders.put(history.bought())
                victim = dice.choice(VICTIMS)
                _lives_on(running[victim], dice.uniform(0.1, 1.2), shoppers, dice.choice((0, 0, 1, 3)))
                running[victim] = _replaced(history, victim, running[victim], url)
                kills[victim] += 1
        finally:
            for _ in visits:
                shoppers.orders.put(None)
    for visit in visits:
        visit.result()
    history.processes.end()
    history.drain()
    assert history.verdict() == f"{len(history.told)} promises kept\n", seed
    return kills + shoppers.done


def _lives_on(process: Process, seconds: float, shoppers: Shoppers, pages: int) -> None:
    """For this time, and until shoppers have seen so many pages more: on a slow machine too they get on."""
    seen = shoppers.done["pages"]
    end = time.monotonic() + seconds
    while time.monotonic() < end or shoppers.done["pages"] < seen + pages:
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(0.05)
        assert time.monotonic() < end + SECONDS, "nobody gets on"


def _replaced(history: History, victim: str, process: Process, url: str) -> Process:
    """Kill it; what takes its place."""
    process.kill()
    process.wait(SECONDS)
    if victim == "worker":
        history.time_passes()
        return history.processes.worker(until_idle=False)
    process, _ = history.processes.web(port=int(url.rpartition(":")[2]))
    answers(url)
    return process
