"""The fault matrix at the other systems: the same faults, at the call that counts most of each (R7).

The calls before it were answered by the sandbox; the one after it tells what the connector makes of a yes.
What each cell must come to is `fault_matrices`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

import pytest

from app.connectors.base import Done, LooksUp, Outcome, Placed, Reply, Request, Screened, Step
from app.connectors.http import HttpSender, Limits
from tests.connectors.every_connector import Recorded, record
from tests.connectors.fault_matrices import AFTER_SILENCE, CALLS, DECLARED
from tests.connectors.medusa_cases import TWO_TEES
from tests.connectors.world import World
from tests.faults.matrix import MATRIX, Cell
from tests.faults.peer import Peer
from tests.faults.test_matrix import outcome_of

# Short, since several faults are that no answer ends.
IMPATIENT = HttpSender(Limits(connect_seconds=1, total_seconds=0.2, reply_bytes=100_000), allow_loopback=True)


@dataclass
class Answering(Peer):
    """Gives the answer that the sandbox gave, once whatever is asked of it is done."""

    recorded: bytes = b"{}"
    done: list[dict[str, Any]] = field(default_factory=list)

    def place(self, body: dict[str, Any]) -> dict[str, Any]:
        self.done.append(body)
        content: dict[str, Any] = json.loads(self.recorded)
        return content


@dataclass(frozen=True)
class AtTheCall:
    """A conversation up to the call at which things go wrong."""

    recorded: Recorded
    place: int

    def comes_to(self, cell: Cell) -> str:
        """The outcome of the call; after a yes also what the connector makes of it."""
        message, before = self.recorded.example.message, list(self.recorded.answers[: self.place])
        with Answering(otherwise=cell.behaviour, recorded=self.recorded.answers[self.place].body) as peer:
            connector = self.recorded.again(url=peer.url)
            step = connector.next_step(message, before)
            assert isinstance(step, Request)
            sent = IMPATIENT.send(step, connector.credentials())
            assert [heard.body for heard in peer.requests] == [step.body]
            assert len(peer.done) == cell.orders
        outcome = outcome_of(connector, sent)
        if outcome is not Outcome.DELIVERED or not isinstance(sent, Reply):
            return str(outcome)
        return words_for(connector.next_step(message, [*before, sent]))


def words_for(step: Step) -> str:
    """What is done next, in a word or two."""
    if isinstance(step, Request):
        return f"then {step.name}"
    if not isinstance(step, Done):
        return "refused"
    if isinstance(step.result, Screened):
        return f"advice {step.result.advice}"
    if isinstance(step.result, Placed):
        return "doubted" if step.result.doubt else "placed"
    return "told"


@pytest.fixture(scope="module")
def conversations(started_world: World) -> dict[str, AtTheCall]:
    """Each held once from beginning to end, and where in it things go wrong."""
    found = {}
    for name, (example, step) in CALLS.items():
        started_world.client.delete("/settings")
        started_world.set("medusa", orders=[TWO_TEES])
        recorded = record(example, started_world)
        found[name] = AtTheCall(recorded, [request.name for request in recorded.requests].index(step))
    return found


@pytest.mark.parametrize("name", CALLS)
def test_each_fault_comes_to_what_is_declared(conversations: dict[str, AtTheCall], name: str) -> None:
    assert {fault: conversations[name].comes_to(MATRIX[fault]) for fault in MATRIX} == DECLARED[name]


@pytest.mark.parametrize("name", CALLS)
def test_who_is_asked_again_after_no_answer(conversations: dict[str, AtTheCall], name: str) -> None:
    connector = conversations[name].recorded.connector
    looks = "look up" if isinstance(connector, LooksUp) else "ask a person"
    assert ("send again" if connector.safe_to_repeat else looks) == AFTER_SILENCE[name]
