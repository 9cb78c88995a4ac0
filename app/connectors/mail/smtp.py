"""Handing a mail to the mail server (RFC 5321), one connection a mail, with one deadline for all of it.

To whom it goes stands in the message itself. Before the message has left, trouble means that nothing was
sent; after that and without an answer, nobody knows.
"""

from __future__ import annotations

import contextlib
import re
import smtplib
import socket
import ssl
import threading
from collections.abc import Iterator, Mapping
from email.parser import BytesHeaderParser
from email.policy import SMTP
from urllib.parse import urlsplit

import httpcore2

from app.connectors.answers import one_line
from app.connectors.base import NoAnswer, NotSent, Reply, Request, Sent
from app.connectors.http import Limits
from app.connectors.mail.server import Security
from app.connectors.network import Deadline, look_up

ACCEPTED = 250
SOFT_BREAK = "(?:=\r\n)?"
OPENINGS = "place:"  # credentials of this name go into the message, where the same name stands open


class SmtpSender:
    """Sends mails one by one; many threads may share it."""

    def __init__(self, limits: Limits, tls: ssl.SSLContext | None = None) -> None:
        self._limits = limits
        self._tls = tls or ssl.create_default_context()

    def send(self, request: Request, credentials: Mapping[str, str]) -> Sent:
        """Send once. The reply's status is the server's code. Raises nothing for what the network does."""
        sender, recipient = _envelope(request.body)
        message = _filled(request.body, credentials)
        url = credentials.get("smtp-server", request.url)
        talk = _Talk(url, sender, self._tls, Deadline(self._limits.total_seconds))
        try:
            with _cut_off(talk, self._limits.total_seconds):
                try:
                    talk.open(self._limits.connect_seconds)
                    talk.sign_in(credentials)
                except (smtplib.SMTPException, httpcore2.ConnectError, OSError) as problem:
                    return NotSent(_words(problem))
                except httpcore2.ConnectTimeout as problem:
                    return NotSent(str(problem))
                return talk.hand_in(sender, recipient, message)
        finally:
            talk.leave()


class _Talk(smtplib.SMTP):
    """A conversation with one server. The name is looked up, and the connection made, within the deadline."""

    def __init__(self, url: str, sender: str, tls: ssl.SSLContext, deadline: Deadline) -> None:
        # Named after the sender's domain: left out, it would ask the DNS what this machine is called.
        super().__init__(local_hostname=sender.rpartition("@")[2])
        self._url = urlsplit(url)
        self._host = self._url.hostname or ""  # also the name that the certificate must have
        self._tls = tls
        self._deadline = deadline

    def open(self, connect_seconds: float) -> None:
        """Connect and greet. Raises SMTPException, OSError, ConnectError and ConnectTimeout of httpcore2."""
        security = Security(self._url.scheme)
        self.sock = self._connected(Deadline(self._deadline.left(connect_seconds)))
        if security is Security.TLS:
            self.sock = self._tls.wrap_socket(self.sock, server_hostname=self._host)
        code, words = self.getreply()
        if code != 220:
            raise smtplib.SMTPConnectError(code, words)
        self.ehlo_or_helo_if_needed()
        if security is Security.STARTTLS:
            self.starttls(context=self._tls)
            self.ehlo_or_helo_if_needed()

    def sign_in(self, credentials: Mapping[str, str]) -> None:
        """Say who we are, where the server wants to know. Raises SMTPException, OSError."""
        if "smtp-user" in credentials:
            self.login(credentials["smtp-user"], credentials["smtp-password"], initial_response_ok=True)

    def hand_in(self, sender: str, recipient: str, message: bytes) -> Sent:
        """Envelope and message. A server that leaves before it has the message has not got it."""
        try:
            for say, address in ((self.mail, sender), (self.rcpt, recipient)):
                code, words = say(address)
                if not 200 <= code < 300:
                    return Reply(code, {}, words)
        except (smtplib.SMTPException, OSError) as problem:
            return NotSent(_words(problem))
        try:
            code, words = self.data(message)
        except smtplib.SMTPDataError as refused:
            return Reply(refused.smtp_code, {}, _bytes(refused.smtp_error))
        except (smtplib.SMTPException, OSError) as problem:
            return NoAnswer(_words(problem))
        return Reply(code, {}, words)

    def leave(self) -> None:
        """Go without waiting for a farewell: what was answered before counts."""
        with contextlib.suppress(smtplib.SMTPException, OSError):
            self.putcmd("quit")
        self.close()

    def cut(self) -> None:
        """End the connection under whoever waits for it."""
        if self.sock is not None:
            with contextlib.suppress(OSError):
                socket.socket.shutdown(self.sock, socket.SHUT_RDWR)

    def _connected(self, connecting: Deadline) -> socket.socket:
        port = self._url.port or 0
        problem: OSError = TimeoutError("connecting took too long")
        for address in look_up(self._host, port, connecting.left()):
            if connecting.left() <= 0:
                break
            try:
                made = socket.create_connection((address, port), connecting.left())
            except OSError as refused:
                problem = refused
            else:
                made.settimeout(max(self._deadline.left(), 0.001))
                return made
        raise problem


@contextlib.contextmanager
def _cut_off(talk: _Talk, seconds: float) -> Iterator[None]:
    """Whatever the server does, byte by byte or not at all, it ends in time."""
    timer = threading.Timer(seconds, talk.cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _envelope(message: bytes) -> tuple[str, str]:
    headers = BytesHeaderParser(policy=SMTP).parsebytes(message)
    return headers["From"].addresses[0].addr_spec, headers["To"].addresses[0].addr_spec


def _filled(message: bytes, credentials: Mapping[str, str]) -> bytes:
    for name, value in credentials.items():
        if name.startswith(OPENINGS):
            # Quoted-printable may have broken the line within it.
            place = SOFT_BREAK.join(re.escape(sign) for sign in name.removeprefix(OPENINGS))
            message = re.sub(place.encode(), value.encode().replace(b"\\", rb"\\"), message)
    return message


def _words(problem: Exception) -> str:
    if isinstance(problem, ssl.SSLCertVerificationError):
        return f"the certificate was not accepted: {problem.verify_message}"
    if isinstance(problem, smtplib.SMTPResponseException):
        said = one_line(_bytes(problem.smtp_error).decode("utf-8", "replace"))
        return f"the mail server answered {problem.smtp_code}: {said}"
    return one_line(str(problem)) or "the connection broke"


def _bytes(words: bytes | str) -> bytes:
    return words if isinstance(words, bytes) else words.encode()
