"""Two throttles on looking an order up: by where it comes from, and by the order it asks for.

Failures alone count, and yet a burst of guesses cannot slip through between looking and counting:
every try takes its place first and gives it back when it did not fail. Signed links never come here.
When the throttle cannot be asked, nobody looks anything up (503). Calls of programs count one and all
(`require_place`), as they are no guesses.
"""

from __future__ import annotations

import hashlib
import ipaddress
import math
import time
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask, Response, after_this_request, current_app, g, request
from limits import RateLimitItem, RateLimitItemPerSecond
from limits.errors import StorageError
from limits.strategies import MovingWindowRateLimiter
from werkzeug.exceptions import ServiceUnavailable, TooManyRequests

from app.domain.order_number import number_digits
from app.models import db
from app.services.throttle_storage import TableStorage
from app.settings import Settings

EXTENSION = "evenly.throttles"
RETRY_WHEN_DOWN = 10


def register(app: Flask) -> None:
    """Open the throttles' table."""
    with app.app_context():
        app.extensions[EXTENSION] = TableStorage(db.engine)


def require_room(store_id: int, number_key: str) -> None:
    """Take a try from both buckets, or answer 429 with the seconds to wait.

    It is given back at the end of the request unless `count_failure` says that it failed.
    """
    wait = take(store_id, number_key, request.remote_addr)
    if wait is not None:
        raise TooManyRequests(retry_after=wait)
    held: set[tuple[int, str]] = g.setdefault("held_tries", set())
    held.add((store_id, number_key))

    @after_this_request
    def _give_back(response: Response) -> Response:
        if (store_id, number_key) in held:
            held.remove((store_id, number_key))
            give_back(store_id, number_key, request.remote_addr)
        return response


def count_failure(store_id: int, number_key: str) -> None:
    """This look-up failed, so the try that `require_room` took stays taken."""
    g.held_tries.remove((store_id, number_key))


def take(store_id: int, number_key: str, address: str | None) -> int | None:
    """Take a try from both buckets: None, or the whole seconds to wait when one of them is full."""
    item, storage = _limit(), _storage()
    limiter = MovingWindowRateLimiter(storage)
    held: list[str] = []
    with _open_or_unavailable():
        for bucket in _buckets(store_id, number_key, address):
            if not limiter.hit(item, bucket):
                for taken in held:
                    storage.release_entry(item.key_for(taken))
                reset = limiter.get_window_stats(item, bucket).reset_time
                return max(1, math.ceil(reset - time.time()))
            held.append(bucket)
    return None


def give_back(store_id: int, number_key: str, address: str | None) -> None:
    """Undo `take`. When that is not possible the try just stays taken."""
    item = _limit()
    try:
        for bucket in _buckets(store_id, number_key, address):
            _storage().release_entry(item.key_for(bucket))
    except StorageError as problem:
        current_app.logger.warning("a look-up's try was not given back: %s", problem)


def require_place(bucket: str, limit: RateLimitItem) -> None:
    """Take a place in this bucket for good, or answer 429 with the seconds to wait."""
    limiter = MovingWindowRateLimiter(_storage())
    with _open_or_unavailable():
        if not limiter.hit(limit, bucket):
            reset = limiter.get_window_stats(limit, bucket).reset_time
            raise TooManyRequests(retry_after=max(1, math.ceil(reset - time.time())))


def require_place_for_source(name: str) -> None:
    """Take a place for whoever asks, in a bucket of this name as large as that of look-ups; 429 when full."""
    settings: Settings = current_app.extensions["evenly.settings"]
    limit = RateLimitItemPerSecond(settings.lookup_tries, settings.lookup_window_seconds, namespace=name)
    require_place(f"source:{source_of(request.remote_addr)}", limit)


def source_of(address: str | None) -> str:
    """Where a request comes from: an IPv4 address, or the /64 that one IPv6 household holds.

    Sources that cannot be told apart share one bucket.
    """
    try:
        found = ipaddress.ip_address((address or "").partition("%")[0])
    except ValueError:
        return "unknown"
    if isinstance(found, ipaddress.IPv4Address):
        return str(found)
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return str(ipaddress.IPv6Network((found, 64), strict=False))


def _buckets(store_id: int, number_key: str, address: str | None) -> tuple[str, str]:
    # By its digits where it has any: a look-up forgives what stands around them, so every spelling of
    # one order must meet in one bucket. Hashed because what was typed may be longer than a column.
    spelling = number_digits(number_key) or number_key
    order = hashlib.sha256(spelling.encode()).hexdigest()[:32]
    return f"source:{source_of(address)}", f"order:{store_id}:{order}"


def _limit() -> RateLimitItemPerSecond:
    settings: Settings = current_app.extensions["evenly.settings"]
    return RateLimitItemPerSecond(settings.lookup_tries, settings.lookup_window_seconds, namespace="look-up")


def _storage() -> TableStorage:
    storage: TableStorage = current_app.extensions[EXTENSION]
    return storage


@contextmanager
def _open_or_unavailable() -> Iterator[None]:
    try:
        yield
    except StorageError as problem:
        current_app.logger.error("the look-up throttle cannot be asked: %s", problem.storage_error)
        raise ServiceUnavailable(retry_after=RETRY_WHEN_DOWN) from problem
