"""Tokens that prove who we are, in the memory of one process and nowhere else.

Fetched when one is needed and there is none that is still good; what a token is for and how it is asked for
is `app.connectors.oauth`. A worker's threads share one shelf, so that they do not all fetch.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Protocol

from app.connectors.base import NotSent, Reply, Request, Sent
from app.connectors.oauth import Token, TokenClient
from app.services.attempt_evidence import without_secrets

WITHOUT_A_WORD = timedelta(minutes=5)  # for a token that does not say how long it is good
BEFORE_THE_END = timedelta(seconds=30)  # a token should not end on its way
LONGEST_QUEUE_SECONDS = 20.0  # well within a lease


class Sender(Protocol):
    """Something that sends a request and never raises for what the network does."""

    def send(self, request: Request, credentials: Mapping[str, str]) -> Sent: ...


@dataclass
class _Place:
    """One client's token. Who fetches holds the lock."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    token: str = ""
    good_until: datetime | None = None


class TokenShelf:
    """The tokens of one process; many threads may share it."""

    def __init__(self) -> None:
        self._places: dict[TokenClient, _Place] = {}
        self._guard = threading.Lock()

    def token_for(self, client: TokenClient, sender: Sender, now: datetime) -> str | NotSent:
        """A token that is good at this time, fetched if need be; or why there is none.

        Where the fetching got no answer nothing that matters has left this machine: it may be tried again.
        """
        place = self._place(client)
        if not place.lock.acquire(timeout=LONGEST_QUEUE_SECONDS):
            return NotSent("a token is being fetched, and that takes long")
        try:
            if not place.token or place.good_until is None or place.good_until <= now:
                return _fetch(place, client, sender, now)
            return place.token
        finally:
            place.lock.release()

    def forget(self, client: TokenClient, token: str) -> None:
        """This token was refused. One that somebody else has fetched meanwhile stays."""
        place = self._place(client)
        with place.lock:
            if place.token == token:
                place.token = ""

    def _place(self, client: TokenClient) -> _Place:
        with self._guard:
            return self._places.setdefault(client, _Place())


def _fetch(place: _Place, client: TokenClient, sender: Sender, now: datetime) -> str | NotSent:
    read = _token_in(client, sender.send(client.request(), client.credentials()))
    if isinstance(read, NotSent):
        secrets = {**client.credentials(), "secret": client.secret}
        return replace(read, reason=without_secrets(read.reason, secrets))
    place.token, place.good_until = read.text, now + _good_for(read)
    return read.text


def _token_in(client: TokenClient, sent: Sent) -> Token | NotSent:
    if isinstance(sent, Reply):
        return client.read(sent)
    return NotSent(f"no token was given: {sent.reason}", for_good=isinstance(sent, NotSent) and sent.for_good)


def _good_for(token: Token) -> timedelta:
    if token.seconds is None:
        return WITHOUT_A_WORD
    whole = timedelta(seconds=token.seconds)
    return max(whole - BEFORE_THE_END, whole / 2)
