"""Who may say yes to what waits for a decision, or settle money: not who chose it, and within their limit.

A yes gives what an exception gives, so the limits are those of exceptions (`app.domain.overrides`), over what
was paid for the items that come back. What somebody's word alone writes into the books, what of it a platform
placed no part of, and taking back what was placed go by the same ones.
"""

from __future__ import annotations

from sqlalchemy import select

from app.domain.overrides import may_approve
from app.domain.policy import Policy
from app.models import Agent, AuditEntry, Exchange, Membership, Role, Store, db
from app.services.agents.people import actor_for_shopper
from app.services.moving import chain_of
from app.services.overriding import Person
from app.services.placing import placing_of

LOOKING = ("viewed", "people shown")


def why_not_theirs(exchange: Exchange, person: Person) -> str:
    """Why this person cannot say yes, for them to read; empty where they can."""
    return _why_not(exchange, person, worth_of(exchange)) if _is_judged_first(exchange) else ""


def why_not_their_money(exchange: Exchange, person: Person, amount: int) -> str:
    """Why this person cannot settle this amount of it, in minor units; empty where they can."""
    return _why_not(exchange, person, amount) if amount else ""


def worth_of(exchange: Exchange) -> int:
    """What was paid for all that comes back, in minor units."""
    frozen = exchange.quote
    return sum(line.credit.total for line in frozen.lines) if frozen else 0


def chose_for_shopper(exchange: Exchange, person: Person) -> bool:
    """Whether they had a hand in what is judged first; looking at it is none."""
    return _is_judged_first(exchange) and acted_for_shopper(exchange, person)


def acted_for_shopper(exchange: Exchange, person: Person) -> bool:
    """Whether they had a hand in what was chosen; looking at it is none."""
    acted = select(AuditEntry.id).where(
        AuditEntry.chain == chain_of(exchange),
        AuditEntry.actor == actor_for_shopper(person.agent_id),
        AuditEntry.act.not_in(LOOKING),
    )
    return db.session.scalar(acted.limit(1)) is not None


def _why_not(exchange: Exchange, person: Person, worth: int) -> str:
    policy = db.session.get_one(Store, exchange.store_id).policy
    if not may_approve(policy, person.role, worth):
        return "This is worth more than you may approve. Ask a lead or an admin."
    if not acted_for_shopper(exchange, person) or _is_alone(policy, worth, person):
        return ""
    return "You chose this for the shopper, so a colleague has to decide."


def _is_judged_first(exchange: Exchange) -> bool:
    """A rule or the screening asked. What the platform refused was allowed before."""
    return bool(exchange.doubts) and placing_of(exchange.id) is None


def _is_alone(policy: Policy, worth: int, person: Person) -> bool:
    """A lead or an admin without anybody else in the store who could decide. That is recorded."""
    others = db.session.scalars(
        select(Membership.role)
        .join(Agent, Agent.id == Membership.agent_id)
        .where(Membership.agent_id != person.agent_id, Agent.disabled_at.is_(None))
    )
    return Role(person.role).at_least(Role.LEAD) and not any(may_approve(policy, r, worth) for r in others)
