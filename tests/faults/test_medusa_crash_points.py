"""kill -9 in the middle of Medusa's nine calls for one exchange: it is made there once and whole (R3, R5).

No call there may be repeated, so whoever goes on has to look at what the one who was killed had made.
"""

from __future__ import annotations

import signal

import pytest

from app.models import db
from tests.faults.history import History
from tests.faults.killing import SECONDS
from tests.faults.medusa_history import MedusaHistory

# The nth call is: 1 list, 2 read the order, 3 create, 4 items that come back, 5 items that go out,
# 6 shipping, 7 confirm, 8 list, 9 read the order. Each place leaves a lease behind.
PLACES = {
    "sqlite": ("after-send:3", "after-send:5", "prepare-before-commit:7", "after-send:7", "after-send:9"),
    "postgresql": (
        "after-send:4",
        "before-send:5",
        "after-send:6",
        "before-send:7",
        "record-before-commit:7",
    ),
}


@pytest.fixture
def medusa(history: History) -> MedusaHistory:
    return MedusaHistory(history.till, history.processes, history.folder)


def test_workers_killed_between_the_calls_of_an_exchange(medusa: MedusaHistory) -> None:
    places = PLACES[db.engine.dialect.name]
    for place in places:
        medusa.confirmed()
        worker = medusa.processes.worker(place)
        assert worker.wait(SECONDS) == -signal.SIGKILL, place
    medusa.drain()
    assert medusa.verdict() == f"{len(places)} promises kept\n"
    for told in medusa.told:
        assert medusa.left(told["order"]) == (["RIDGE-PARKA-NAVY-M", "RIDGE-PARKA-NAVY-L"], 0)
