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

from app.connectors.base import OrderPlacer, Reply, Request, Sent
from app.connectors.reading import CannotRead, CatalogueSource, OrderSource
from app.connectors.settings import InvalidSettings
from app.models import db
from app.services.connector_settings import Connections, platform_of
from app.services.secret_box import WrongKey

log = logging.getLogger("evenly.reading")

READING_SECONDS = 3.0  # for all requests of one visit together
PAUSE = timedelta(seconds=10)
MOST_REQUESTS = 20

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

    def visit(self, store_id: int, now: datetime) -> Visit | None:
        """A conversation with the platform of the store in scope; None where nothing is to be read."""
        try:
            found = platform_of(self._connections)
        except (InvalidSettings, WrongKey) as problem:
            log.warning("Store %s: its platform cannot be asked: %s", store_id, problem)
            return None
        if found is None or not _reads(found[0]):
            return None
        platform, closed_until = found
        until = max(closed_until or now, self._silent_until.get(store_id, now))
        return Visit(self, store_id, platform, now, silent=until > now)

    def may_read_products(self, system: str | None) -> bool:
        """Whether products can be read from this kind of platform at all."""
        kind = self._connections.platforms.get(system or "")
        return kind is not None and issubclass(kind, CatalogueSource)

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

    def ask(self, step: NextStep[Found], credentials: Callable[[Request], Mapping[str, str]]) -> Found:
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
            left = self._end - time.monotonic()
            if left <= 0:
                raise self._silence("it took too long")
            sent = self._reader.sender().within(left).send(wanted, credentials(wanted))
            if not isinstance(sent, Reply):
                raise self._silence(sent.reason)
            answers.append(sent)
        raise self._silence("it never came to an end")

    def _silence(self, reason: str) -> PlatformSilent:
        self._reader.fell_silent(self._store_id, self._now)
        log.warning("Store %s: %s could not be read: %s", self._store_id, self.platform.system, reason)
        return PlatformSilent()


def _reads(platform: OrderPlacer) -> bool:
    """Whether this store wants anything read from it."""
    orders = isinstance(platform, OrderSource) and platform.reads_orders()
    return orders or (isinstance(platform, CatalogueSource) and platform.reads_products())
