"""Links for a shopper who lost the order's number: asked for with an e-mail address, sent to that address.

Asking does the same whether or not anybody ever ordered with it: a letter is queued, and who sends it looks.
So neither the page nor the time it takes says which addresses are known. The links go to the address as it
stands in the orders, never as it was typed, for spelling is forgiven when looking.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.domain.idempotency import dispatch_key
from app.domain.letter import Letter, MailKind
from app.domain.order_number import email_key
from app.domain.signed_link import Purpose
from app.models import Dispatch, Order, Store, db, writing
from app.models import Purpose as Errand
from app.services import portal_links
from app.services.letters import sender_of
from app.services.mailing import message_id_of, queue_letter
from app.services.secret_box import SecretBox

ONCE_IN = timedelta(minutes=15)  # asking again sooner sends nothing more
LINKS_LIVE = timedelta(days=3)
RECENT = timedelta(days=180)
MOST_LINKS = 10


def ask_for_links(box: SecretBox, store_id: int, email: str, now: datetime) -> None:
    """Queue a letter to this address, once in a while. It is found out later whether it is ever written."""
    _see_to_a_key(box, store_id, now)
    try:
        with writing():
            _queue(store_id, email_key(email), now)
    except IntegrityError:
        return  # asked for twice at the same moment


def recent_orders(address: str, now: datetime) -> list[Order]:
    """The latest orders of whoever has this address, the newest first."""
    found = select(Order).where(
        Order.email_key == email_key(address), Order.placed_at >= now - RECENT, Order.cancelled.is_(False)
    )
    return list(db.session.scalars(found.order_by(Order.placed_at.desc(), Order.id.desc()).limit(MOST_LINKS)))


def put_links_in(box: SecretBox, dispatch: Dispatch, orders: list[Order]) -> None:
    """Complete the letter of this dispatch, within the caller's transaction. Raises NoLinkKey.

    What a gift was exchanged for went to its recipient, and so their link shows no amount.
    """
    letter = Letter.from_data(dispatch.message)
    until = dispatch.created_at + LINKS_LIVE
    links = []
    for order in orders:
        purpose = Purpose.GIFT if order.is_gift and order.parent_id is not None else Purpose.BUYER
        token = portal_links.sign(box, dispatch.store_id, order.number, purpose, until)
        path = portal_links.address_of("", letter.sender.slug, token)
        links.append({"order": order.number, "path": path})
    facts = {"links": links, "until": until.isoformat()}
    dispatch.message = letter.to_data() | {"to": orders[0].email, "facts": facts}


def forget_address(dispatch: Dispatch) -> None:
    """Keep no address of somebody whom nobody knows here."""
    dispatch.message = {"kind": dispatch.message["kind"]}


def _queue(store_id: int, address: str, now: datetime) -> None:
    store = db.session.get_one(Store, store_id)
    whose = hashlib.sha256(address.encode()).hexdigest()[:40]
    window = int((now - datetime.fromtimestamp(0, UTC)) / ONCE_IN)
    key = dispatch_key(store.slug, whose, window, Errand.MAIL, MailKind.LINKS)
    letter = Letter(MailKind.LINKS, message_id_of(key), now, address, sender_of(store))
    queue_letter(letter, key, store_id, None, now)


def _see_to_a_key(box: SecretBox, store_id: int, now: datetime) -> None:
    if not portal_links.keys_of(store_id):
        try:
            portal_links.make_key(box, store_id, now)
        except portal_links.KeyExists:
            return
