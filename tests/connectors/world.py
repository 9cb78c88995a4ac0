"""The pretend outside world as the connectors' tests call and steer it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import httpx2

from app.connectors.base import Connector, Request, Sent
from app.connectors.http import HttpSender
from tests.connectors.conversation import Talk, talk


@dataclass(frozen=True)
class World:
    """The sandbox at `url`, steered through `client`."""

    url: str
    client: httpx2.Client
    sender: HttpSender

    def talk(self, connector: Connector[Any], message: object) -> Talk:
        """Over the wire, with the connector's own credentials."""

        def send(request: Request) -> Sent:
            return self.sender.send(request, connector.credentials())

        return talk(connector, message, send)

    def requests(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.client.get("/ledger").json()["requests"]
        return found

    def orders(self) -> int:
        return int(self.client.get("/ledger").json()["orders"])

    def set(self, system: str, **settings: object) -> None:
        reply = self.client.post("/settings", json={"system": system, **settings})
        assert reply.status_code == 200, reply.text

    def fault(self, system: str, kind: str, **more: object) -> None:
        reply = self.client.post("/faults", json={"system": system, "kind": kind, **more})
        assert reply.status_code == 201, reply.text
