"""The provider's page of a payment: opening it, looking at its record, closing it. Over the network, now.

Unlike what moves money afterwards these are asked for while somebody waits, one request each and outside any
transaction; what came of it is then written down in one. Without an answer nothing is lost: the row says that
there is a page to ask about, and the same key gives the same page again.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from app.connectors.base import Outcome, Refused, Reply, Request, Signs
from app.connectors.gateway import CountsDeclines, Gateway
from app.connectors.moved import HostedPage
from app.connectors.settings import InvalidSettings
from app.domain.payment import PaymentRecord, PaymentWish
from app.models import WANTED, Payment, PaymentState, db, writing
from app.services.attempt_evidence import masked
from app.services.bearer_tokens import Sender
from app.services.connector_settings import Connections, NotConnected, gateway_for
from app.services.crashpoints import crashpoint
from app.services.payment_attempts import wish_of
from app.services.payment_records import forget_page, locked_payment, look_again_at, take_record
from app.services.payment_trouble import end_trouble, note_trouble
from app.services.secret_box import WrongKey

log = logging.getLogger("evenly.payments")
LONGEST_PROBLEM = 500
NOT_FOUND = 404
# Such a problem does not pass by itself: the provider does not take the amount at all.
NEVER = "It cannot be paid there: "


class NoWord(Exception):
    """The provider could not be asked, or gave no usable answer; nothing was changed. For an agent."""


class NoPage(NoWord):
    """The provider was asked to open a page and refused: under this key there is none."""


class NoRecord(NoWord):
    """The provider was asked and has no such page."""


@dataclass(frozen=True)
class Cashier:
    """What it takes to speak with payment providers: wired by whoever serves pages or watches payments."""

    connections: Connections
    make_sender: Callable[[], Sender]

    @cached_property
    def sender(self) -> Sender:
        """Made when it is first needed: reading all certificate authorities takes a while."""
        return self.make_sender()


def open_page(cashier: Cashier, payment_id: int, now: datetime) -> str | None:
    """The address of this try's page, opened if it is not open yet; None where there is none to be had."""
    payment = db.session.get_one(Payment, payment_id)
    if payment.standing is PaymentState.OPEN:
        return payment.page_url
    if payment.standing is not PaymentState.OPENING:
        return None
    wish, gateway_name = wish_of(payment), payment.gateway
    db.session.rollback()
    try:
        return _opened(payment_id, _page_for(cashier, gateway_name, wish, now), now)
    except NoWord as trouble:
        return _opened(payment_id, Refused(str(trouble)), now)


def look_at(cashier: Cashier, payment_id: int, now: datetime) -> PaymentRecord:
    """The provider's record of this try's page. Raises NoWord, NoRecord."""
    payment = db.session.get_one(Payment, payment_id)
    gateway_name, page, last_decline = payment.gateway, payment.page or "", payment.last_decline
    db.session.rollback()
    gateway = _gateway(cashier, gateway_name)
    reply = _ask(cashier, gateway, gateway.look_at_page(page), now)
    record = gateway.record_of(reply)
    if isinstance(record, Refused):
        raise (NoRecord if reply.status == NOT_FOUND else NoWord)(record.reason)
    if record.last_decline and record.last_decline != last_decline:
        return _with_declines(cashier, gateway, record, reply, now)
    return record


def _with_declines(
    cashier: Cashier, gateway: Gateway, record: PaymentRecord, reply: Reply, now: datetime
) -> PaymentRecord:
    """Several cards may have been declined since the last look; without the provider's word one is known."""
    asked = gateway.look_at_declines(reply) if isinstance(gateway, CountsDeclines) else None
    if asked is None or not isinstance(gateway, CountsDeclines):
        return record
    with contextlib.suppress(NoWord):
        return gateway.with_declines(record, _ask(cashier, gateway, asked, now))
    return record


def why_refund_failed(cashier: Cashier, system: str, reference: str, now: datetime) -> str:
    """Why a refund that was made has failed since; empty where it has not. Raises NoWord."""
    gateway = _gateway(cashier, system)
    return gateway.why_refund_failed(_ask(cashier, gateway, gateway.look_at_refund(reference), now))


