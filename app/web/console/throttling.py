"""Guesses at a person's password or code: ten in five minutes, in two buckets that do not know each other.

One bucket is the address that was typed, whoever it belongs to or to nobody; the other is where the
request comes from. A try takes its place before it is looked at, so a burst cannot slip through.
"""

from __future__ import annotations

import hashlib
import math
import time
from collections.abc import Iterator

from flask import current_app, request
from limits import RateLimitItemPerSecond
from limits.errors import StorageError
from limits.strategies import MovingWindowRateLimiter
from werkzeug.exceptions import ServiceUnavailable, TooManyRequests

from app.domain.order_number import email_key
from app.services.throttle_storage import TableStorage
from app.web import throttles

LIMIT = RateLimitItemPerSecond(10, 300, namespace="sign-in")


def take_try(email: str | None = None) -> None:
    """Take a place in both buckets, in that of the source alone where nobody is named.

    Raises TooManyRequests; ServiceUnavailable when none can be counted.
    """
    storage = _storage()
    limiter = MovingWindowRateLimiter(storage)
    held: list[str] = []
    try:
        for bucket in _buckets(email):
            if not limiter.hit(LIMIT, bucket):
                for taken in held:
                    storage.release_entry(LIMIT.key_for(taken))
                free_at = limiter.get_window_stats(LIMIT, bucket).reset_time
                raise TooManyRequests(retry_after=max(1, math.ceil(free_at - time.time())))
            held.append(bucket)
    except StorageError as problem:
        current_app.logger.error("the sign-in throttle cannot be asked: %s", problem.storage_error)
        raise ServiceUnavailable(retry_after=throttles.RETRY_WHEN_DOWN) from problem


def give_back(email: str | None = None) -> None:
    """What was typed was right, so it was no guess."""
    for bucket in _buckets(email):
        try:
            _storage().release_entry(LIMIT.key_for(bucket))
        except StorageError as problem:
            current_app.logger.warning("a sign-in's try was not given back: %s", problem)


def _buckets(email: str | None) -> Iterator[str]:
    yield f"source:{throttles.source_of(request.remote_addr)}"
    if email is None:
        return
    # Hashed because what was typed may be longer than a column.
    who = hashlib.sha256(email_key(email).encode()).hexdigest()[:32]
    yield f"agent:{who}"


def _storage() -> TableStorage:
    storage: TableStorage = current_app.extensions[throttles.EXTENSION]
    return storage
