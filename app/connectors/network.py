"""Where a request goes on the wire: look the name up, refuse forbidden addresses, end on time.

The address that was checked is the one connected to, so a name cannot change its mind in between. A
client's own time-outs hold for each read; here every read and write also ends with the whole call.
What is asked and answered is `app.connectors.http`.
"""

from __future__ import annotations

import queue
import socket
import ssl
import threading
import time
from collections.abc import Iterable
from typing import Any

import httpcore2

from app.connectors.reachable import is_allowed, is_allowed_port


class ForbiddenAddress(Exception):
    """The host is, or resolves to, an address that connectors may not call."""


class Deadline:
    """A moment on the monotonic clock, which nobody sets back."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    def left(self, at_most: float | None = None) -> float:
        """Seconds left, never below 0, or `at_most` where that is less."""
        left = max(0.0, self._end - time.monotonic())
        return left if at_most is None else min(left, at_most)


def look_up(host: str, port: int, seconds: float) -> list[str]:
    """All addresses of a host. Raises httpcore2.ConnectError, ConnectTimeout.

    The system's own look-up cannot be told to hurry, so it runs in a thread that may be left behind.
    """
    found: queue.SimpleQueue[list[str] | OSError | UnicodeError] = queue.SimpleQueue()

    def ask() -> None:
        try:
            entries = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            found.put(list(dict.fromkeys(str(entry[4][0]) for entry in entries)))
        except (OSError, UnicodeError) as error:
            found.put(error)

    threading.Thread(target=ask, name="name look-up", daemon=True).start()
    try:
        answer = found.get(timeout=seconds)
    except queue.Empty:
        raise httpcore2.ConnectTimeout("the name look-up took too long") from None
    if isinstance(answer, list):
        return answer
    raise httpcore2.ConnectError(f"the host name was not found: {answer}")


class TimedStream(httpcore2.NetworkStream):
    """A connection whose every act ends with the deadline."""

    def __init__(self, stream: httpcore2.NetworkStream, deadline: Deadline) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._left(timeout, httpcore2.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._left(timeout, httpcore2.WriteTimeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore2.NetworkStream:
        left = self._left(timeout, httpcore2.ConnectTimeout)
        return TimedStream(self._stream.start_tls(ssl_context, server_hostname, left), self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)

    def _left(self, timeout: float | None, too_late: type[Exception]) -> float:
        # A time-out of 0 would mean "do not block" to the socket.
        left = self._deadline.left(timeout)
        if left <= 0:
            raise too_late("the whole call took too long")
        return left


class CheckedNetwork(httpcore2.NetworkBackend):
    """Connects to checked addresses only, within the deadline."""

    def __init__(self, deadline: Deadline, *, loopback: bool, plain: bool) -> None:
        self._deadline = deadline
        self._loopback = loopback
        self._plain = plain
        self._network = httpcore2.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.NetworkStream:
        """Try the host's allowed addresses in turn, all of them within `timeout` together."""
        connecting = Deadline(self._deadline.left(timeout))
        addresses = [
            address
            for address in look_up(host, port, connecting.left())
            if is_allowed(address, loopback=self._loopback, plain=self._plain)
            and is_allowed_port(address, port)
        ]
        if not addresses:
            raise ForbiddenAddress(f"connectors may not call {host}")
        problem: Exception = httpcore2.ConnectTimeout("connecting took too long")
        for address in addresses:
            if connecting.left() <= 0:
                break
            try:
                stream = self._network.connect_tcp(
                    address, port, connecting.left(), local_address, socket_options
                )
                return TimedStream(stream, self._deadline)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                problem = error
        raise problem
