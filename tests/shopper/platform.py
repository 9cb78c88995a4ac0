"""The merchant's platform as the tests see it: the sandbox on a loopback port, asked over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx2

from app.sandbox import create_sandbox
from app.sandbox.serving import start

Body = dict[str, Any]


class Platform:
    """A running sandbox at `url`."""

    def __init__(self, url: str, client: httpx2.Client) -> None:
        self.url = url
        self._client = client

    def orders_for(self, number: str) -> list[Body]:
        """The bodies of all exchange orders that were sent for this order, repeats included."""
        return [entry["body"] for entry in self._asked_about(number)]

    def number_of(self, number: str) -> str:
        """The platform's own number of the exchange order of this order."""
        return str(self._asked_about(number)[-1]["reply"]["order_identifier"])

    def _asked_about(self, number: str) -> list[Body]:
        """What the ledger has of requests to place an exchange of this order."""
        requests = self._client.get("/ledger").json()["requests"]
        placing = [entry for entry in requests if entry["system"] == "optoro"]
        return [entry for entry in placing if entry["body"]["original_order_id"] == number]

    def settings(self, **settings: Any) -> None:
        """Have the merchant's endpoint count otherwise from now on."""
        answer = self._client.post("/settings", json={"system": "optoro", **settings})
        assert answer.status_code == 200, answer.text

    def will(self, kind: str, **more: Any) -> None:
        """Have the next request go wrong in this way."""
        answer = self._client.post("/faults", json={"system": "optoro", "kind": kind, **more})
        assert answer.status_code == 201, answer.text


@contextmanager
def running_platform() -> Iterator[Platform]:
    """A sandbox that remembers nothing, for the length of a `with` block."""
    app = create_sandbox()
    server = start(app)
    try:
        with httpx2.Client(base_url=server.url, trust_env=False) as client:
            yield Platform(server.url, client)
    finally:
        server.stop()
        app.close()
