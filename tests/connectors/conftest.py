"""The pretend outside world on a free loopback port, and our own client to call it with: real HTTP."""

from __future__ import annotations

from collections.abc import Iterator

import httpx2
import pytest

from app.connectors.http import HttpSender, Limits
from app.sandbox import create_sandbox
from app.sandbox.serving import start
from tests.connectors.medusa_cases import TWO_TEES, PretendMedusa
from tests.connectors.world import World


@pytest.fixture(scope="module")
def started_world() -> Iterator[World]:
    sandbox = create_sandbox()
    running = start(sandbox)
    with httpx2.Client(base_url=running.url, trust_env=False) as client:
        yield World(running.url, client, HttpSender(Limits(), allow_loopback=True))
    running.stop()
    sandbox.close()


@pytest.fixture
def world(started_world: World) -> World:
    """A sandbox that remembers nothing."""
    for path in ("/ledger", "/faults", "/settings"):
        assert started_world.client.delete(path).status_code == 204
    return started_world


@pytest.fixture(scope="module")
def started_medusa() -> Iterator[PretendMedusa]:
    """One sandbox for all the tests of a file."""
    app = create_sandbox()
    running = start(app)
    with httpx2.Client(base_url=running.url, trust_env=False) as client:
        yield PretendMedusa(f"{running.url}/medusa", client)
    running.stop()
    app.close()


@pytest.fixture
def medusa(started_medusa: PretendMedusa) -> PretendMedusa:
    """A fresh shop with one order of two tees, sent and paid for."""
    for path in ("/ledger", "/faults", "/settings"):
        assert started_medusa.client.delete(path).status_code == 204
    started_medusa.configure(orders=[TWO_TEES], loyalty_plugin=True)
    return started_medusa
