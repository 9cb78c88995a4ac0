"""A platform was away: what waited gets through within minutes, each once, the oldest first (R12)."""

from __future__ import annotations

import json

import pytest

from tests.faults.behaviours import status
from tests.faults.history import History
from tests.faults.killing import SECONDS
from tests.faults.peer import honest

WAITING = 1000
THREADS = 4
MOST_SECONDS = 300
# A thread that gets no processor for a moment is overtaken by the others.
OVERTAKEN_BY = 50


@pytest.mark.soak
def test_a_backlog_of_a_thousand_drains(history: History) -> None:
    for _ in range(WAITING):
        history.confirmed()
    history.peer.otherwise = status(503)
    assert history.processes.worker(threads=THREADS).wait(SECONDS) == 0
    away = len(history.peer.requests)
    assert 5 <= away < 5 + THREADS, "the breaker leaves it alone"
    assert history.peer.orders == {}
    history.peer.otherwise = honest
    history.time_passes()
    assert history.processes.worker(threads=THREADS).wait(MOST_SECONDS) == 0
    assert history.verdict() == f"{WAITING} promises kept\n"
    heard = [json.loads(request.body)["original_order_id"] for request in history.peer.requests[away:]]
    assert len(heard) == WAITING
    late = [place - int(number.removeprefix("K-")) for place, number in enumerate(heard, 1)]
    assert max(late) <= OVERTAKEN_BY
