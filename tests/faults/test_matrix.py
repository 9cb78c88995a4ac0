"""Each cell of the fault matrix over real HTTP: its one outcome, and that the call ends (R7, R8)."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from app.connectors.base import Connector, Done, NoAnswer, NotSent, Outcome, Placed, Reply, Request, Sent
from app.connectors.http import HttpSender, Limits
from app.connectors.platforms.optoro import OptoroPlacer
from tests.connectors.messages import EVEN_PARKA, exchange_order
from tests.faults.matrix import MATRIX
from tests.faults.out_of_reach import OUT_OF_REACH
from tests.faults.peer import Peer

MESSAGE = exchange_order(EVEN_PARKA)
SENDER = HttpSender(Limits(connect_seconds=1, total_seconds=1, reply_bytes=100_000), allow_loopback=True)
# The time-out is one second; a call that does not end by it would go on for ever.
SURELY_ENDLESS = 20


def placer_for(peer: Peer) -> OptoroPlacer:
    settings = {"url": peer.url, "optiturn_id": "Modrno"}
    return OptoroPlacer.configure(settings, None, allow_loopback=True)


def outcome_of(placer: Connector[Any], sent: Sent) -> Outcome:
    if isinstance(sent, Reply):
        return placer.outcome(sent)
    if isinstance(sent, NoAnswer):
        return Outcome.UNKNOWN
    return Outcome.REJECTED if sent.for_good else Outcome.TRY_LATER


def test_the_matrix_has_its_cells() -> None:
    assert len(MATRIX) + len(OUT_OF_REACH) >= 34
    assert {cell.outcome for cell in MATRIX.values()} == set(Outcome)


@pytest.mark.parametrize("name", MATRIX)
def test_a_cell(name: str) -> None:
    cell = MATRIX[name]
    with Peer(otherwise=cell.behaviour) as peer:
        placer = placer_for(peer)
        step = placer.next_step(MESSAGE, [])
        assert isinstance(step, Request)
        started = time.monotonic()
        sent = SENDER.send(step, placer.credentials())
        assert time.monotonic() - started < SURELY_ENDLESS

        assert outcome_of(placer, sent) is cell.outcome
        assert len(peer.orders) == cell.orders
        assert [heard.body for heard in peer.requests] == [step.body]
        if isinstance(sent, Reply) and cell.outcome is Outcome.DELIVERED:
            done = placer.next_step(MESSAGE, [sent])
            assert isinstance(done, Done)
            assert isinstance(done.result, Placed)
            assert (not done.result.order) == cell.doubted


@pytest.mark.parametrize("name", OUT_OF_REACH)
def test_out_of_reach(name: str, tmp_path: Path) -> None:
    place, outcome = OUT_OF_REACH[name]
    with place(tmp_path) as url:
        started = time.monotonic()
        sent = SENDER.send(Request("test", "POST", f"{url}/exchange_orders", {}, b"{}"), {})
        assert time.monotonic() - started < SURELY_ENDLESS
        assert isinstance(sent, NotSent)
        assert (Outcome.REJECTED if sent.for_good else Outcome.TRY_LATER) is outcome
