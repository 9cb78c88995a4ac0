"""Sending one request with what proves who we are: a fixed credential, a signature, or a token.

A token that is refused is replaced once, and the same bytes go out again; a second refusal stands. Nothing
that proves anything leaves this file but over the network: what comes back has it masked.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from app.connectors.base import Connector, Fills, NotSent, Reply, Request, Seals, Sent, Signs
from app.connectors.oauth import TakesToken, TokenClient
from app.connectors.results import Sealed
from app.services.attempt_evidence import Try, masked
from app.services.bearer_tokens import Sender, TokenShelf

REFUSED = 401


def _unkept(_secret: str) -> Sealed:
    """Where there is nothing to encrypt with, a secret that came in is dropped."""
    return Sealed("", ())


@dataclass(frozen=True)
class Courier:
    """What it takes to send. `name` is whose tries these are, `clock` tells the time.

    `seal` encrypts a secret that an answer holds.
    """

    sender: Sender
    name: str
    clock: Callable[[], datetime]
    tokens: TokenShelf = field(default_factory=TokenShelf)
    seal: Callable[[str], Sealed] = _unkept

    def send(self, connector: Connector[Any], request: Request, fence: int = 0) -> list[Try]:
        """Every try that was made, the last of which counts."""
        client = connector.token_client() if isinstance(connector, TakesToken) else None
        tried, token = self._try(connector, client, request, fence)
        if client is None or token is None or not _was_refused(tried.sent):
            return [tried]
        self.tokens.forget(client, token)
        return [tried, self._try(connector, client, request, fence)[0]]

    def _try(
        self, connector: Connector[Any], client: TokenClient | None, request: Request, fence: int
    ) -> tuple[Try, str | None]:
        """One try, and the token that went along."""
        started_at, started = self.clock(), time.monotonic()
        token = self.tokens.token_for(client, self.sender, started_at) if client else None
        proofs = dict(connector.credentials())
        if isinstance(token, NotSent):
            return Try(self.name, fence, started_at, _spent_ms(started), token, tuple(proofs)), None
        if token:
            proofs["Authorization"] = f"Bearer {token}"
        secret = proofs | _signature(connector, request, started_at)
        sent = self.sender.send(_filled(connector, request), secret)
        spent_ms = _spent_ms(started)
        kept = self._sealed(connector, masked(sent, secret))
        return Try(self.name, fence, started_at, spent_ms, kept, tuple(proofs)), token

    def _sealed(self, connector: Connector[Any], sent: Sent) -> Sent:
        if isinstance(sent, Reply) and isinstance(connector, Seals):
            return connector.sealed(sent, self.seal)
        return sent


def _filled(connector: Connector[Any], request: Request) -> Request:
    return connector.filled(request) if isinstance(connector, Fills) else request


def _signature(connector: Connector[Any], request: Request, at: datetime) -> dict[str, str]:
    return dict(connector.signature(request, at)) if isinstance(connector, Signs) else {}


def _was_refused(sent: Sent) -> bool:
    return isinstance(sent, Reply) and sent.status == REFUSED


def _spent_ms(started: float) -> int:
    return int((time.monotonic() - started) * 1000)
