"""Who is signed in to the console, what they may do where, and what they are called."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, select

from app.models import Agent, AgentSession, Membership, Passkey, Role, Store, db

AGENT = re.compile(r"agent:([0-9]{1,18})( for shopper)?")


@dataclass(frozen=True)
class SignedIn:
    """The person behind a session. `passed`: the one-time code was right too.

    `store` and `role` are what is being served; None where they serve none any more.
    """

    session_id: str
    agent_id: int
    name: str
    email: str
    passed: bool
    has_totp: bool
    since: datetime
    seen_at: datetime
    store: Store | None
    role: Role | None

    @property
    def store_id(self) -> int | None:
        return self.store.id if self.store else None


def signed_in(session_id: str, now: datetime, idle: timedelta) -> SignedIn | None:
    """Whose session this is, None where it is over, was idle too long, or the person was disabled."""
    row = db.session.execute(
        select(AgentSession, Agent, Store, Membership.role)
        .join(Agent, Agent.id == AgentSession.agent_id)
        .outerjoin(
            Membership, (Membership.agent_id == Agent.id) & (Membership.store_id == AgentSession.store_id)
        )
        .outerjoin(Store, Store.id == Membership.store_id)
        .where(
            AgentSession.id == session_id,
            AgentSession.expires_at > now,
            AgentSession.seen_at > now - idle,
            Agent.disabled_at.is_(None),
        )
        .execution_options(all_stores=True)
    ).one_or_none()
    if row is None:
        return None
    session, agent, store, role = row
    return SignedIn(
        session.id,
        agent.id,
        agent.name,
        agent.email,
        session.passed,
        agent.totp_since is not None,
        session.created_at,
        session.seen_at,
        store,
        Role(role) if role else None,
    )


@dataclass(frozen=True)
class OwnSignIn:
    """What there is besides the password: the authenticator, and recovery codes not used yet."""

    authenticator_since: datetime | None
    codes_left: int


def own_sign_in(agent_id: int) -> OwnSignIn:
    """How this person signs in."""
    row = db.session.execute(select(Agent.totp_since, Agent.recovery_codes).where(Agent.id == agent_id)).one()
    return OwnSignIn(row.totp_since, len(row.recovery_codes))


def totp_secret_of(agent_id: int) -> str | None:
    """The stored secret, encrypted as it is."""
    return db.session.scalar(select(Agent.totp_secret).where(Agent.id == agent_id))


def stores_of(agent_id: int) -> list[tuple[int, str, Role]]:
    """The stores that an agent serves: id, name, role."""
    rows = db.session.execute(
        select(Store.id, Store.name, Membership.role)
        .join(Membership, Membership.store_id == Store.id)
        .where(Membership.agent_id == agent_id)
        .order_by(Store.name)
        .execution_options(all_stores=True)
    )
    return [(store_id, name, Role(role)) for store_id, name, role in rows]


def sessions_of(agent_id: int, now: datetime, idle: timedelta) -> list[AgentSession]:
    """Where an agent is signed in, the latest first; what was idle for so long is over."""
    return list(db.session.scalars(_going_on(now, idle).where(AgentSession.agent_id == agent_id)))


def sessions_at_store(store_id: int, now: datetime, idle: timedelta) -> dict[int, list[AgentSession]]:
    """Who is looking after this store at the moment, and where: by agent, the latest first."""
    found: dict[int, list[AgentSession]] = {}
    for session in db.session.scalars(_going_on(now, idle).where(AgentSession.store_id == store_id)):
        found.setdefault(session.agent_id, []).append(session)
    return found


def _going_on(now: datetime, idle: timedelta) -> Select[AgentSession]:
    """The sessions that still open something, as `signed_in` has it."""
    return (
        select(AgentSession)
        .where(AgentSession.passed, AgentSession.expires_at > now, AgentSession.seen_at > now - idle)
        .order_by(AgentSession.created_at.desc())
    )


def passkeys_of(agent_id: int) -> list[Passkey]:
    """The passkeys of an agent, the latest first."""
    rows = select(Passkey).where(Passkey.agent_id == agent_id).order_by(Passkey.id.desc())
    return list(db.session.scalars(rows))


def members() -> list[tuple[Agent, str, str]]:
    """Every agent with the slug of a store and the role there; all stores, for operators."""
    rows = db.session.execute(
        select(Agent, Store.slug, Membership.role)
        .join(Membership, Membership.agent_id == Agent.id)
        .join(Store, Store.id == Membership.store_id)
        .order_by(Store.slug, Agent.email_key)
        .execution_options(all_stores=True)
    )
    return [(agent, slug, role) for agent, slug, role in rows]


def colleagues() -> list[tuple[Agent, str]]:
    """Who serves the store in scope, with their role, by name."""
    rows = db.session.execute(
        select(Agent, Membership.role)
        .join(Membership, Membership.agent_id == Agent.id)
        .order_by(Agent.name, Agent.email_key)
    )
    return [(agent, role) for agent, role in rows]


def names_of(actors: Collection[str]) -> dict[str, str]:
    """What people call the actors of an audit trail: "agent:12", also where they act for a shopper.

    Others keep their word.
    """
    matches = {actor: AGENT.fullmatch(actor) for actor in actors}
    ids = {int(match[1]) for match in matches.values() if match}
    found = db.session.execute(select(Agent.id, Agent.name).where(Agent.id.in_(ids)))
    known = {agent_id: name for agent_id, name in found}  # noqa: C416 - mypy knows the pairs so
    return {
        actor: f"{known[int(match[1])]}{match[2] or ''}" if match and int(match[1]) in known else actor
        for actor, match in matches.items()
    }
