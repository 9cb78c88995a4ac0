"""The quick check of a body never says yes where the full one finds a fault, and says yes to what we send."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.connectors.body_schema import BodySchema
from app.connectors.fraud import ravelin_schema
from app.connectors.platforms import optoro_rmas_body, optoro_schema, stateset_body
from app.connectors.platforms.stateset_plan import Act
from app.connectors.quick_schema import fitting

PAYLOADS = Path(__file__).parent / "payloads"
SWAPS: tuple[Any, ...] = (
    None,
    True,
    False,
    0,
    1,
    -1,
    1.5,
    2**53,
    "",
    " ",
    "x",
    "usd",
    [],
    {},
    [{}],
    {"return_items": []},
)


def _calls(folder: str) -> list[tuple[str, Any]]:
    """Name and body of every call in the payloads of a system."""
    found = [json.loads(path.read_text("utf-8")) for path in sorted((PAYLOADS / folder).glob("*.json"))]
    alone = [each if isinstance(each, list) else [each] for each in found]
    return [(call["name"], call["body"]) for calls in alone for call in calls]


def _optoro(version: str) -> list[Any]:
    return [json.loads(path.read_text("utf-8")) for path in sorted(PAYLOADS.glob(f"*_v{version}.json"))]


BODIES: list[tuple[BodySchema, Any]] = [
    *((optoro_schema.VALIDATORS[version], body) for version in "12" for body in _optoro(version)),
    *(
        (optoro_rmas_body.RMA, json.loads(path.read_text("utf-8")))
        for path in sorted((PAYLOADS / "optoro_rmas").glob("*.json"))
    ),
    *((stateset_body.VALIDATORS[Act(name)], body) for name, body in _calls("stateset")),
    *((ravelin_schema.VALIDATORS[name], body) for name, body in _calls("ravelin")),
]


def test_every_body_that_is_sent_gets_the_quick_yes() -> None:
    assert len(BODIES) > 30
    for schema, body in BODIES:
        assert schema.fits(body), json.dumps(body)
        assert not list(schema.full.iter_errors(body))


@st.composite
def spoiled(draw: st.DrawFn) -> tuple[BodySchema, Any]:
    """A body with one or two places in it changed, taken away, or with something besides."""
    schema, sound = draw(st.sampled_from(BODIES))
    body = copy.deepcopy(sound)
    for _ in range(draw(st.integers(1, 2))):
        holder = draw(st.sampled_from(list(_holders(body)) or [body]))
        places = list(range(len(holder))) if isinstance(holder, list) else list(holder)
        if not places:
            continue
        place, swap = draw(st.sampled_from(places)), copy.deepcopy(draw(st.sampled_from(SWAPS)))
        match draw(st.sampled_from(("change", "take away", "add"))):
            case "change":
                holder[place] = swap
            case "take away":
                del holder[place]
            case _ if isinstance(holder, list):
                holder.append(copy.deepcopy(holder[place]))
            case _:
                holder[draw(st.sampled_from(("return_items", "strange")))] = swap
    return schema, body


def _holders(value: Any) -> Any:
    if isinstance(value, dict | list):
        yield value
        for each in value.values() if isinstance(value, dict) else value:
            yield from _holders(each)


@given(spoiled())
def test_no_quick_yes_where_the_full_check_finds_a_fault(case: tuple[BodySchema, Any]) -> None:
    schema, body = case
    assert not schema.fits(body) or not list(schema.full.iter_errors(body))


@pytest.mark.parametrize(
    "schema",
    [
        {"oneOf": [{}]},
        {"type": ["string", "null"]},
        {"contains": {"type": "string"}},
        {"if": {"type": "string"}, "then": {}, "else": {}},
        {"properties": {"a": {}}, "additionalProperties": {}},
        {"properties": {"a": True}},
    ],
)
def test_what_it_does_not_know_it_does_not_agree_to(schema: Any) -> None:
    assert not any(fitting(schema)(value) for value in ({"a": 1}, ["x"], "x", 1, None))
