"""Made-up systems beside the platform: one that screens exchanges, and those that are told of them.

They speak real HTTP to a `Peer`. The screener answers `{"advice": …}`, as the test says.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Self

from app.connectors.base import Done, Outcome, Reply, Request, Step, outcome_of_status
from app.connectors.results import Advice, Screened, Told
from app.domain.exchange_report import ExchangeReport


class _AtPeer:
    """What both have in common: an address, and safe repeats."""

    system: ClassVar = "nameless"
    safe_to_repeat: ClassVar = True

    def __init__(self, url: str) -> None:
        self._url = url

    @classmethod
    def configure(cls, settings: Mapping[str, Any], secret: str | None, *, allow_loopback: bool) -> Self:
        assert allow_loopback
        assert secret is None
        return cls(str(settings["url"]))

    def outcome(self, reply: Reply) -> Outcome:
        return outcome_of_status(reply.status, safe_to_repeat=self.safe_to_repeat)

    def explain(self, reply: Reply) -> str:
        return f"{self.system} said {reply.status}"

    def credentials(self) -> Mapping[str, str]:
        return {}

    def stored_settings(self) -> dict[str, Any]:
        return {"url": self._url}

    def _tell(self, name: str, message: ExchangeReport) -> Request:
        body = {
            "original_order_id": message.order.original_order_id,
            "items": [],
            "platform_order": message.platform_order,
        }
        return Request(name, "POST", f"{self._url}/{name}", {}, json.dumps(body).encode())


class Watchful(_AtPeer):
    """Screens."""

    system: ClassVar = "watchful"

    def next_step(self, message: ExchangeReport, answers: Sequence[Reply]) -> Step:
        if not answers:
            return self._tell("screen", message)
        try:
            said = json.loads(answers[-1].body)
            return Done(Screened(Advice(said["advice"]), said.get("words", ""), said))
        except (ValueError, KeyError, TypeError):
            return Done(Screened(Advice.NONE, "its answer cannot be read"))


class WatchfulOnce(Watchful):
    """The same, but not to be asked twice."""

    safe_to_repeat: ClassVar = False


class Asleep(Watchful):
    """Allows everything and asks nobody."""

    def next_step(self, message: ExchangeReport, answers: Sequence[Reply]) -> Step:
        return Done(Screened(Advice.ALLOW, "not asked"))


class Curious(_AtPeer):
    """Is told."""

    system: ClassVar = "curious"

    def next_step(self, message: ExchangeReport, answers: Sequence[Reply]) -> Step:
        return Done(Told({"heard": True})) if answers else self._tell("told", message)


class Attentive(Curious):
    """Is told as well."""

    system: ClassVar = "attentive"
