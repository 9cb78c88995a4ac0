"""The whole product on loopback ports: the portal over HTTP and HTTPS, its worker, and the sandbox platform.

Everything runs in threads of the test's process, so that a test can look into the database and change a
price behind the shopper's back; between portal, worker and platform there is nothing but HTTP.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from flask import Flask
from werkzeug.serving import WSGIRequestHandler, make_server

from app.cli.worker import run_worker

THREADS = 2


class QuietHandler(WSGIRequestHandler):
    """Without a line on the terminal for every request."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing."""


class Worker:
    """The worker's own loop in a thread, which a test can hold up to look at what is not sent yet."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._start()

    def stop(self) -> None:
        """Let what is under way end, and send no more."""
        self._told_to_stop.set()
        self._thread.join()

    @contextmanager
    def held(self) -> Iterator[None]:
        """Nothing is sent for the length of a `with` block."""
        self.stop()
        try:
            yield
        finally:
            self._start()

    def _start(self) -> None:
        self._told_to_stop = threading.Event()
        self._thread = threading.Thread(target=run_worker, args=(self._app, THREADS, self._told_to_stop))
        self._thread.start()


@contextmanager
def running_portal(app: Flask) -> Iterator[tuple[str, str, Worker]]:
    """Serve the application: its HTTP address, its HTTPS one (on a made-up certificate), its worker."""
    with ExitStack() as open_parts:
        port, tls_port = (open_parts.enter_context(served(app, tls)) for tls in (False, True))
        worker = Worker(app)
        open_parts.callback(worker.stop)
        yield f"http://127.0.0.1:{port}", f"https://127.0.0.1:{tls_port}", worker


@contextmanager
def served(app: Flask, tls: bool = False) -> Iterator[int]:
    """Serve on a free loopback port, which is returned; with `tls` on a certificate made up here."""
    server = make_server(
        "127.0.0.1",
        0,
        app,
        threaded=True,
        request_handler=QuietHandler,
        ssl_context="adhoc" if tls else None,
    )
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield server.port
    finally:
        server.shutdown()
        thread.join()
