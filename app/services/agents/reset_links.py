"""Links with which a person of the console chooses another password, once and within the hour.

Whoever makes one never learns the password. Until it is used everything stays as it was. An operator makes
one on the command line, an admin of the store on the page of its people, and who has forgotten theirs gets
one by mail (`app.services.agents.forgotten`).
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select

from app.domain.letter import SignInChange
from app.models import Agent, Membership, ResetLink, db, writing
from app.services.agents.agent_mails import tell_of_change
from app.services.agents.people import (
    UnknownAgent,
    actor_of,
    agent_called,
    end_sessions,
    forget_authenticator,
    tell_stores,
)
from app.services.agents.secrets_of_agents import password_hash

LASTS = timedelta(hours=1)


class LinkOver(LookupError):
    """No link, an old one, or one that was used: it is never said which."""


class NotYours(Exception):
    """The admin of one store cannot do this to somebody who serves others too."""


def make_link(email: str, now: datetime, actor: str = "operator", *, authenticator: bool = False) -> str:
    """What stands in the link. Earlier ones of this person are void. Raises UnknownAgent.

    With `authenticator` that is set up anew too, for somebody who has lost theirs: whoever has such a link
    and opens it first is that person, so it never goes by mail.
    """
    with writing():
        return make_link_within(agent_called(email), actor, authenticator=authenticator, now=now)


def make_link_for_colleague(agent_id: int, now: datetime, actor: str, *, authenticator: bool) -> str:
    """The same for somebody of the store in scope. Raises UnknownAgent, NotYours."""
    with writing():
        member = db.session.scalar(select(Membership).where(Membership.agent_id == agent_id))
        if member is None:
            raise UnknownAgent(str(agent_id))
        everywhere = select(func.count(Membership.id)).where(Membership.agent_id == agent_id)
        serves = db.session.scalar(everywhere.execution_options(all_stores=True)) or 0
        if authenticator and serves > 1:
            raise NotYours
        agent = db.session.get_one(Agent, agent_id)
        return make_link_within(agent, actor, authenticator=authenticator, now=now)


def make_link_within(agent: Agent, actor: str, *, authenticator: bool, now: datetime) -> str:
    """See `make_link`, within the caller's transaction."""
    token = secrets.token_urlsafe(32)
    db.session.execute(delete(ResetLink).where(ResetLink.agent_id == agent.id))
    db.session.add(
        ResetLink(
            id=_id_of(token),
            agent_id=agent.id,
            authenticator=authenticator,
            made_by=actor,
            expires_at=now + LASTS,
        )
    )
    tell_stores(agent.id, actor, "reset link made", now, {"authenticator": authenticator})
    return token


def is_open(token: str, now: datetime) -> bool:
    """Whether the page may ask for a password."""
    return _found(token, now) is not None


def choose_password(token: str, password: str, now: datetime) -> None:
    """Take the password and use the link up; every session of theirs ends. Raises LinkOver, WeakPassword."""
    hashed = password_hash(password)
    with writing():
        link = _found(token, now, lock=True)
        if link is None:
            raise LinkOver
        agent, authenticator = link.agent, link.authenticator
        agent.password_hash = hashed
        if authenticator:
            forget_authenticator(agent)
        db.session.execute(delete(ResetLink).where(ResetLink.agent_id == agent.id))
        end_sessions(agent.id)
        tell_stores(agent.id, actor_of(agent.id), "password chosen", now, {"authenticator": authenticator})
        tell_of_change(agent, SignInChange.PASSWORD, now)


def _found(token: str, now: datetime, *, lock: bool = False) -> ResetLink | None:
    wanted = (
        select(ResetLink)
        .join(Agent, Agent.id == ResetLink.agent_id)
        .where(
            ResetLink.id == _id_of(token),
            ResetLink.expires_at > now,
            Agent.disabled_at.is_(None),
        )
    )
    return db.session.scalar(wanted.with_for_update() if lock else wanted)


def _id_of(token: str) -> str:
    return hashlib.sha256(b"reset\0" + token.encode()).hexdigest()
