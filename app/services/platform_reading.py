"""Asking a store's platform while a shopper waits: for a few seconds at most, and never in a transaction.

A platform that kept somebody waiting is not asked again for a moment, so that it holds up one visitor and not
all of them. What is asked for, and what becomes of the answers, is `app.services.refreshing`.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

from app.connectors.base import NotSent, OrderPlacer, Reply, Request, Sent
from app.connectors.oauth import TakesToken, TokenClient
from app.connectors.reading import CannotRead, OrderSource, ProductSource
from app.connectors.settings import InvalidSettings
from app.models import db
from app.services.bearer_tokens import TokenShelf
from app.services.connector_settings import Connections, platform_of
from app.services.secret_box import WrongKey

log = logging.getLogger("evenly.reading")

READING_SECONDS = 3.0  # for all requests of one visit together
PAUSE = timedelta(seconds=10)
MOST_REQUESTS = 20
REFUSED = 401

Found = TypeVar("Found")
NextStep = Callable[[Sequence[Reply]], Request | CannotRead | Found]


class PlatformSilent(Exception):
    """The platform could not be asked just now, or gave no answer of use; what is known here stands."""


class TimedSender(Protocol):
    """A sender that can be told how long a call may take."""

    def within(self, seconds: float) -> TimedSender: ...

    def send(self, request: Request, credentials: Mapping[str, str]) -> Sent: ...


class Reader:
    """What it takes to ask platforms: wired once, in `create_app`. Many threads may share it."""

    def __init__(
        self,
        connections: Connections,
        make_sender: Callable[[], TimedSender],
        seconds: float = READING_SECONDS,
    ) -> None:
        self._connections = connections
        self._make_sender = make_sender
        self._sender: TimedSender | None = None
        self._seconds = seconds
        self._silent_until: dict[int, datetime] = {}
        self._lock = threading.Lock()
        self.tokens = TokenShelf()

    def visit(self, store_id: int, now: datetime) -> Visit | None:
        """A conversation with the platform of the store in scope; None where nothing is to be read."""
        visit = self.look(store_id, now)
        return visit if visit and _reads(visit.platform) else None

    def look(self, store_id: int, now: datetime) -> Visit | None:
        """The same, whatever the store wants read; None without a platform."""
        try:
            found = platform_of(self._connections)
        except (InvalidSettings, WrongKey) as problem:
            log.warning("Store %s: its platform cannot be asked: %s", store_id, problem)
            return None
        if found is None:
            return None
        platform, closed_until = found
        until = max(closed_until or now, self._silent_until.get(store_id, now))
        return Visit(self, store_id, platform, now, silent=until > now)

    def may_read_products(self, system: str | None) -> bool:
        """Whether products can be read from this kind of platform at all."""
        kind = self._connections.platforms.get(system or "")
        return kind is not None and issubclass(kind, ProductSource)

    def sender(self) -> TimedSender:
        """Made when it is first needed: few processes ever ask."""
        with self._lock:
            self._sender = self._sender or self._make_sender()
            return self._sender

    def fell_silent(self, store_id: int, now: datetime) -> None:
        self._silent_until[store_id] = now + PAUSE

    def seconds(self) -> float:
        return self._seconds


class Visit:
    """One shopper's wait: everything asked in it shares one deadline."""

    def __init__(
        self, reader: Reader, store_id: int, platform: OrderPlacer, now: datetime, *, silent: bool
    ) -> None:
        self.platform = platform
        self._reader = reader
        self._store_id = store_id
        self._now = now
        self._silent = silent
        self._end = time.monotonic() + reader.seconds()

    def ask(self, step: NextStep[Found], needs_proof: Callable[[Request], bool]) -> Found:
        """What the steps lead to. Ends the transaction that is open. Raises PlatformSilent."""
        if self._silent:
            raise PlatformSilent
        db.session.rollback()
        answers: list[Reply] = []
        while len(answers) < MOST_REQUESTS:
            wanted = step(answers)
            if isinstance(wanted, CannotRead):
                raise self._silence(wanted.reason)
            if not isinstance(wanted, Request):
                return wanted
            answers.append(self._send(wanted, prove=needs_proof(wanted)))
        raise self._silence("it never came to an end")

    def _send(self, request: Request, *, prove: bool) -> Reply:
        """The answer within the time that is left; a token that is refused is replaced once."""
        client = self.platform.token_client() if prove and isinstance(self.platform, TakesToken) else None
        if client is None:
            return self._reply(request, self.platform.credentials() if prove else {})
        token = self._token(client)
        reply = self._reply(request, _bearer(token))
        if reply.status != REFUSED:
            return reply
        self._reader.tokens.forget(client, token)
        return self._reply(request, _bearer(self._token(client)))

    def _token(self, client: TokenClient) -> str:
        token = self._reader.tokens.token_for(client, self._sender(), self._now)
        if isinstance(token, NotSent):
            raise self._silence(token.reason)
        return token

    def _reply(self, request: Request, credentials: Mapping[str, str]) -> Reply:
        sent = self._sender().send(request, credentials)
        if not isinstance(sent, Reply):
            raise self._silence(sent.reason)
        return sent

    def _sender(self) -> TimedSender:
        left = self._end - time.monotonic()
        if left <= 0:
            raise self._silence("it took too long")
        return self._reader.sender().within(left)

    def _silence(self, reason: str) -> PlatformSilent:
        self._reader.fell_silent(self._store_id, self._now)
        log.warning("Store %s: %s could not be read: %s", self._store_id, self.platform.system, reason)
        return PlatformSilent()


def _bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def _reads(platform: OrderPlacer) -> bool:
    """Whether this store wants anything read from it."""
    orders = isinstance(platform, OrderSource) and platform.reads_orders()
    return orders or (isinstance(platform, ProductSource) and platform.reads_products())
