"""Addresses at which no request can be handed in: for each, what is there, and the one outcome it must have.

Nothing has left this machine in any of them, so none is ever unknown.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from app.connectors.base import Outcome
from tests.faults.certificates import self_signed
from tests.faults.peer import Peer

Place = Callable[[Path], AbstractContextManager[str]]


@contextmanager
def nobody_listens(_folder: Path) -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    yield f"http://127.0.0.1:{port}"


@contextmanager
def never_taken_up(_folder: Path) -> Iterator[str]:
    """The kernel's queue of the listener is full, so that connecting hangs."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as listener:
        address = listener.getsockname()
        fillers = [socket.socket() for _ in range(4)]
        for filler in fillers:
            filler.setblocking(False)
            filler.connect_ex(address)
        yield f"http://127.0.0.1:{address[1]}"
        for filler in fillers:
            filler.close()


def named(url: str) -> Place:
    @contextmanager
    def place(_folder: Path) -> Iterator[str]:
        yield url

    return place


def certified(days: int) -> Place:
    """A server whose certificate nobody vouches for, valid for so many days more."""

    @contextmanager
    def place(folder: Path) -> Iterator[str]:
        with Peer(tls=self_signed(folder, days)) as peer:
            yield peer.url
            assert peer.requests == []

    return place


@contextmanager
def speaks_no_tls(_folder: Path) -> Iterator[str]:
    with Peer() as peer:
        yield peer.url.replace("http://", "https://")


OUT_OF_REACH: dict[str, tuple[Place, Outcome]] = {
    "refused": (nobody_listens, Outcome.TRY_LATER),
    "connecting hangs": (never_taken_up, Outcome.TRY_LATER),
    "no such name": (named("https://shop.invalid"), Outcome.TRY_LATER),
    "a certificate nobody vouches for": (certified(30), Outcome.TRY_LATER),
    "an expired certificate": (certified(-1), Outcome.TRY_LATER),
    "no TLS where there must be": (speaks_no_tls, Outcome.TRY_LATER),
    "an address within a network": (named("https://10.0.0.1"), Outcome.REJECTED),
    "a cloud's metadata address": (named("https://169.254.169.254"), Outcome.REJECTED),
    "a mapped address": (named("https://[::ffff:10.0.0.1]"), Outcome.REJECTED),
    "plain HTTP to elsewhere": (named("http://192.0.2.1"), Outcome.REJECTED),
}