def look_and_take(cashier: Cashier, payment_id: int, now: datetime) -> None:
    """Ask for the record and act on it; a page that is not wanted is closed first. Raises NoWord."""
    payment = db.session.get_one(Payment, payment_id)
    if payment.standing is PaymentState.CLOSING:
        if payment.page is None and not _find_page(cashier, payment_id, now):
            return
        close_page(cashier, payment_id, now)
    take_record(payment_id, look_at(cashier, payment_id, now), now)


def close_page(cashier: Cashier, payment_id: int, now: datetime) -> None:
    """Have this try's page closed; one that is over refuses this, which is as good. Raises NoWord."""
    payment = db.session.get_one(Payment, payment_id)
    gateway_name, page = payment.gateway, payment.page or ""
    db.session.rollback()
    gateway = _gateway(cashier, gateway_name)
    _ask(cashier, gateway, gateway.close_page(page), now)
    crashpoint("page-closed")


def _page_for(cashier: Cashier, gateway_name: str, wish: PaymentWish, now: datetime) -> HostedPage:
    """The page of this wish, the same one for the same key. Raises NoWord, NoPage."""
    gateway = _gateway(cashier, gateway_name)
    crashpoint("page-before-open")
    asked = gateway.open_page(wish)
    if isinstance(asked, Refused):
        raise NoPage(f"{NEVER}{asked.reason}")
    reply = _ask(cashier, gateway, asked, now)
    crashpoint("page-after-open")
    found = gateway.page_of(reply)
    if isinstance(found, HostedPage):
        return found
    raise (NoPage if gateway.outcome(reply) is Outcome.REJECTED else NoWord)(found.reason)


def _find_page(cashier: Cashier, payment_id: int, now: datetime) -> bool:
    """Whether a try that was given up before anybody knew its page has one to close. Raises NoWord."""
    payment = db.session.get_one(Payment, payment_id)
    wish, gateway_name = wish_of(payment), payment.gateway
    db.session.rollback()
    found = None
    if now < wish.expires_at:
        with contextlib.suppress(NoPage):
            found = _page_for(cashier, gateway_name, wish, now)
    with writing():
        exchange, payment = locked_payment(payment_id)
        if found is None:
            forget_page(exchange, payment, now, left=True)
        elif payment.page is None:
            payment.page = found.reference
    return found is not None


def _opened(payment_id: int, found: HostedPage | Refused, now: datetime) -> str | None:
    """Write down what came of opening. Who left meanwhile is given no address."""
    with writing():
        _, payment = locked_payment(payment_id)
        if payment.standing not in WANTED:
            return None
        if isinstance(found, Refused):
            payment.problem = found.reason[:LONGEST_PROBLEM]
            log.warning("No page could be opened for payment %s: %s", payment_id, found.reason)
            note_trouble(payment.gateway, found.reason, now)
            return None
        end_trouble(payment.gateway)
        payment.state, payment.problem = PaymentState.OPEN, None
        payment.page, payment.page_url = found.reference, found.url
        payment.expires_at, payment.next_look_at = found.expires_at, look_again_at(payment, now)
    crashpoint("page-recorded")
    return found.url


def _gateway(cashier: Cashier, name: str) -> Gateway:
    """Raises NoWord."""
    try:
        return gateway_for(cashier.connections, name)
    except (NotConnected, InvalidSettings, WrongKey) as problem:
        raise NoWord(str(problem)) from None
    finally:
        db.session.rollback()  # nothing is sent while a transaction is open


def _ask(cashier: Cashier, gateway: Gateway, request: Request, now: datetime) -> Reply:
    """One request, now; what comes back has our credential masked. Raises NoWord."""
    credentials = dict(gateway.credentials())
    if isinstance(gateway, Signs):
        credentials |= gateway.signature(request, now)
    sent = masked(cashier.sender.send(request, credentials), credentials)
    if isinstance(sent, Reply):
        return sent
    raise NoWord(sent.reason)
