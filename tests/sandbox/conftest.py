"""A sandbox on a free loopback port, and a client to call it with: everything here is real HTTP.

Waiting is the one thing taken away: instead of sleeping, the sandbox writes down how long it was asked to
wait and how many orders existed at that moment, so that a test can tell "waited, then worked" from the
reverse.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx2
import pytest

from app.sandbox import Sandbox, create_sandbox
from app.sandbox.serving import start
from tests.sandbox.bodies import Body
from tests.sandbox.medusa_admin import EMAIL, Medusa

HEADERS = {"X-Optiturn-Id": "harbour", "X-Optiturn-Api-Version": "2"}
JSON = {**HEADERS, "Content-Type": "application/json"}


@dataclass
class Bench:
    """The sandbox under test. `waits` holds (seconds, orders there were) for every wait."""

    app: Sandbox
    url: str
    client: httpx2.Client
    waits: list[tuple[float, int]] = field(default_factory=list)

    def place(self, body: object, **headers: str) -> httpx2.Response:
        """Send an exchange order. Headers are named with underscores and replace the usual ones."""
        extra = {name.replace("_", "-"): value for name, value in headers.items()}
        content = json.dumps(body)  # the client's own writer cannot spell half a character
        return self.client.post("/optoro/exchange_orders", content=content, headers={**JSON, **extra})

    def order_fault(self, kind: str, **more: object) -> None:
        """Have the next request go wrong."""
        reply = self.client.post("/faults", json={"system": "optoro", "kind": kind, **more})
        assert reply.status_code == 201, reply.text

    def requests(self) -> list[Body]:
        """The ledger's requests."""
        found: list[Body] = self.client.get("/ledger").json()["requests"]
        return found

    def orders(self) -> int:
        """How many orders exist."""
        return int(self.client.get("/ledger").json()["orders"])


@pytest.fixture(scope="module")
def started_bench() -> Iterator[Bench]:
    """One sandbox for all the tests of a file, with nothing on disk."""
    with served(None) as running:
        yield running


@pytest.fixture
def bench(started_bench: Bench) -> Bench:
    """A sandbox that remembers nothing."""
    for path in ("/ledger", "/faults", "/settings"):
        assert started_bench.client.delete(path).status_code == 204
    started_bench.waits.clear()
    return started_bench


@pytest.fixture(scope="module")
def started_medusa() -> Iterator[Medusa]:
    """One pretend Medusa for all the tests of a file."""
    app = create_sandbox()
    running = start(app)
    medusa = Medusa(running.url)
    yield medusa
    medusa.client.close()
    running.stop()
    app.close()


@pytest.fixture
def medusa(started_medusa: Medusa) -> Medusa:
    """Order 1 of two tees S, sent and paid for with 45.00."""
    started_medusa.client.delete("/settings")
    started_medusa.client.delete("/faults")
    items = [{"variant_id": "variant_tee-s", "quantity": 2}]
    started_medusa.configure(orders=[{"display_id": 1, "email": EMAIL, "items": items}])
    return started_medusa


class served:  # noqa: N801 (read as a phrase: `with served(state)`)
    """A sandbox for the length of a `with` block, on the given state file."""

    def __init__(self, state: Path | None) -> None:
        waits: list[tuple[float, int]] = []
        self._app = create_sandbox(state, pause=self._note)
        self._running = start(self._app)
        client = httpx2.Client(base_url=self._running.url, trust_env=False)
        self._bench = Bench(self._app, self._running.url, client, waits)

    def _note(self, seconds: float) -> None:
        self._bench.waits.append((seconds, self._app.ledger.order_count()))

    def __enter__(self) -> Bench:
        return self._bench

    def __exit__(self, *_: object) -> None:
        self._bench.client.close()
        self._running.stop()
        self._app.close()
