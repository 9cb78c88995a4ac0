"""Signing in, in two steps: the password, then a one-time code or a recovery code. Each gives a new session.

Whoever knows the password alone has a session that opens the next question and nothing else, for ten
minutes. Which tries are too many is counted in `app.web.console.throttling`.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, func, select, update

from app.domain.order_number import email_key
from app.models import Agent, AgentSession, Membership, Store, db, store_scope, writing
from app.services import audit
from app.services.agents.people import actor_of, tell_of_signing_in, tell_stores
from app.services.agents.secrets_of_agents import (
    matching_step,
    new_recovery_codes,
    new_totp_secret,
    password_fits,
    recovery_hash,
)
from app.services.secret_box import SecretBox

HALF_WAY = timedelta(minutes=10)
WHOLE = timedelta(hours=12)
IDLE = timedelta(minutes=30)


class NotThem(Exception):
    """What was typed does not prove who they are. It is never said which part was wrong."""


def check_password(box: SecretBox, email: str, password: str, session_id: str, now: datetime) -> None:
    """Open the session that asks for the code, under this new id. Raises NotThem."""
    found = db.session.execute(
        select(Agent.id, Agent.password_hash, Agent.disabled_at).where(Agent.email_key == email_key(email))
    ).one_or_none()
    fits = password_fits(password, found.password_hash if found else None)
    if found is None or not fits or found.disabled_at is not None:
        _note_refused(found.id if found else None, now)
        raise NotThem
    with writing():
        db.session.execute(delete(AgentSession).where(AgentSession.expires_at <= now))
        agent = db.session.get_one(Agent, found.id)
        if agent.totp_since is None:
            # Anew each time: a code that somebody saw on a screen before is worth nothing.
            agent.totp_secret = box.encrypt(new_totp_secret())
        db.session.add(_session(session_id, agent.id, now, now + HALF_WAY))


def check_code(box: SecretBox, old_id: str, new_id: str, code: str, browser: str, now: datetime) -> None:
    """Go on under a new id as somebody who is signed in. Each code is taken once. Raises NotThem."""
    with writing():
        agent = _half_way(old_id, now)
        taken = _take_code(box, agent, code, now) if agent.totp_since is not None else ""
        if taken:
            open_session(old_id, new_id, agent.id, browser, now, taken)
        else:
            tell_of_signing_in(agent.id, "code refused", now, {})
    if not taken:  # after the commit, as the refusal stays written down
        raise NotThem


def set_up(box: SecretBox, old_id: str, new_id: str, code: str, browser: str, now: datetime) -> list[str]:
    """The authenticator's first code: from now on it is asked for. The recovery codes, shown this once.

    Raises NotThem.
    """
    with writing():
        agent = _half_way(old_id, now)
        taken = agent.totp_since is None and _take_step(box, agent, code, now)
        codes = new_recovery_codes()
        if taken:
            agent.totp_since = now
            agent.recovery_codes = [recovery_hash(each) for each in codes]
            open_session(old_id, new_id, agent.id, browser, now, "first code")
        else:
            tell_of_signing_in(agent.id, "code refused", now, {})
    if not taken:
        raise NotThem
    return codes


def open_session(old_id: str, new_id: str, agent_id: int, browser: str, now: datetime, proof: str) -> None:
    """A whole session in place of this one, for who has proved who they are; in the caller's transaction.

    `proof` is what they proved it with, for the audit trail.
    """
    tell_of_signing_in(agent_id, "signed in", now, {"with": proof})
    db.session.execute(delete(AgentSession).where(AgentSession.id == old_id))
    session = _session(new_id, agent_id, now, now + WHOLE)
    session.passed, session.browser = True, browser[:200]
    session.store_id = db.session.scalar(
        select(Membership.store_id)
        .where(Membership.agent_id == agent_id)
        .order_by(Membership.store_id)
        .limit(1)
        .execution_options(all_stores=True)
    )
    db.session.add(session)


def sign_out(session_id: str, now: datetime) -> None:
    """End this session."""
    with writing():
        gone = delete(AgentSession).where(AgentSession.id == session_id)
        ended = db.session.execute(gone.returning(AgentSession.agent_id, AgentSession.passed)).one_or_none()
        if ended is not None and ended.passed:
            tell_of_signing_in(ended.agent_id, "signed out", now, {})


def end_session(session_id: str, agent_id: int, now: datetime) -> None:
    """Sign this agent out in one place. One that is over, or somebody else's, is left as it is."""
    _end(session_id, AgentSession.agent_id == agent_id, agent_id, now)


