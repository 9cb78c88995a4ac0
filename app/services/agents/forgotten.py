"""A link for another password by mail, for whoever has forgotten theirs.

Asking does the same whether or not anybody signs in with this address: a letter is queued, and who sends it
looks. The link is made when the letter is; where that is kept a place is left open, which is filled on the
way out. The authenticator stays: whoever reads somebody's mail is not in yet.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.domain.idempotency import dispatch_key
from app.domain.letter import Letter, MailKind
from app.domain.order_number import email_key
from app.models import Agent, Dispatch, Purpose, Store, db, store_scope, writing
from app.services.agents.agent_mails import store_writing_to
from app.services.agents.reset_links import LASTS, make_link_within
from app.services.letters import sender_of
from app.services.mailing import message_id_of, queue_letter
from app.services.secret_box import SecretBox

ONCE_IN = timedelta(minutes=15)  # asking again sooner sends nothing more
ACTOR = "mail"


def ask_for_link(email: str, now: datetime) -> None:
    """Queue a letter to this address, once in a while. It is found out later whether it is ever written."""
    address = email_key(email)
    try:
        with writing():
            store = store_writing_to(address)
            if store is not None:
                with store_scope(store.id):
                    _queue(store, address, now)
    except IntegrityError:
        return  # asked for twice at the same moment


def is_over(dispatch: Dispatch, now: datetime) -> bool:
    """Whether a link made for this letter would be of no use any more."""
    return now >= dispatch.created_at + LASTS


def reader_of(dispatch: Dispatch) -> Agent | None:
    """Who signs in with the address that this letter goes to."""
    return db.session.scalar(
        select(Agent).where(Agent.email_key == dispatch.message["to"], Agent.disabled_at.is_(None))
    )


def link_for_mail(box: SecretBox, dispatch: Dispatch) -> dict[str, str]:
    """What stands in the link in place of what stands for it in the stored bytes; made the first time.

    Raises WrongKey.
    """
    facts = dispatch.message["facts"]
    if "sealed" not in facts:
        agent = reader_of(dispatch)
        assert agent is not None  # noqa: S101 - asked before, in this transaction
        token = make_link_within(agent, ACTOR, authenticator=False, now=dispatch.created_at)
        place = f"@@link-{dispatch.message['message_id'][:16]}@@"
        facts = {"sealed": box.encrypt(token), "place": place, "until": str(dispatch.created_at + LASTS)}
        dispatch.message = dispatch.message | {"facts": facts}
    return {f"place:{facts['place']}": box.decrypt(facts["sealed"])}


def _queue(store: Store, address: str, now: datetime) -> None:
    whose = hashlib.sha256(address.encode()).hexdigest()[:40]
    window = int((now - datetime.fromtimestamp(0, UTC)) / ONCE_IN)
    key = dispatch_key(store.slug, whose, window, Purpose.MAIL, MailKind.NEW_PASSWORD)
    letter = Letter(MailKind.NEW_PASSWORD, message_id_of(key), now, address, sender_of(store))
    queue_letter(letter, key, store.id, None, now)
