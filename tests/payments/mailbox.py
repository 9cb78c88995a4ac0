"""A shop's own address for messages, on loopback: it keeps what comes in and answers as it was told to."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

PATIENCE_SECONDS = 30.0


@dataclass(frozen=True)
class Message:
    """What came in. Names in `headers` are lower case."""

    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Mailbox:
    """Where messages arrive. `statuses` are the answers to the next ones; after that it says 204."""

    url: str
    arrived: queue.Queue[Message] = field(default_factory=queue.Queue)
    statuses: list[int] = field(default_factory=list)

    def next(self) -> Message:
        """The next message, waited for."""
        return self.arrived.get(timeout=PATIENCE_SECONDS)

    def is_empty(self) -> bool:
        return self.arrived.empty()


@contextmanager
def open_mailbox() -> Iterator[Mailbox]:
    """A mailbox for the length of a `with` block."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    mailbox = Mailbox(f"http://127.0.0.1:{server.server_address[1]}/hooks")
    _Handler.mailboxes[server.server_address[1]] = mailbox
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield mailbox
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    mailboxes: ClassVar[dict[int, Mailbox]] = {}

    def do_POST(self) -> None:
        mailbox = self.mailboxes[self.connection.getsockname()[1]]
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        headers = {name.lower(): value for name, value in self.headers.items()}
        # Before the answer: whoever has the answer may look at once.
        status = mailbox.statuses.pop(0) if mailbox.statuses else 204
        mailbox.arrived.put(Message(self.path, headers, body))
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *arguments: Any) -> None:
        """Say nothing."""
