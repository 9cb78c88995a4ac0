"""Putting the sandbox on a loopback port.

What is here: a threaded server that runs in the foreground until it is told to stop, and the same one in a
thread for whoever wants it inside a process of their own. What is not: any way to listen to the network. The
sandbox believes whoever calls, so it is only ever reachable from the same machine.
"""

import signal
import sys
import threading
from dataclasses import dataclass
from types import FrameType
from typing import Any

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from app.sandbox.loopback import is_loopback
from app.sandbox.wsgi import Sandbox


class NotLoopbackError(ValueError):
    """The address asked for could be reached from another machine."""


class RequestHandler(WSGIRequestHandler):
    """The server's own, without a line on the terminal for each request: the ledger has them."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing."""

    def connection_dropped(self, error: BaseException, environ: Any = None) -> None:
        """Whether the other side left or we cut it, there is nothing more to read on this connection."""
        self.close_connection = True


@dataclass(frozen=True)
class RunningSandbox:
    """A sandbox being served in a thread, at `url` (no slash at the end)."""

    url: str
    _server: BaseWSGIServer
    _thread: threading.Thread

    def stop(self) -> None:
        """Stop listening and wait until the thread is gone. The app itself stays open."""
        self._server.shutdown()
        self._thread.join()


def listen(app: Sandbox, host: str, port: int) -> BaseWSGIServer:
    """A server bound to its port (0 picks a free one) but not yet answering.

    Raises:
        NotLoopbackError: `host` is not an address of this machine's own loopback.
    """
    if not is_loopback(host):
        raise NotLoopbackError(f"The sandbox serves this machine only, and {host} is not a loopback address.")
    return make_server(host, port, app, threaded=True, request_handler=RequestHandler)


def start(app: Sandbox, host: str = "127.0.0.1", port: int = 0) -> RunningSandbox:
    """Serve from a thread of this process."""
    server = listen(app, host, port)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    return RunningSandbox(url_of(server), server, thread)


def serve(app: Sandbox, host: str, port: int) -> None:
    """Serve in the foreground until Ctrl-C or SIGTERM, then return."""
    server = listen(app, host, port)
    for number in (signal.SIGINT, signal.SIGTERM):  # a shell's background job begins with SIGINT ignored
        signal.signal(number, _as_interrupt)
    try:
        sys.stdout.write(f"Sandbox platform on {url_of(server)}\n")
        sys.stdout.flush()
        server.serve_forever(poll_interval=0.1)
    except KeyboardInterrupt:
        server.server_close()


def url_of(server: BaseWSGIServer) -> str:
    """Where the server answers."""
    host = f"[{server.host}]" if ":" in server.host else server.host
    return f"http://{host}:{server.port}"


def _as_interrupt(_signal: int, _frame: FrameType | None) -> None:
    """Both ways of stopping take the same path."""
    raise KeyboardInterrupt
