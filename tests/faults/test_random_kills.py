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
KILLS = 500
THREADS = 2
VICTIMS = ("web", "worker")


@pytest.mark.soak
def test_killed_at_random(history: History) -> None:
    """Five hundred kills on each database, as many at a time as SOAK_MINUTES allows; the next run goes on."""
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
                running[victim] = _killed(history, victim, running[victim], url, dice.uniform(0.1, 1.5))
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


def _killed(history: History, victim: str, process: Process, url: str, seconds: float) -> Process:
    """Kill it after this time; what takes its place."""
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(seconds)
    process.kill()
    process.wait(SECONDS)
    if victim == "worker":
        history.time_passes()
        return history.processes.worker(until_idle=False)
    process, _ = history.processes.web(port=int(url.rpartition(":")[2]))
    answers(url)
    return process
