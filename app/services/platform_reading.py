"""Asking a store's platform, or who tells of its shelf, while a shopper waits, and in no transaction.

Whoever kept somebody waiting is not asked again for a moment, so that it holds up one visitor and not all of
them. What is asked for, and what becomes of the answers, is `app.services.refreshing` and
`app.services.fresh_shelf`.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Generic, Protocol, TypeVar

from app.connectors.base import (
    Connector,
    NotSent,
    OrderPlacer,
    Refused,
    Reply,
    Request,
    Sent,
    Step,
)
from app.connectors.found import OrderFound, PlacedFound, ProductsFound
from app.connectors.oauth import TakesToken, TokenClient
from app.connectors.reading import OrderSource, ProductSource, ShelfSource
from app.connectors.settings import InvalidSettings
from app.models import db
from app.services.attempt_evidence import masked
from app.services.bearer_tokens import TokenShelf
from app.services.connector_settings import Connections, Made, platform_of, shelf_source_of
from app.services.secret_box import WrongKey

log = logging.getLogger("evenly.reading")

READING_SECONDS = 3.0  # for all requests of one visit together
PAUSE = timedelta(seconds=10)
MOST_REQUESTS = 20
REFUSED = 401

Found = TypeVar("Found", OrderFound, PlacedFound, ProductsFound)
End = TypeVar("End")
Source = TypeVar("Source", bound=Connector[Any])


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
        self._silent_until: dict[tuple[int, str], datetime] = {}
        self._lock = threading.Lock()
        self.tokens = TokenShelf()

    def visit(self, store_id: int, now: datetime) -> Visit[OrderPlacer] | None:
        """A conversation with the platform of the store in scope; None where nothing is to be read."""
        visit = self.look(store_id, now)
        return visit if visit and _reads(visit.source) else None

    def look(self, store_id: int, now: datetime) -> Visit[OrderPlacer] | None:
        """The same, whatever the store wants read; None without a platform."""
        found = self._made(store_id, partial(platform_of, self._connections))
        return self._begun(store_id, found, now) if found else None

    def shelf_visit(self, store_id: int, now: datetime) -> Visit[ShelfSource] | None:
        """The same with who tells what is on its shelf; None where nobody does, or is asked just now."""
        found = self._made(store_id, partial(shelf_source_of, self._connections))
        visit = self._begun(store_id, found, now) if found else None
        return None if visit is None or visit.silent else visit

    def _made(self, store_id: int, make: Callable[[], Made[Source] | None]) -> Made[Source] | None:
        try:
            return make()
        except (InvalidSettings, WrongKey) as problem:
            log.warning("Store %s: who should be asked cannot be: %s", store_id, problem)
            return None

    def _begun(self, store_id: int, found: Made[Source], now: datetime) -> Visit[Source]:
        source, closed_until = found
        until = max(closed_until or now, self._silent_until.get((store_id, source.system), now))
        return Visit(self, store_id, source, now, silent=until > now)

    def may_read_products(self, system: str | None) -> bool:
        """Whether products can be read from this kind of platform at all."""
        kind = self._connections.platforms.get(system or "")
        return kind is not None and issubclass(kind, ProductSource)

    def sender(self) -> TimedSender:
        """Made when it is first needed: few processes ever ask."""
        with self._lock:
            self._sender = self._sender or self._make_sender()
            return self._sender

    def fell_silent(self, store_id: int, system: str, now: datetime) -> None:
        self._silent_until[store_id, system] = now + PAUSE

    def seconds(self) -> float:
        return self._seconds


class Visit(Generic[Source]):
    """One shopper's wait: everything asked in it shares one deadline."""

    def __init__(self, reader: Reader, store_id: int, source: Source, now: datetime, *, silent: bool) -> None:
        self.source = source
        self.silent = silent
        self._reader = reader
        self._store_id = store_id
        self._now = now
        self._end = time.monotonic() + reader.seconds()

    def find(
        self,
        step: Callable[[Sequence[Reply]], Step],
        kind: type[Found],
        needs_proof: Callable[[Request], bool],
    ) -> Found:
        """What the steps of a source lead to. Ends the transaction that is open. Raises PlatformSilent."""
        found = self.ask(step, needs_proof).result
        if not isinstance(found, kind):
            raise TypeError(f"{self.source.system} told of something else")
        return found

    def ask(
        self,
        step: Callable[[Sequence[Reply]], Request | Refused | End],
        needs_proof: Callable[[Request], bool],
    ) -> End:
        """The same for steps that end with anything."""
        if self.silent:
            raise PlatformSilent
        db.session.rollback()
        answers: list[Reply] = []
        while len(answers) < MOST_REQUESTS:
            wanted = step(answers)
            if isinstance(wanted, Refused):
                raise self._silence(wanted.reason)
            if not isinstance(wanted, Request):
                return wanted
            answers.append(self._send(wanted, prove=needs_proof(wanted)))
        raise self._silence("it never came to an end")

    def _send(self, request: Request, *, prove: bool) -> Reply:
        """The answer within the time that is left; a token that is refused is replaced once."""
        source: Connector[Any] = self.source
        client = source.token_client() if prove and isinstance(source, TakesToken) else None
        if client is None:
            return self._reply(request, source.credentials() if prove else {})
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
        """With our credential masked, should the platform quote it back to us."""
        sent = masked(self._sender().send(request, credentials), credentials)
        if not isinstance(sent, Reply):
            raise self._silence(sent.reason)
        return sent

    def _sender(self) -> TimedSender:
        left = self._end - time.monotonic()
        if left <= 0:
            raise self._silence("it took too long")
        return self._reader.sender().within(left)

    def _silence(self, reason: str) -> PlatformSilent:
        self._reader.fell_silent(self._store_id, self.source.system, self._now)
        log.warning("Store %s: %s could not be read: %s", self._store_id, self.source.system, reason)
        return PlatformSilent()


PlatformVisit = Visit[OrderPlacer]


def _bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def _reads(platform: OrderPlacer) -> bool:
    """Whether this store wants anything read from it."""
    orders = isinstance(platform, OrderSource) and platform.reads_orders()
    return orders or (isinstance(platform, ProductSource) and platform.reads_products())
