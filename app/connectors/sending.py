"""One sender for all connectors: what is mail goes to the mail server, all else is HTTP."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from app.connectors.base import Request, Sent
from app.connectors.http import HttpSender, Limits
from app.connectors.mail.connector import METHOD
from app.connectors.mail.smtp import SmtpSender


class _Sends(Protocol):
    def send(self, request: Request, credentials: Mapping[str, str]) -> Sent: ...


class AnySender:
    """Sends requests one by one; many threads may share it."""

    def __init__(self, http: _Sends, mail: _Sends) -> None:
        self._http = http
        self._mail = mail

    def send(self, request: Request, credentials: Mapping[str, str]) -> Sent:
        """Send once. Raises nothing for anything the network does."""
        way = self._mail if request.method == METHOD else self._http
        return way.send(request, credentials)


def sender_of(limits: Limits, *, allow_loopback: bool = False) -> AnySender:
    """The sender of a worker. A mail server may stand on this machine in any case."""
    return AnySender(HttpSender(limits, allow_loopback=allow_loopback), SmtpSender(limits))
