"""What somebody changes of their own sign-in: the password, the recovery codes, the authenticator.

Each asks for the password once more, as a browser may have been left open. The session goes on under a new
id, and a mail tells the person. Which tries are too many is counted in `app.web.console.throttling`.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, select, update

from app.domain.letter import SignInChange
from app.models import Agent, AgentSession, ResetLink, db, writing
from app.services.agents.agent_mails import tell_of_change
from app.services.agents.people import actor_of, tell_of_signing_in, tell_stores
from app.services.agents.secrets_of_agents import (
    matching_step,
    new_recovery_codes,
    new_totp_secret,
    password_fits,
    password_hash,
    recovery_hash,
)
from app.services.agents.signing_in import NotThem
from app.services.secret_box import SecretBox

SCAN_WITHIN = timedelta(minutes=10)


class NothingBegun(LookupError):
    """No authenticator was begun in this session, or too long ago."""


def change_password(agent_id: int, session_id: str, new_id: str, old: str, new: str, now: datetime) -> None:
    """Another password; all sessions but this one end, and so do links for another password.

    Raises NotThem for a wrong `old`, WeakPassword.
    """
    known = _proved(agent_id, old, now)
    hashed = password_hash(new)
    with writing():
        agent = _locked(agent_id, known)
        agent.password_hash = hashed
        db.session.execute(delete(ResetLink).where(ResetLink.agent_id == agent_id))
        _go_on_alone(agent_id, session_id, new_id)
        _tell(agent, "password changed", SignInChange.PASSWORD, now)


def make_recovery_codes(
    agent_id: int, session_id: str, new_id: str, password: str, now: datetime
) -> list[str]:
    """Codes in place of those of before, shown this once. Raises NotThem."""
    known, codes = _proved(agent_id, password, now), new_recovery_codes()
    with writing():
        agent = _locked(agent_id, known)
        agent.recovery_codes = [recovery_hash(each) for each in codes]
        _renew(session_id, new_id)
        _tell(agent, "recovery codes made", SignInChange.RECOVERY_CODES, now)
    return codes


def begin_authenticator(box: SecretBox, agent_id: int, session_id: str, password: str, now: datetime) -> None:
    """Think of a secret for another authenticator; the one of before goes on working. Raises NotThem."""
    known = _proved(agent_id, password, now)
    with writing():
        _locked(agent_id, known)
        _change(session_id, next_totp=box.encrypt(new_totp_secret()), next_totp_until=now + SCAN_WITHIN)


def begun_authenticator(box: SecretBox, session_id: str, now: datetime) -> str:
    """The secret that was thought of in this session, in base32. Raises NothingBegun."""
    stored = db.session.scalar(
        select(AgentSession.next_totp).where(
            AgentSession.id == session_id, AgentSession.next_totp_until > now
        )
    )
    if stored is None:
        raise NothingBegun
    return box.decrypt(stored)


def replace_authenticator(
    box: SecretBox, agent_id: int, session_id: str, new_id: str, code: str, now: datetime
) -> None:
    """The new one's first code: from now on it is the one that is asked for, and all other sessions end.

    Recovery codes and passkeys stay. Raises NotThem for a wrong code, NothingBegun.
    """
    with writing():
        agent = db.session.get_one(Agent, agent_id, with_for_update=True)
        secret = begun_authenticator(box, session_id, now)
        step = matching_step(secret, code, None, now)
        if step is None:
            tell_of_signing_in(agent_id, "code refused", now, {})
        else:
            agent.totp_secret, agent.totp_since, agent.totp_counter = box.encrypt(secret), now, step
            _go_on_alone(agent_id, session_id, new_id)
            _tell(agent, "authenticator replaced", SignInChange.AUTHENTICATOR, now)
    if step is None:  # after the commit, as the refusal stays written down
        raise NotThem


def _proved(agent_id: int, password: str, now: datetime) -> str:
    """What is kept of the password, which was typed in rightly. Raises NotThem."""
    known = db.session.scalar(select(Agent.password_hash).where(Agent.id == agent_id))
    if known is None or not password_fits(password, known):
        with writing():
            tell_of_signing_in(agent_id, "password refused", now, {})
        raise NotThem
    return known


def _locked(agent_id: int, known: str) -> Agent:
    """The person, whose password is still the one that was proved. Raises NotThem."""
    agent = db.session.get_one(Agent, agent_id, with_for_update=True, populate_existing=True)
    if agent.password_hash != known or agent.disabled_at is not None:
        raise NotThem
    return agent


def _go_on_alone(agent_id: int, session_id: str, new_id: str) -> None:
    """This session and no other of theirs, under a new id."""
    others = delete(AgentSession).where(AgentSession.agent_id == agent_id, AgentSession.id != session_id)
    db.session.execute(others)
    _renew(session_id, new_id)


def _renew(session_id: str, new_id: str) -> None:
    """A copy of the cookie opens nothing any more; what was begun in the session is forgotten."""
    _change(session_id, id=new_id, next_totp=None, next_totp_until=None)


def _change(session_id: str, **values: object) -> None:
    """Write into the session. Raises NotThem where it was ended meanwhile."""
    changed = update(AgentSession).where(AgentSession.id == session_id).values(values)
    if db.session.scalar(changed.returning(AgentSession.id)) is None:
        raise NotThem


def _tell(agent: Agent, act: str, what: SignInChange, now: datetime) -> None:
    tell_stores(agent.id, actor_of(agent.id), act, now)
    tell_of_change(agent, what, now)
