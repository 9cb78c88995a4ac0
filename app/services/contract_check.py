"""Running the cases of a platform's contract against somebody's endpoint, over the network, one by one.

No database is touched. A case that cannot even be heard ends the run: the others would say the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace

from app.connectors.base import NotSent, Request, Sent
from app.connectors.contract import Ask, Case, Findings, Weight
from app.services.bearer_tokens import Sender
from app.services.proving import Courier

WAIT_SECONDS = 1.0
SHORTEST_SECONDS = 0.05


@dataclass(frozen=True)
class Result:
    """What became of a case."""

    case: Case
    findings: Findings

    @property
    def passed(self) -> bool:
        """Whether nothing has to be mended."""
        return not any(finding.weight is Weight.MEND for finding in self.findings)


@dataclass
class Checker:
    """What it takes to run cases.

    `impatient` makes a sender that hangs up after so many seconds; `pause` waits for so many.
    """

    courier: Courier
    impatient: Callable[[float], Sender]
    pause: Callable[[float], None]
    _usual_seconds: float = SHORTEST_SECONDS
    _came: list[Sent] = field(default_factory=list)

    def run(self, cases: Iterable[Case]) -> Iterator[Result]:
        """Each case's result as soon as it is there."""
        for case in cases:
            self._came.clear()
            yield Result(case, self._play(case))
            if self._came and all(isinstance(sent, NotSent) for sent in self._came):
                return

    def _play(self, case: Case) -> Findings:
        course = case.course()
        try:
            asked = next(course)
            while True:
                asked = course.send(self._carry_out(asked))
        except StopIteration as end:
            return list(end.value)

    def _carry_out(self, asked: Ask) -> Sequence[Sent]:
        if asked.again:
            self.pause(WAIT_SECONDS)
        with ThreadPoolExecutor(len(asked.requests)) as pool:
            came = list(pool.map(lambda request: self._send(asked, request), asked.requests))
        self._came += came
        return came

    def _send(self, asked: Ask, request: Request) -> Sent:
        if asked.unproved:
            return self.courier.sender.send(request, {})
        if not asked.patient:
            # Late enough for the request to have gone out, and before the usual time for an answer.
            hasty = self.impatient(max(SHORTEST_SECONDS, self._usual_seconds * 0.7))
            return replace(self.courier, sender=hasty).send(asked.connector, request)[-1].sent
        tried = self.courier.send(asked.connector, request)[-1]
        self._usual_seconds = tried.duration_ms / 1000
        return tried.sent
