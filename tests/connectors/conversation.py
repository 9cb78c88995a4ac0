"""Letting a connector and its outside system talk to the end, as the worker would, without a database."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from app.connectors.base import Done, Outcome, Refused, Reply, Request, Sent
from app.connectors.results import Placed, Result, Screened


class Speaks(Protocol):
    """What of a connector a conversation needs."""

    def next_step(self, message: Any, answers: list[Reply]) -> Request | Done | Refused: ...

    def outcome(self, reply: Reply) -> Outcome: ...

    def explain(self, reply: Reply) -> str: ...


@dataclass(frozen=True)
class Talk:
    """Every request that was sent, and the end: a result, or why there is none."""

    requests: list[Request]
    end: Result | str

    @property
    def placed(self) -> Placed:
        assert isinstance(self.end, Placed), self.end
        return self.end

    @property
    def screened(self) -> Screened:
        assert isinstance(self.end, Screened), self.end
        return self.end

    @property
    def refusal(self) -> str:
        assert isinstance(self.end, str), self.end
        return self.end


def talk(connector: Speaks, message: object, send: Callable[[Request], Sent]) -> Talk:
    """Until it is done or refused; an answer that is neither yes nor no ends it too."""
    requests, answers = list[Request](), list[Reply]()
    while True:
        step = connector.next_step(message, answers)
        if isinstance(step, Done):
            return Talk(requests, step.result)
        if isinstance(step, Refused):
            return Talk(requests, step.reason)
        requests.append(step)
        sent = send(step)
        if not isinstance(sent, Reply) or connector.outcome(sent) is not Outcome.DELIVERED:
            return Talk(requests, connector.explain(sent) if isinstance(sent, Reply) else str(sent))
        answers.append(sent)


def reply(content: object, status: int = 200) -> Reply:
    return Reply(status, {}, content if isinstance(content, bytes) else json.dumps(content).encode())


def as_written(content: bytes | str) -> Any:
    """JSON with its keys in order and its numbers as the digits that stand there."""
    return json.loads(content, object_pairs_hook=list, parse_float=str, parse_int=str)
