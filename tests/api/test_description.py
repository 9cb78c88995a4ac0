"""T28: the description says what the routes take and answer, and nothing that is sent makes them fail."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import CHECKS, load_all_checks
from schemathesis.generation import GenerationMode

from app.web.api.description import document
from tests.api.conftest import token_for

EXAMPLES = 15
load_all_checks()
PROMISES: Any = CHECKS.get_by_names(
    [
        "not_a_server_error",
        "status_code_conformance",
        "content_type_conformance",
        "response_schema_conformance",
    ]
)
OPERATIONS = [
    (path, method)
    for path, found in document()["paths"].items()
    for method in found
    if method != "parameters" and path != "/openapi.json"  # it takes nothing
]


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    return sqlite_database_url


@pytest.fixture
def busy_app(app: Flask) -> Flask:
    """One that lets a program call as often as a test does."""
    known = app.extensions["evenly.settings"]
    app.extensions["evenly.settings"] = replace(known, api_calls_per_minute=100_000)
    return app


@pytest.fixture
def key(app: Flask, store_id: int) -> str:
    return token_for(app, store_id)


@pytest.fixture
def reference(placed: Callable[[str], str]) -> str:
    return placed("AC-1001")


def described(rule: str) -> str:
    return re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.removeprefix("/api/v1"))


def test_every_route_and_method_is_described(app: Flask) -> None:
    routes = {
        (described(rule.rule), method.lower())
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("api.")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    paths = document()["paths"]
    written = {(path, method) for path in paths for method in paths[path] if method != "parameters"}
    assert routes == written
    assert len(routes) == 5


def test_anybody_may_read_it(app: Flask) -> None:
    answer = app.test_client().get("/api/v1/openapi.json")
    assert (answer.status_code, answer.mimetype) == (200, "application/json")
    told = answer.get_json()
    assert told["openapi"] == "3.1.0"
    assert told["servers"] == [{"url": "/api/v1"}]


def test_what_is_not_there_is_a_problem(app: Flask) -> None:
    client = app.test_client()
    for method, path, status in (
        ("GET", "/api/v1/nothing", 404),
        ("DELETE", "/api/v1/openapi.json", 405),
        ("GET", "/hooks/nothing/at/all", 404),
    ):
        answer = client.open(path, method=method)
        assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
        assert answer.get_json()["status"] == status


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
@pytest.mark.parametrize(("path", "method"), OPERATIONS)
def test_whatever_is_sent_is_answered_as_described(
    busy_app: Flask, key: str, reference: str, path: str, method: str, mode: GenerationMode
) -> None:
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", busy_app)
    operation = schema[path][method.upper()]
    ours = {"slug": "acme", "reference": reference}
    seen: set[int] = set()

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(mode))
    def examine(case: schemathesis.Case[Any]) -> None:
        parts = case.path_parameters or {}
        case.path_parameters = parts | {name: ours[name] for name in parts if name in ours}
        if "number" in parts and isinstance(case.body, dict) and mode is GenerationMode.POSITIVE:
            case.body["identifier"] = case.path_parameters["number"]
        answer = case.call(headers={"Authorization": f"Bearer {key}"})
        case.validate_response(answer, checks=PROMISES)
        seen.add(answer.status_code)

    examine()
    assert seen - {401, 404}, "nothing got as far as its body"
