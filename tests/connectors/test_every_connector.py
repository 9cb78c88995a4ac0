"""What every connector keeps, whatever its platform: nothing secret is stored, and a repeat is a repeat.

The dispatcher relies on all of it without asking. The connectors and their messages are `every_connector`.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import httpx2
import pytest
from sqlalchemy import String
from sqlalchemy.orm import InstrumentedAttribute

from app.connectors.base import Done, LooksUp, Outcome, Refused, Reply, Request
from app.connectors.found import ProductsFound
from app.connectors.results import Issued, Placed, Screened, Told
from app.connectors.settings import InvalidSettings, is_loopback
from app.models import Dispatch, DispatchStep
from app.services.attempt_evidence import masked
from tests.connectors.every_connector import EXAMPLES, KINDS, Recorded, record, through_the_database
from tests.connectors.medusa_cases import TWO_TEES
from tests.connectors.world import World

RESULTS = {
    "place": Placed, "screen": Screened, "listen": Told, "notify": Told, "offer": ProductsFound,
    "issue": Issued,
}  # fmt: skip
METHODS = {"GET", "POST", "PUT", "PATCH", "DELETE"}
SECRET_HEADERS = {"authorization", "proxy-authorization", "cookie", "x-api-key"}
STATUSES = range(200, 600)
JUNK = [
    b"",
    b"{",
    b"null",
    b"[]",
    b'"text"',
    b"17",
    b"<html>Bad Gateway</html>",
    b"\xff\xfe\x00",
    b'{"message": "no", "error": {"code": 7, "message": ["a"]}, "errors": [1, {"field": null}]}',
    b'{"id": {}, "exchange_order_id": [], "order_identifier": -1, "total_amount_cents": 1e999, "data": 3}',
    b'{"data": {"action": 5, "warnings": "x"}, "exchanges": 5, "order": {"items": "x"}, "exchange": []}',
    b"[" * 5000,
    json.dumps({"message": "x" * 5000, "error": "line\nbreak\x00"}).encode(),
]


@pytest.fixture(scope="module")
def conversations(started_world: World) -> dict[str, Recorded]:
    """Each connector's whole conversation, held once."""
    started_world.client.delete("/ledger")
    started_world.client.delete("/settings")
    started_world.set("medusa", orders=[TWO_TEES], loyalty_plugin=True)
    started_world.set("optoro", variants={"TEE/½ S": []})
    found = {}
    for name, example in EXAMPLES.items():
        started_world.client.delete("/ledger")
        found[name] = record(example, started_world)
    return found


@pytest.fixture(params=EXAMPLES)
def talked(request: pytest.FixtureRequest, conversations: dict[str, Recorded]) -> Recorded:
    return conversations[request.param]


def test_every_connector_of_the_registry_is_here() -> None:
    there = {(kind, system) for kind, systems in KINDS.items() for system in systems}
    assert {(example.kind, example.system) for example in EXAMPLES.values()} == there


def longest(column: InstrumentedAttribute[str]) -> int:
    """How many characters a column takes."""
    kind = column.type
    assert isinstance(kind, String)
    return kind.length or 0


def secrets_of(talked: Recorded) -> Iterator[str]:
    """The secret and every form in which it goes over the wire."""
    secret = talked.example.secret or ""
    yield secret
    yield base64.b64encode(secret.encode()).decode().rstrip("=")
    for value in talked.connector.credentials().values():
        yield value
        yield value.split(" ")[-1]


def test_it_ends_with_what_its_work_is_for(talked: Recorded) -> None:
    assert isinstance(talked.end, Done), talked.end
    assert isinstance(talked.end.result, RESULTS[talked.example.kind])
    assert talked.requests
    kept = getattr(talked.end.result, "reply", {})  # what was only read is not kept
    assert json.loads(json.dumps(kept)) == dict(kept)


def test_its_name_is_that_of_the_registry_and_fits_its_column(talked: Recorded) -> None:
    assert talked.connector.system == talked.example.system
    assert len(talked.connector.system) <= longest(Dispatch.system)
    assert talked.connector.safe_to_repeat or isinstance(talked.connector, LooksUp)


def test_every_step_can_be_stored_and_sent(talked: Recorded) -> None:
    for step in talked.requests:
        assert 0 < len(step.name) <= longest(DispatchStep.name)
        assert step.method in METHODS
        assert len(step.url) <= longest(DispatchStep.url)
        url = httpx2.URL(step.url)
        assert url.scheme == "https" or (url.scheme == "http" and is_loopback(url.host))
        assert not url.userinfo
        assert not url.fragment
        assert isinstance(step.body, bytes)
        assert json.loads(json.dumps(dict(step.headers))) == dict(step.headers)
        assert all(value.isprintable() and value.isascii() for value in step.headers.values())


