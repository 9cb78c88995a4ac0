"""The one HTTP client of all connectors: deadlines, a byte cap, and no surprises.

It follows no redirect, reads no proxy from the environment, keeps no cookie and no connection,
and asks for no compression, so what is stored is what was on the wire. Certificates are checked
against the usual authorities, or those that `SSL_CERT_FILE` names. What a status means is each
connector's table.
"""

from __future__ import annotations

import copy
import logging
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, replace

import httpcore2
import httpx2

from app.connectors.base import NoAnswer, NotSent, Reply, Request, Sent
from app.connectors.network import CheckedNetwork, Deadline, ForbiddenAddress

USER_AGENT = "Evenly"

# At level DEBUG the transport writes every header of every answer into the log.
logging.getLogger("httpcore2").setLevel(logging.INFO)


@dataclass(frozen=True)
class Limits:
    """How long and how much. Seconds of wall clock for connecting and for the whole call."""

    connect_seconds: float = 3
    total_seconds: float = 15
    reply_bytes: int = 1024 * 1024


class HttpSender:
    """Sends requests one by one; many threads may share it."""

    def __init__(self, limits: Limits, *, allow_loopback: bool = False) -> None:
        self._limits = limits
        self._loopback = allow_loopback
        self._tls = httpx2.create_ssl_context()

    def within(self, seconds: float) -> HttpSender:
        """The same, with no longer than so many seconds for a whole call."""
        shorter = copy.copy(self)
        connect = min(seconds, self._limits.connect_seconds)
        shorter._limits = replace(self._limits, connect_seconds=connect, total_seconds=seconds)
        return shorter

    def send(self, request: Request, credentials: Mapping[str, str]) -> Sent:
        """Send once and read the answer. Raises nothing for anything the network does.

        An answer longer than the cap is cut there; one that does not end in time is no answer.
        """
        try:
            wire = _on_the_wire(request, credentials)
        except (httpx2.InvalidURL, UnicodeError, ValueError) as error:
            return NotSent(f"the request cannot be put into HTTP: {error}", for_good=True)
        try:
            return self._exchange(wire)
        except ForbiddenAddress as error:
            return NotSent(str(error), for_good=True)
        except (httpcore2.UnsupportedProtocol, httpcore2.LocalProtocolError) as error:
            return NotSent(f"the request cannot be put into HTTP: {error}", for_good=True)
        except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
            return NotSent(_words(error, "no connection"))
        except httpcore2.TimeoutException as error:
            return NoAnswer(_words(error, "no whole answer in time"))
        except (httpcore2.NetworkError, httpcore2.RemoteProtocolError, OSError) as error:
            return NoAnswer(_words(error, "the connection broke"))

    def _exchange(self, wire: httpx2.Request) -> Reply:
        with self._pool(plain=wire.url.scheme == "http") as pool:
            total = self._limits.total_seconds
            timeouts = {"connect": self._limits.connect_seconds, "read": total, "write": total, "pool": total}
            url = httpcore2.URL(
                scheme=wire.url.raw_scheme,
                host=wire.url.raw_host,
                port=wire.url.port,
                target=wire.url.raw_path,
            )
            response = pool.handle_request(
                httpcore2.Request(
                    wire.method,
                    url,
                    headers=wire.headers.raw,
                    content=wire.stream,
                    extensions={"timeout": timeouts},
                )
            )
            try:
                return Reply(response.status, _plain(response.headers), self._body(response))
            finally:
                response.close()

    def _pool(self, *, plain: bool) -> httpcore2.ConnectionPool:
        """A pool for one call: a deadline belongs to a call, and so must the connection."""
        network = CheckedNetwork(Deadline(self._limits.total_seconds), loopback=self._loopback, plain=plain)
        return httpcore2.ConnectionPool(
            ssl_context=self._tls, max_connections=1, max_keepalive_connections=0, network_backend=network
        )

    def _body(self, response: httpcore2.Response) -> bytes:
        parts = bytearray()
        for chunk in response.iter_stream():
            parts += chunk
            if len(parts) >= self._limits.reply_bytes:
                break
        return bytes(parts[: self._limits.reply_bytes])


def _on_the_wire(request: Request, credentials: Mapping[str, str]) -> httpx2.Request:
    ours = {"User-Agent": USER_AGENT, "Accept-Encoding": "identity", "Connection": "close"}
    headers = {**ours, **request.headers, **credentials}
    return httpx2.Request(request.method, request.url, headers=headers, content=request.body)


def _plain(headers: list[tuple[bytes, bytes]]) -> dict[str, str]:
    """Header names in lower case; values of a repeated one joined as RFC 9110, 5.2 has it."""
    plain: dict[str, str] = {}
    for raw_name, raw_value in headers:
        name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
        plain[name] = f"{plain[name]}, {value}" if name in plain else value
    return plain


def _words(error: Exception, otherwise: str) -> str:
    cause = error.__cause__ or error.__context__
    if isinstance(cause, ssl.SSLCertVerificationError):
        return f"the certificate was not accepted: {cause.verify_message}"
    return str(error) or otherwise
