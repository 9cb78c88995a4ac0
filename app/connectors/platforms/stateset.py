"""StateSet's return exchanges: a return and a call for each unit that is exchanged.

Source: `POST /v1/returns/:id/exchange`. Calls and their order are `stateset_plan`, bodies `stateset_body`,
answers `stateset_reply`, and what they come to together `stateset_placed`. Cancelling and refunding are not
here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Self
from urllib.parse import quote

from app.connectors import body_schema, exact_json
from app.connectors.base import Outcome, Refused, Reply, Request, Step, outcome_of_status
from app.connectors.platforms import stateset_reply
from app.connectors.platforms.stateset_body import VALIDATORS, body_of
from app.connectors.platforms.stateset_placed import conclude, refusal_after, returns_by_parcel
from app.connectors.platforms.stateset_plan import Act, Call, calls_for, idempotency_key, trouble_with
from app.connectors.platforms.stateset_settings import StateSetSettings, credentials_of
from app.connectors.platforms.stateset_watching import watch
from app.connectors.settings import read_settings
from app.domain.exchange_order import ExchangeOrder

# A no that is about this unit, and not about our credential or our settings.
ABOUT_THE_UNIT = frozenset({400, 404, 409, 410, 422})


class StateSetPlacer:
    """Places exchanges at StateSet, unit by unit."""

    system: ClassVar = "stateset"
    one_per_order: ClassVar = False
    needs_email: ClassVar = True
    residue_card: ClassVar = False

    def __init__(self, settings: StateSetSettings, secret: str | None = None) -> None:
        """Raises InvalidSettings without a secret that can be one."""
        self._settings = settings
        self._credentials = credentials_of(settings, secret)

    @classmethod
    def configure(cls, settings: Mapping[str, Any], secret: str | None, *, allow_loopback: bool) -> Self:
        """From settings as stored or typed in. Raises InvalidSettings."""
        return cls(read_settings(StateSetSettings, settings, allow_loopback=allow_loopback), secret)

    @property
    def safe_to_repeat(self) -> bool:
        """Its commerce pages promise that a POST with the same `Idempotency-Key` is done once, for every call
        of theirs; the page of this call does not name the header.
        """
        return self._settings.repeats == "key"

    def next_step(self, message: ExchangeOrder, answers: Sequence[Reply]) -> Step:
        trouble = trouble_with(message, self._settings)
        if trouble:
            return Refused(trouble)
        calls = calls_for(message, self._settings)
        refusal = refusal_after(calls, answers) if answers else ""
        if refusal or len(answers) >= len(calls):
            return conclude(message, calls, answers, refusal)
        if not answers:
            # Every body is looked at before the first call: a unit must not fail after others are placed.
            for call in calls:
                step = self._request(message, call, "to be made")
                if isinstance(step, Refused):
                    return step
        call = calls[len(answers)]
        return self._request(message, call, returns_by_parcel(message, calls, answers)[call.parcel.key])

    def watches(self) -> bool:
        return self._settings.watch

    def watch_step(
        self,
        message: ExchangeOrder,  # noqa: ARG002 - returns are known by their numbers
        placed: Mapping[str, Any],
        answers: Sequence[Reply],
    ) -> Step:
        """See `app.connectors.follow_ups.Watches`."""
        return watch(self._settings.url, placed, answers)

    def outcome(self, reply: Reply) -> Outcome:
        """A no about one unit is an answer like any other: what it means hangs on what stands before it."""
        if reply.status in ABOUT_THE_UNIT:
            return Outcome.DELIVERED
        return outcome_of_status(reply.status, safe_to_repeat=self.safe_to_repeat)

    def explain(self, reply: Reply) -> str:
        return stateset_reply.explain(reply)

    def credentials(self) -> Mapping[str, str]:
        return self._credentials

    def stored_settings(self) -> dict[str, Any]:
        return self._settings.model_dump(mode="json", exclude_defaults=False)

    def _request(self, message: ExchangeOrder, call: Call, return_id: str) -> Request | Refused:
        body = body_of(message, call, self._settings, return_id)
        fault = body_schema.fault_in(VALIDATORS[call.act], body, "StateSet")
        if fault:
            return Refused(f"{call.parcel.label}: {fault}")
        try:
            content = exact_json.to_bytes(body)
            url = self._settings.url + self._path(call.act, return_id)
            headers = self._headers(idempotency_key(message, call))
        except UnicodeEncodeError:
            return Refused("a text holds a character that UTF-8 cannot carry")
        return Request(call.act.value, "POST", url, headers, content)

    def _path(self, act: Act, return_id: str) -> str:
        """`/return` is the page about making one, `/returns` what the client libraries use."""
        if act in (Act.RETURN, Act.CREDIT):
            return f"/{self._settings.return_path}"
        return f"/returns/{quote(return_id, safe='')}/{'approve' if act is Act.APPROVE else 'exchange'}"

    def _headers(self, key: str) -> dict[str, str]:
        return {"Content-Type": "application/json", "Accept": "application/json", "Idempotency-Key": key}