def test_only_loopback_may_be_called_in_the_open(talked: Recorded) -> None:
    for url in ("http://shop.example", "http://10.0.0.1", "ftp://shop.example", "//shop.example"):
        with pytest.raises(InvalidSettings) as refused:
            talked.again(url=url)
        assert set(refused.value.problems) == {"url"}


def test_no_secret_is_in_what_is_stored(talked: Recorded) -> None:
    stored = [json.dumps(talked.connector.stored_settings()).encode(), repr(talked.connector).encode()]
    for step in talked.requests:
        assert SECRET_HEADERS.isdisjoint(name.lower() for name in step.headers)
        assert set(talked.connector.credentials()).isdisjoint(step.headers)
        stored += [step.url.encode(), json.dumps(dict(step.headers)).encode(), step.body]
    for secret in secrets_of(talked):
        assert not [text for text in stored if secret.encode() in text]


def test_the_same_answers_give_the_same_bytes(talked: Recorded) -> None:
    for step, again in talked.asked_anew(talked.connector, talked.example.message):
        assert again == step


def test_another_worker_makes_the_same_bytes_from_what_is_stored(talked: Recorded) -> None:
    connector, message = talked.again(), through_the_database(talked.example.message)
    assert message == talked.example.message
    for step, again in talked.asked_anew(connector, message):
        assert again == step
    assert connector.next_step(message, list(talked.answers)) == talked.end


def test_settings_come_back_as_they_were_stored(talked: Recorded) -> None:
    stored = talked.connector.stored_settings()
    assert json.loads(json.dumps(stored)) == stored
    assert talked.again().stored_settings() == stored


def test_a_setting_that_it_does_not_know_is_refused_by_name(talked: Recorded) -> None:
    with pytest.raises(InvalidSettings) as refused:
        talked.again(colour="red")
    assert set(refused.value.problems) == {"colour"}


def test_every_status_has_an_outcome_and_words_for_an_agent(talked: Recorded) -> None:
    for status in STATUSES:
        for body in JUNK[:4]:
            reply = Reply(status, {}, body)
            assert talked.connector.outcome(reply) in set(Outcome)
            assert talked.connector.explain(reply).strip()


def test_a_yes_is_delivered_and_what_is_busy_is_tried_later_or_looked_up(talked: Recorded) -> None:
    def outcome(status: int) -> Outcome:
        return talked.connector.outcome(Reply(status, {}, b"{}"))

    assert {outcome(status) for status in (200, 201, 202, 204)} == {Outcome.DELIVERED}
    for status in (500, 502, 503, 504):
        assert outcome(status) is (Outcome.TRY_LATER if talked.connector.safe_to_repeat else Outcome.UNKNOWN)
    assert Outcome.DELIVERED not in {outcome(status) for status in (301, 302, 307, 308, 401, 403)}


@pytest.mark.parametrize("body", JUNK, ids=range(len(JUNK)))
def test_words_for_an_agent_are_one_short_line(talked: Recorded, body: bytes) -> None:
    for status in (200, 302, 400, 401, 404, 409, 422, 500):
        words = talked.connector.explain(Reply(status, {}, body))
        assert words.isprintable()
        assert 0 < len(words) <= 500


@pytest.mark.parametrize("shape", ["{0}", '{{"message": "{0}", "error": {{"message": "{0}"}}}}'])
def test_a_platform_that_quotes_our_secret_gets_it_into_no_words(talked: Recorded, shape: str) -> None:
    credentials = talked.connector.credentials()
    for quoted in credentials.values():
        body = shape.format(quoted).encode()
        for status in (200, 400, 401, 422, 503):
            reply = masked(Reply(status, {"x-you-sent": quoted}, body), credentials)
            assert isinstance(reply, Reply)
            said = talked.connector.explain(reply) + str(reply)
            assert not [secret for secret in secrets_of(talked) if secret in said]


@pytest.mark.parametrize("body", JUNK, ids=range(len(JUNK)))
def test_no_answer_is_too_strange(talked: Recorded, body: bytes) -> None:
    """Whatever came back under a yes, or a no that counts as an answer, what follows is a step."""
    for place in range(len(talked.requests)):
        for status in (200, 404, 409, 422, 429):
            reply = Reply(status, {}, body)
            if talked.connector.outcome(reply) is not Outcome.DELIVERED:
                continue
            answers: list[Any] = [*talked.answers[:place], reply]
            step = talked.connector.next_step(talked.example.message, answers)
            assert isinstance(step, Request | Done | Refused)
            if isinstance(step, Refused):
                assert step.reason.strip()


def test_a_look_up_changes_nothing(talked: Recorded) -> None:
    if not isinstance(talked.connector, LooksUp):
        return
    request = talked.connector.look_up(talked.example.message)
    assert request.method == "GET"
    assert replace(request, name="") == replace(talked.connector.look_up(talked.example.message), name="")
