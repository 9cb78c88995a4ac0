"""Acting a fault out.

What is here: turning what a system would have answered into what really leaves, and cutting a connection so
that the other side sees a reset. What is not: choosing the fault (`faults.py`).
"""

import json
import os
import socket
import struct
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from app.sandbox.contract import Answer
from app.sandbox.faults import CUTTING_KINDS, Fault, FaultKind

# However slow the drip is asked to be, one answer is through after this many seconds.
LONGEST_DRIP_SECONDS = 60.0

Pause = Callable[[float], None]


@dataclass(frozen=True)
class Outcome:
    """What leaves the sandbox. `status` None means that nothing does: the connection is cut."""

    status: int | None
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    replayed: bool = False
    seconds_between_bytes: float | None = None


def carry_out(fault: Fault | None, work: Callable[[], Answer], pause: Pause) -> Outcome:
    """What comes of a request under this fault. `work` is called once at most; `pause` takes seconds."""
    if fault is None:
        return _faithful(work())
    wait = fault.delay_ms / 1000
    if fault.kind not in (FaultKind.DRIP, FaultKind.LOST_ANSWER):
        pause(wait)
    match fault.kind:
        case FaultKind.STATUS:
            return _refusal(fault)
        case FaultKind.RESET:
            return Outcome(status=None)
        case FaultKind.DELAY:
            return _faithful(work())
        case FaultKind.DRIP:
            return replace(_faithful(work()), seconds_between_bytes=wait)
    done = _faithful(work())
    if fault.kind is FaultKind.MALFORMED:
        return replace(done, status=200, body=done.body[: len(done.body) // 2])
    if fault.kind is FaultKind.EMPTY:
        return replace(done, status=200, body=b"")
    pause(wait)
    return Outcome(status=None, replayed=done.replayed)


def dripped(outcome: Outcome, pause: Pause) -> Iterator[bytes]:
    """The body, whole or byte by byte as the outcome says."""
    if outcome.seconds_between_bytes is None:
        yield outcome.body
        return
    wait = min(outcome.seconds_between_bytes, LONGEST_DRIP_SECONDS / max(1, len(outcome.body)))
    for place in range(len(outcome.body)):
        if place:
            pause(wait)
        yield outcome.body[place : place + 1]


def reachable_socket(fault: Fault | None, environ: Mapping[str, object]) -> socket.socket | None:
    """The connection itself, when this fault will need it.

    Raises:
        RuntimeError: the server does not hand its socket on; only werkzeug's own does.
    """
    if fault is None or fault.kind not in CUTTING_KINDS:
        return None
    connection = environ.get("werkzeug.socket")
    if not isinstance(connection, socket.socket):
        raise RuntimeError("Only under the server of `python -m app.sandbox` can a connection be cut.")
    return connection


def cut(connection: socket.socket) -> ConnectionResetError:
    """Close at once and return the error to raise, which tells the server that the other side is gone.

    A linger time of zero makes the kernel send RST instead of FIN. The descriptor is closed directly because
    the server's own closing would say a polite goodbye first.
    """
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    os.close(connection.detach())
    return ConnectionResetError("cut on request")


def _faithful(answer: Answer) -> Outcome:
    return Outcome(
        status=answer.status,
        body=(json.dumps(answer.content) if answer.text is None else answer.text).encode(),
        headers={"Content-Type": "application/json", **answer.headers},
        replayed=answer.replayed,
    )


def _refusal(fault: Fault) -> Outcome:
    """A status out of nowhere. 204 and 304 may not carry a body."""
    status = fault.status or 503
    headers = {"Content-Type": "application/json"}
    if fault.retry_after is not None:
        headers["Retry-After"] = fault.retry_after
    message = {"message": f"The sandbox was told to answer {status}."}
    body = b"" if status in (204, 304) else json.dumps(message).encode()
    return Outcome(status=status, body=body, headers=headers)
