"""Every reason for which a person is asked, brought about as it comes about outside of tests."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import httpx2
from flask import Flask
from sqlalchemy import delete, select

from app.cli.demo.emptying import ledger_laid_open
from app.connectors.mail.connector import Post
from app.connectors.mail.server import MailServer as ServerAddress
from app.domain.flags import FlagKind
from app.domain.reasons import Reason
from app.models import Exchange, Movement, db, store_scope, writing
from app.sandbox import create_sandbox
from app.sandbox.serving import start
from app.services.baskets import GIFT_CARD, VARIANT
from app.services.callback_tokens import make_callback_token
from app.services.connector_settings import Connections, connect_store, disconnect_store
from app.services.late_decisions import take_decision
from app.services.mailing import turn_on
from app.services.overdue_returns import chase_returns
from app.services.parcels import mark_unexpected
from app.services.reconciling import check_due
from app.services.wishes import Wish
from app.web.mails import writer_of
from tests.console.cases import TO_L, connect, make_exchange, make_stuck, send
from tests.faults import behaviours as does
from tests.faults.mail_server import MailServer
from tests.faults.peer import Peer
from tests.services.stateset_store import fail_the_call

TO_XL = Wish(Reason.TOO_SMALL, VARIANT, {"Colour": "Navy", "Size": "XL"})  # 10.50 dearer
TO_MOSS = Wish(Reason.CHANGED_MIND, VARIANT, {"Colour": "Moss", "Size": "M"})  # 20.00 cheaper
TO_CARD = Wish(Reason.CHANGED_MIND, GIFT_CARD, {})
NO = {"decline-reason": "no", "decline-words": "We cannot take it."}


@dataclass(frozen=True)
class Waits:
    """An exchange that waits, what the queue says of it, and how it is ended: the act and its fields.

    Without an act it is ended by settling what was flagged.
    """

    reference: str
    words: str
    act: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Causes:
    """A store at a platform of the test's own, where everything goes wrong once."""

    app: Flask
    store_id: int
    peer: Peer

    def all(self) -> dict[FlagKind | str, Waits]:
        """One of each kind that a person ends, what a rule or a screener wants judged, one placed in part."""
        connect(self.app, self.store_id, self.peer.url)
        made: dict[FlagKind | str, Waits] = {
            "judged": self.judged(),
            FlagKind.SENDING: self.refused(),
            FlagKind.PLACED: self.anothers_number(),
            FlagKind.DRIFT: self.another_total(),
            FlagKind.WRONG_RETURN: self.wrong_return(),
            FlagKind.MONEY: self.to_pay_back(),
            FlagKind.CARD: self.no_code(),
            FlagKind.BOOKS: self.lost_line(),
            FlagKind.RETURN: self.overdue(),
            "in part": self.in_part(),
            FlagKind.MAIL: self.no_such_mailbox(),
            "doubted": self.doubted(),
            FlagKind.FRAUD: self.rejected_late(),
        }
        return made

    def judged(self) -> Waits:
        reference = make_exchange(self.app, self.store_id, "AC-8001", review=True)
        return Waits(reference, "Worth more than the review limit", "decline", NO)

    def refused(self) -> Waits:
        reference = make_stuck(self.app, self.store_id, self.peer, "AC-8002", does.status(422))
        return Waits(reference, "The platform answered 422", "retry", {"retry-reason": "set right"})

    def anothers_number(self) -> Waits:
        """The platform names an order that the shop has had for long."""
        taken = does.status(200, b'{"order_identifier": "AC-1001", "total_amount_cents": 12900}')
        reference = make_stuck(self.app, self.store_id, self.peer, "AC-8003", taken)
        fields = {"placed-number": "X-8003", "placed-reason": "saw it there"}
        return Waits(reference, "The platform accepted the exchange order, but", "placed", fields)

    def another_total(self) -> Waits:
        self.peer.extra_total = 1250
        reference = self._placed("AC-8004")
        self.peer.extra_total = 0
        return Waits(reference, "The platform counts $141.50 in all")

    def wrong_return(self) -> Waits:
        reference = self._placed("AC-8005")
        with self.app.app_context(), store_scope(self.store_id):
            now = datetime.now(UTC)
            mark_unexpected(self._id(reference), "an empty box", now, "carrier", now)
            db.session.remove()
        return Waits(reference, "What came back is not what was expected: an empty box")

    def to_pay_back(self) -> Waits:
        """A refund is due, and the store has nobody who could send it."""
        return Waits(self._placed("AC-8006", TO_MOSS, refund_when="placed"), "Pay back $20.00")

    def no_code(self) -> Waits:
        """A gift card is due, and the pool is empty."""
        reference = self._placed("AC-8007", TO_CARD, gift_card_issuer="portal")
        return Waits(reference, "A gift card of $129.00 could not be given")

    def lost_line(self) -> Waits:
        """What is owed is gone from the ledger, as after an old backup."""
        reference = self._placed("AC-8008", TO_XL)
        with self.app.app_context(), store_scope(self.store_id):
            exchange_id = self._id(reference)
            with writing(), ledger_laid_open(db.session.connection()):
                db.session.execute(delete(Movement).where(Movement.exchange_id == exchange_id))
            assert not check_due(self.app.extensions["evenly.cashier"], exchange_id, datetime.now(UTC))
            db.session.remove()
        return Waits(reference, "The books differ: placed, and what is due was neither paid")

    def overdue(self) -> Waits:
        """Nothing came back: two reminders, and then a person."""
        reference = self._placed("AC-8009")
        with self.app.app_context():
            for count in range(3):
                chase_returns(datetime.now(UTC) + timedelta(days=60 + 4 * count))
            db.session.remove()
        return Waits(reference, "What comes back has not been seen")

    def no_such_mailbox(self) -> Waits:
        with self.app.app_context():
            turn_on(db.engine)
        reference = make_exchange(self.app, self.store_id, "AC-8010")
        with MailServer() as mail:
            mail.at_recipient.append("550 5.1.1 no such user")
            address = ServerAddress.from_url(mail.url())
            send(self.app, Post(address, "exchanges@shop.example", writer_of(self.app, "http://localhost")))
        return Waits(reference, "The confirmation mail could not be delivered")

    def in_part(self) -> Waits:
        """StateSet takes the first of two parkas and refuses the second; then the store is as before."""
        sandbox, store_id, now = create_sandbox(), self.store_id, datetime.now(UTC)
        running = start(sandbox)
        settings = {"url": f"{running.url}/stateset/v1", "approve_returns": "yes"}
        with self.app.app_context():
            disconnect_store(store_id, "optoro", now)
            connect_store(self._connections, store_id, "stateset", settings, "st_example", now)
            db.session.remove()
        reference = make_exchange(self.app, store_id, "AC-8012", lines=2)
        with httpx2.Client(base_url=running.url, trust_env=False) as client:
            fail_the_call(client, 6)
        send(self.app)
        running.stop()
        sandbox.close()
        with self.app.app_context():
            disconnect_store(store_id, "stateset", now)
            db.session.remove()
        connect(self.app, store_id, self.peer.url)
        kept = {"keep-rest-reason": "they would rather keep it"}
        return Waits(reference, "Placed, but only a part of it", "rest/give-back", kept)

    def doubted(self) -> Waits:
        """A screening system would rather have a person look."""
        with self._screener("REVIEW"):
            reference = self._placed("AC-8013")
        return Waits(reference, "Fraud screening by ravelin", "decline", NO)

    def rejected_late(self) -> Waits:
        """A person at the screening system rejects what was placed meanwhile."""
        with self._screener("ALLOW"), self.app.app_context():
            now, connections = datetime.now(UTC), self._connections
            token = make_callback_token(connections.box, self.store_id, "ravelin", now)
            reference = self._placed("AC-8011")
            body = json.dumps({"refundId": reference, "label": "REJECTED"}).encode()
            with store_scope(self.store_id):
                take_decision(connections.box, "ravelin", body, f"token {token}", now)
            db.session.remove()
        return Waits(reference, "A person at ravelin rejected it after it had been placed")

    @contextmanager
    def _screener(self, action: str) -> Iterator[None]:
        """The store is connected to a screening system that says this of everything."""
        says = json.dumps({"status": 200, "data": {"action": action, "source": "RULE"}}).encode()
        with Peer(otherwise=does.status(200, says)) as ravelin:
            settings, now = {"url": ravelin.url, "refund_abuse": "yes"}, datetime.now(UTC)
            with self.app.app_context():
                connect_store(self._connections, self.store_id, "ravelin", settings, "sk_test_example", now)
                db.session.remove()
            yield

    @property
    def _connections(self) -> Connections:
        made: Connections = self.app.extensions["evenly.connections"]
        return made

    def _placed(self, number: str, wish: Wish = TO_L, **policy: object) -> str:
        reference = make_exchange(self.app, self.store_id, number, wish=wish, policy=policy)
        send(self.app)
        return reference

    def _id(self, reference: str) -> int:
        return db.session.scalars(select(Exchange.id).where(Exchange.reference == reference)).one()