def end_session_at(store_id: int, session_id: str, by: int, now: datetime) -> None:
    """The same for whoever looks after this store there."""
    _end(session_id, AgentSession.store_id == store_id, by, now)


def sign_out_everywhere(agent_id: int, now: datetime) -> None:
    """End every session of this agent, this one too."""
    with writing():
        db.session.execute(delete(AgentSession).where(AgentSession.agent_id == agent_id))
        tell_of_signing_in(agent_id, "signed out everywhere", now, {})


def note_use(session_id: str, now: datetime) -> None:
    """Half an hour begins anew."""
    with writing():
        session = db.session.get(AgentSession, session_id)
        if session is not None:
            session.seen_at = now


def serve_store(session_id: str, new_id: str, agent_id: int, store_id: int, now: datetime) -> bool:
    """Look after another store from now on, under a new id; False where the agent does not serve it.

    It is the same session otherwise, and ends when it would have. The store's trail says who came.
    """
    with writing():
        member = db.session.scalar(
            select(Membership.id)
            .where(Membership.agent_id == agent_id, Membership.store_id == store_id)
            .execution_options(all_stores=True)
        )
        if member is None:
            return False
        moved = update(AgentSession).where(AgentSession.id == session_id, AgentSession.passed)
        gone_on = db.session.scalar(
            moved.values(id=new_id, store_id=store_id, seen_at=now).returning(AgentSession.id)
        )
        if gone_on is None:  # signed out meanwhile
            return False
        with store_scope(store_id):
            audit.record(actor_of(agent_id), actor_of(agent_id), "serves store", {}, now)
        return True


def _end(session_id: str, allowed: ColumnElement[bool], by: int, now: datetime) -> None:
    with writing():
        ended = db.session.scalar(
            delete(AgentSession)
            .where(AgentSession.id == session_id, AgentSession.passed, allowed)
            .returning(AgentSession.agent_id)
        )
        if ended is not None:
            tell_stores(ended, actor_of(by), "session ended", now)


def _half_way(session_id: str, now: datetime) -> Agent:
    session = db.session.get(AgentSession, session_id, with_for_update=True)
    if session is None or session.passed or session.expires_at <= now:
        raise NotThem
    agent = db.session.get_one(Agent, session.agent_id, with_for_update=True)
    if agent.disabled_at is not None:
        raise NotThem
    return agent


def _note_refused(agent_id: int | None, now: datetime) -> None:
    """Written down for an address that nobody has as well, in the oldest store: both take the same time."""
    with writing():
        if agent_id is not None:
            tell_of_signing_in(agent_id, "password refused", now, {})
            return
        store_id = db.session.scalar(select(func.min(Store.id)))
        if store_id is not None:
            with store_scope(store_id):
                audit.record("agent:nobody", "nobody", "password refused", {}, now)


def _take_code(box: SecretBox, agent: Agent, code: str, now: datetime) -> str:
    """A one-time code, or a recovery code, which is used up: which of them, empty for neither."""
    if _take_step(box, agent, code, now):
        return "code"
    hashed = recovery_hash(code)
    if hashed not in agent.recovery_codes:
        return ""
    agent.recovery_codes = [each for each in agent.recovery_codes if each != hashed]
    return "recovery code"


def _take_step(box: SecretBox, agent: Agent, code: str, now: datetime) -> bool:
    if agent.totp_secret is None:
        return False
    step = matching_step(box.decrypt(agent.totp_secret), code, agent.totp_counter, now)
    if step is None:
        return False
    agent.totp_counter = step
    return True


def _session(session_id: str, agent_id: int, now: datetime, expires_at: datetime) -> AgentSession:
    return AgentSession(id=session_id, agent_id=agent_id, created_at=now, seen_at=now, expires_at=expires_at)
