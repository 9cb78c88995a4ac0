"""Ways to misbehave, each for one request. Several do the work first: the platform has the order then."""

from __future__ import annotations

import json
import socket
import struct
from collections.abc import Mapping

from tests.faults.peer import Behaviour, Call

DRIP_SECONDS = 0.05


def status(code: int, body: bytes = b"{}", headers: Mapping[str, str] | None = None) -> Behaviour:
    """Answer with this status and do nothing."""
    return lambda call: call.answer(code, body, headers)


def quotes_our_credential(code: int) -> Behaviour:
    """Refuse, and say in words for people what we were let in with, or not."""

    def behaviour(call: Call) -> None:
        words = f"Not with {call.heard.headers['authorization']}"
        said = {"message": words, "error": {"message": words}, "errors": [words]}
        call.answer(code, json.dumps(said).encode(), {"X-You-Sent": words})

    return behaviour


def says(body: bytes, code: int = 200, headers: Mapping[str, str] | None = None) -> Behaviour:
    """Do the work, then answer with these bytes instead."""

    def behaviour(call: Call) -> None:
        call.place()
        call.answer(code, body, headers)

    return behaviour


def reset(call: Call) -> None:
    """Break the connection without having done anything."""
    _cut(call.connection)


def lost_answer(call: Call) -> None:
    """Do the work, then break the connection."""
    call.place()
    _cut(call.connection)


def silence(call: Call) -> None:
    """Do the work and never say so."""
    call.place()
    call.peer.closing.wait()


def closes_quietly(call: Call) -> None:
    """Close the connection properly, with no answer on it."""
    call.place()


def drips_body(call: Call) -> None:
    """Do the work and answer one byte at a time, each well within any time-out for reading."""
    body = call.place()
    call.send_head(200, {"Content-Length": str(len(body) * 100)})
    while not call.peer.closing.wait(DRIP_SECONDS):
        call.connection.sendall(b" ")


def drips_headers(call: Call) -> None:
    """The same before the body even begins."""
    call.place()
    call.connection.sendall(b"HTTP/1.1 200 OK\r\n")
    number = 0
    while not call.peer.closing.wait(DRIP_SECONDS):
        number += 1
        call.connection.sendall(f"X-{number}: 1\r\n".encode())


def breaks_off(call: Call) -> None:
    """Do the work, promise a longer answer than comes."""
    body = call.place()
    call.send_head(200, {"Content-Length": str(len(body) + 100)})
    call.connection.sendall(body)


def resets_in_body(call: Call) -> None:
    """Do the work, then break the connection half-way through the answer."""
    body = call.place()
    call.send_head(200, {"Content-Length": str(len(body))})
    call.connection.sendall(body[: len(body) // 2])
    _cut(call.connection)


def not_http(call: Call) -> None:
    """Do the work and answer with something that is no HTTP."""
    call.place()
    call.connection.sendall(b"220 mail.example ESMTP ready\r\n")


def endless(call: Call) -> None:
    """Do the work and answer with more than anybody wants to read."""
    call.place()
    call.send_head(200, {"Content-Type": "application/json"})
    while not call.peer.closing.is_set():
        call.connection.sendall(b"x" * 65536)


def too_long(call: Call) -> None:
    """Do the work and answer with 100 MB, properly announced."""
    call.place()
    call.send_head(200, {"Content-Type": "application/json", "Content-Length": str(100 * 1024 * 1024)})
    for _ in range(1600):
        call.connection.sendall(b" " * 65536)


def answers_twice(call: Call) -> None:
    """Do the work and send the same answer a second time on the same connection."""
    body = call.place()
    call.answer(200, body)
    call.answer(200, body)


def half_closed(call: Call) -> None:
    """Do the work, close the sending side only, and never the connection."""
    call.place()
    call.connection.shutdown(socket.SHUT_WR)
    call.peer.closing.wait()


def endless_headers(call: Call) -> None:
    """The same in the headers."""
    call.place()
    call.connection.sendall(b"HTTP/1.1 200 OK\r\n")
    while not call.peer.closing.is_set():
        call.connection.sendall(b"X-Filler: " + b"x" * 65536 + b"\r\n")


def _cut(connection: socket.socket) -> None:
    """Close so that the other side sees a reset: no lingering, so the kernel sends RST."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()
