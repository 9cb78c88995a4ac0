"""A mail server on 127.0.0.1: aiosmtpd, which speaks real SMTP, told how to answer where a test wants that.

What arrived is kept as it came, parsed by the standard library. Nothing of ours is used here.
"""

from __future__ import annotations

import asyncio
import email
import email.policy
import ssl
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from email.message import EmailMessage
from types import TracebackType
from typing import Any, Self

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session


@dataclass(frozen=True)
class Arrived:
    """One mail as it was handed in: its envelope, and its bytes."""

    sender: str
    recipients: tuple[str, ...]
    raw: bytes
    encrypted: bool

    @property
    def message(self) -> EmailMessage:
        read = email.message_from_bytes(self.raw, policy=email.policy.default)
        assert isinstance(read, EmailMessage)
        return read

    def body(self, subtype: str) -> str:
        """The decoded text of the `plain` or the `html` part."""
        part = self.message.get_body((subtype,))
        assert part is not None
        return str(part.get_content())


@dataclass
class MailServer:
    """Start with `with MailServer() as server`. Each list holds answers for the next mails, then all is well.

    `after_data` runs once the mail has been taken and before it is answered.
    """

    tls: ssl.SSLContext | None = None
    from_the_start: bool = False
    login: tuple[str, str] | None = None
    at_recipient: deque[str] = field(default_factory=deque)
    at_data: deque[str] = field(default_factory=deque)
    after_data: Callable[[SMTP], None] = lambda _server: None
    mails: list[Arrived] = field(default_factory=list)
    port: int = 0

    def __enter__(self) -> Self:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        context = self.tls if self.from_the_start else None
        making = self._loop.create_server(self._protocol, "127.0.0.1", 0, ssl=context)
        self._server = asyncio.run_coroutine_threadsafe(making, self._loop).result(10)
        self.port = int(self._server.sockets[0].getsockname()[1])
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    def refuse(self) -> None:
        """From now on nobody listens at this port."""
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result(10)

    def url(self, scheme: str = "smtp", host: str = "127.0.0.1") -> str:
        who = ":".join(self.login) + "@" if self.login else ""
        return f"{scheme}://{who}{host}:{self.port}"

    async def handle_RCPT(  # noqa: N802 - the name that aiosmtpd calls
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if self.at_recipient:
            return self.at_recipient.popleft()
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        answer = self.at_data.popleft() if self.at_data else "250 OK"
        if answer.startswith("250"):
            content = envelope.content or b""
            raw = content if isinstance(content, bytes) else content.encode()
            self.mails.append(
                Arrived(
                    envelope.mail_from or "",
                    tuple(envelope.rcpt_tos),
                    raw,
                    bool(session.ssl) or self.from_the_start,
                )
            )
        self.after_data(server)
        return answer

    def _protocol(self) -> SMTP:
        auth: dict[str, Any] = {"authenticator": self._known} if self.login else {}
        if self.login:
            # aiosmtpd knows only of the encryption that begins after its greeting.
            auth |= {"auth_require_tls": not self.from_the_start, "auth_required": not self.from_the_start}
        context = None if self.from_the_start else self.tls
        return SMTP(self, loop=self._loop, tls_context=context, require_starttls=context is not None, **auth)

    def _known(self, _server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
        given = (data.login.decode(), data.password.decode())
        return AuthResult(success=given == self.login, handled=False)

    async def _close(self) -> None:
        self._server.close()

    async def _end(self) -> None:
        self._server.close()
        for task in asyncio.all_tasks(self._loop) - {asyncio.current_task()}:
            task.cancel()
        await asyncio.sleep(0)
