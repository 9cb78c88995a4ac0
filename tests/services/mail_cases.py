"""The store acme with a mail server, and letters of it that were queued."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from sqlalchemy import select

from app.connectors.http import Limits
from app.connectors.mail.connector import Post
from app.connectors.mail.server import MailServer as ServerAddress
from app.connectors.sending import sender_of
from app.domain.letter import Letter, MailKind, Written
from app.models import Dispatch, DispatchState, Purpose, db
from app.services.connector_settings import Connections
from app.services.dispatching import Dispatcher
from app.services.mailing import turn_on
from tests.faults.mail_server import MailServer
from tests.faults.peer import Peer
from tests.services.dispatch_cases import Acme

SENDER = sender_of(Limits(connect_seconds=2, total_seconds=3), allow_loopback=True)


def plainly(letter: Letter) -> Written:
    """Words enough to tell letters apart."""
    text = f"{letter.kind} {letter.reference} {letter.order} {sorted(letter.facts)}\n"
    return Written(f"{letter.kind}: {letter.reference}", text, f"<p>{text}</p>")


@dataclass
class MailingAcme(Acme):
    """The store with a worker that hands mails in at `mail`; start with `set_up`."""

    mail: MailServer = field(default_factory=MailServer)
    write: Any = plainly

    def set_up(self) -> None:
        self.connect()
        turn_on(db.engine)

    @property
    def connections(self) -> Connections:
        post = Post(ServerAddress.from_url(self.mail.url()), "exchanges@shop.example", self.write)
        return Connections(self.box, True, self.platforms, self.screeners, self.listeners, post=post)

    def dispatcher(self, worker: str = "worker-1", draw: Any = lambda: 0.5) -> Dispatcher:
        return Dispatcher(self.connections, SENDER, worker, self.clock, draw)


@pytest.fixture
def post() -> Iterator[MailServer]:
    with MailServer() as post:
        yield post


@pytest.fixture
def mailing(acme: int, peer: Peer, post: MailServer) -> MailingAcme:
    """The store, connected to a platform and to a mail server."""
    shop = MailingAcme(acme, peer, mail=post)
    shop.set_up()
    return shop


def letters(kind: MailKind | None = None, state: DispatchState | None = None) -> list[Dispatch]:
    """The queued letters, read anew."""
    db.session.expunge_all()
    db.session.rollback()
    query = select(Dispatch).where(Dispatch.purpose == Purpose.MAIL).order_by(Dispatch.id)
    rows = db.session.scalars(query.where(Dispatch.state == state) if state else query)
    return [row for row in rows if kind is None or row.message["kind"] == kind]
