"""Mails to the people of the console: in whose name they are written, and the one that tells of a change.

Whoever changes how somebody signs in may not be that person, so they read of it at once.
"""

from __future__ import annotations

import hashlib
from datetime import datetime

from sqlalchemy import select

from app.domain.idempotency import dispatch_key
from app.domain.letter import Letter, MailKind, SignInChange
from app.models import Agent, Membership, Purpose, Store, db, store_scope
from app.services.letters import sender_of
from app.services.mailing import mail_is_on, message_id_of, queue_letter


def tell_of_change(agent: Agent, what: SignInChange, now: datetime) -> None:
    """Queue the mail that says what was changed, within the caller's transaction.

    Without a mail server, or a store to write in the name of, nothing is queued.
    """
    store = store_writing_to(agent.email_key) if mail_is_on() else None
    if store is None:
        return
    whose = hashlib.sha256(agent.email_key.encode()).hexdigest()[:40]
    occasion = f"{MailKind.SIGN_IN_CHANGED}:{what}:{now.isoformat()}"
    key = dispatch_key(store.slug, whose, 0, Purpose.MAIL, occasion)
    facts = {"what": str(what)}
    letter = Letter(
        MailKind.SIGN_IN_CHANGED, message_id_of(key), now, agent.email, sender_of(store), facts=facts
    )
    with store_scope(store.id):
        queue_letter(letter, key, store.id, None, now)


def store_writing_to(address: str) -> Store | None:
    """The store in whose name a mail to this address is written; any, for an address that nobody has."""
    serves = (
        select(Store)
        .join(Membership, Membership.store_id == Store.id)
        .join(Agent, Agent.id == Membership.agent_id)
        .where(Agent.email_key == address)
        .execution_options(all_stores=True)
    )
    found = db.session.scalar(serves.order_by(Store.id).limit(1))
    return found or db.session.scalar(select(Store).order_by(Store.id).limit(1))
