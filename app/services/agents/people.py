"""Who may sign in to the console, and in which role they serve which store.

Acts are in the audit trail of the store; an agent is named there by their id.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select

from app.domain.order_number import email_key
from app.models import Agent, AgentSession, Membership, Passkey, Role, db, store_scope, writing
from app.services import audit
from app.services.agents.secrets_of_agents import password_hash
from app.services.stores import EMAIL

FOR_SHOPPER = " for shopper"


class CannotMake(ValueError):
    """This agent cannot be made so; the message says why."""


class UnknownAgent(LookupError):
    """Nobody has this e-mail address."""


@dataclass(frozen=True)
class NewAgent:
    """What an operator types in. `password` only where the person is new."""

    email: str
    role: Role
    name: str = ""
    password: str | None = None


def actor_of(agent_id: int) -> str:
    """How the audit trail names an agent: never by a person's data."""
    return f"agent:{agent_id}"


def actor_for_shopper(agent_id: int) -> str:
    """How the trail names an agent who acts in a shopper's place: both of them."""
    return f"{actor_of(agent_id)}{FOR_SHOPPER}"


def create_agent(store_id: int, new: NewAgent, now: datetime, actor: str = "operator") -> int:
    """Let a person serve a store, or in another role from now on. Their id.

    Raises CannotMake, WeakPassword.
    """
    key = email_key(new.email)
    if not EMAIL.fullmatch(key) or len(key) > 320:
        raise CannotMake(f"{new.email!r} is not an e-mail address.")
    hashed = password_hash(new.password) if new.password is not None else None
    with store_scope(store_id), writing():
        agent = db.session.scalar(select(Agent).where(Agent.email_key == key))
        if agent is None:
            if hashed is None:
                raise CannotMake("Somebody new needs a password.")
            agent = Agent(email=new.email.strip(), email_key=key, name="", created_at=now)
            agent.password_hash = hashed
            db.session.add(agent)
        elif hashed is not None:
            raise CannotMake(f"{agent.email} can sign in already; `agents reset` gives another password.")
        agent.name = " ".join(new.name.split())[:120] or agent.name or agent.email.partition("@")[0]
        agent.disabled_at = None
        db.session.flush()
        _serve(store_id, agent.id, new.role)
        details = {"agent": agent.id, "role": str(new.role)}
        audit.record(f"store:{store_id}", actor, "agent added", details, now)
        return agent.id


def disable_agent(email: str, now: datetime, actor: str = "operator") -> None:
    """Nobody signs in under this address any more; who is signed in is signed out. Raises UnknownAgent."""
    with writing():
        agent = agent_called(email)
        agent.disabled_at = now
        end_sessions(agent.id)
        tell_stores(agent.id, actor, "agent disabled", now)


def reset_agent(email: str, password: str, now: datetime, actor: str = "operator") -> None:
    """Another password, and the authenticator is set up anew. Raises UnknownAgent, WeakPassword."""
    hashed = password_hash(password)
    with writing():
        agent = agent_called(email)
        agent.password_hash = hashed
        forget_authenticator(agent)
        end_sessions(agent.id)
        tell_stores(agent.id, actor, "agent reset", now)


def agent_called(email: str) -> Agent:
    """Whoever has this address. Raises UnknownAgent."""
    agent = db.session.scalar(select(Agent).where(Agent.email_key == email_key(email)))
    if agent is None:
        raise UnknownAgent(email)
    return agent


def _serve(store_id: int, agent_id: int, role: Role) -> None:
    member = db.session.scalar(select(Membership).where(Membership.agent_id == agent_id))
    if member is None:
        member = Membership(store_id=store_id, agent_id=agent_id)
        db.session.add(member)
    member.role = role


def forget_authenticator(agent: Agent) -> None:
    """It is set up anew at the next sign-in; no code and no passkey of before is taken any more."""
    agent.totp_secret = agent.totp_since = agent.totp_counter = None
    agent.recovery_codes = []
    db.session.execute(delete(Passkey).where(Passkey.agent_id == agent.id))


def end_sessions(agent_id: int) -> None:
    """Sign them out everywhere, within the caller's transaction."""
    db.session.execute(delete(AgentSession).where(AgentSession.agent_id == agent_id))


def tell_stores(
    agent_id: int, actor: str, act: str, now: datetime, details: Mapping[str, Any] | None = None
) -> None:
    """Write an act down in the trail of every store that they serve, within the caller's transaction."""
    stores = db.session.scalars(
        select(Membership.store_id).where(Membership.agent_id == agent_id).execution_options(all_stores=True)
    ).all()
    for store_id in stores:
        with store_scope(store_id):
            audit.record(f"store:{store_id}", actor, act, {"agent": agent_id, **(details or {})}, now)
