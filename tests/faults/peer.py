"""A merchant's endpoint on 127.0.0.1 that answers as it is told to, down to the last byte.

It speaks HTTP over plain sockets, because a proper server would not let a test break the protocol. An
honest answer places one order for each `original_order_id`, as Optoro asks of merchants. How it can
misbehave is `tests.faults.behaviours`.
"""

from __future__ import annotations

import contextlib
import json
import socket
import ssl
import threading
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

LONGEST_WAIT = 30.0


@dataclass(frozen=True)
class Heard:
    """One request as it arrived. Header names are lower case."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass
class Call:
    """One connection with its request read, for a behaviour to act on."""

    peer: Peer
    connection: socket.socket
    heard: Heard

    def answer(self, status: int, body: bytes, headers: Mapping[str, str] | None = None) -> None:
        """Send a whole and proper answer."""
        self.send_head(status, {"Content-Length": str(len(body)), **(headers or {})})
        self.connection.sendall(body)

    def send_head(self, status: int, headers: Mapping[str, str]) -> None:
        lines = [f"HTTP/1.1 {status} Because", "Connection: close"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        self.connection.sendall(("\r\n".join(lines) + "\r\n\r\n").encode("latin-1"))

    def place(self) -> bytes:
        """Do the work an honest merchant does, and return the answer's body."""
        return self.peer.work(self.heard)


Behaviour = Callable[[Call], None]


def honest(call: Call) -> None:
    """Place the order and say so."""
    call.answer(200, call.place(), {"Content-Type": "application/json"})


@dataclass
class Peer:
    """Start with `with Peer() as peer`. Behaviours in `script` serve one request each, then `otherwise`."""

    otherwise: Behaviour = honest
    tls: ssl.SSLContext | None = None
    script: deque[Behaviour] = field(default_factory=deque)
    requests: list[Heard] = field(default_factory=list)
    orders: dict[str, dict[str, Any]] = field(default_factory=dict)
    extra_total: int = 0
    arrived: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    closing: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> Self:
        self._lock = threading.Lock()
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self._listener.getsockname()[1]
        self._accepting = threading.Thread(target=self._accept, daemon=True)
        self._accepting.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.closing.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._accepting.join(LONGEST_WAIT)

    @property
    def url(self) -> str:
        return f"{'https' if self.tls else 'http'}://127.0.0.1:{self.port}/merchant"

    def wait_for_request(self) -> None:
        """Return once one more request has arrived."""
        assert self.arrived.acquire(timeout=LONGEST_WAIT), "no request came"

    def work(self, heard: Heard) -> bytes:
        """Do what is asked for, and return the answer's body."""
        return json.dumps(self.place(json.loads(heard.body))).encode()

    def place(self, body: dict[str, Any]) -> dict[str, Any]:
        """One order for each original order, for ever."""
        with self._lock:
            key = body["original_order_id"]
            if key not in self.orders:
                self.orders[key] = self._priced(body)
            return self.orders[key]

    def _priced(self, body: dict[str, Any]) -> dict[str, Any]:
        product = tax = discount = bonus = 0
        for item in body["items"]:
            unit = item.get("unit_price_amount_cents", 0) * item["quantity"]
            product += item.get("product_amount_cents", unit)
            discount += item.get("discount_amount_cents", 0)
            tax += item.get("tax_amount_cents", 0)
            bonus += item.get("bonus_credit_amount_cents", 0)
        return {
            "order_identifier": f"{body['original_order_id']}-X1",
            "total_amount_cents": product - discount + tax + bonus + self.extra_total,
            "product_amount_cents": product,
            "tax_amount_cents": tax,
        }

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, accepted: socket.socket) -> None:
        with contextlib.suppress(OSError), contextlib.closing(self._secured(accepted)) as connection:
            heard = _read(connection)
            with self._lock:
                self.requests.append(heard)
                behaviour = self.script.popleft() if self.script else self.otherwise
            self.arrived.release()
            behaviour(Call(self, connection, heard))
            _hang_up(connection)

    def _secured(self, connection: socket.socket) -> socket.socket:
        return self.tls.wrap_socket(connection, server_side=True) if self.tls else connection


def _read(connection: socket.socket) -> Heard:
    received = b""
    while b"\r\n\r\n" not in received:
        received += _more(connection)
    head, _, body = received.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    method, path, _ = first.split(" ")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    while len(body) < int(headers.get("content-length", "0")):
        body += _more(connection)
    return Heard(method, path, headers, body)


def _more(connection: socket.socket) -> bytes:
    part = connection.recv(65536)
    if not part:
        raise ConnectionError("the client went away")
    return part


def _hang_up(connection: socket.socket) -> None:
    """Say that no more comes, and read on until the client has gone: closing at once would reset."""
    connection.shutdown(socket.SHUT_WR)
    connection.settimeout(LONGEST_WAIT)
    while connection.recv(65536):
        pass
