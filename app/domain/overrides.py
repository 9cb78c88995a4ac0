"""Exceptions: which rules an agent may override, what that costs, and how much of it on their own.

A rule that protects the platform, the money or the units of a line is never overridden: what it forbids
could not be done, or would be done twice.
"""

from __future__ import annotations

from app.domain.facts import LineFacts
from app.domain.policy import Policy
from app.domain.pricing import Units, credit_of
from app.domain.verdicts import Eligibility, Verdict

# Cancelled, not sent, refunded or exchanged already: there is nothing to exchange. A second exchange of the
# order would be refused by the platform, another currency cannot be summed up, and without an
# e-mail address the platform refuses it.
NEVER = frozenset(
    {
        "order_cancelled",
        "not_shipped",
        "in_live_exchange",
        "order_already_exchanged",
        "already_refunded",
        "line_already_exchanged",
        "other_currency",
        "no_email",
    }
)
ADMIN = "admin"


def may_be_overridden(verdict: Verdict) -> bool:
    """Whether an agent may set this rule aside."""
    return verdict.code not in NEVER


def to_override(eligibility: Eligibility) -> tuple[Verdict, ...]:
    """What stands against a line and is set aside by an exception; empty where one would not help."""
    standing = eligibility.standing
    return standing if all(may_be_overridden(verdict) for verdict in standing) else ()


def cost_of(line: LineFacts) -> int:
    """What an exception gives at the most: the credit of the line's open units, in minor units."""
    return credit_of(line, Units(line.gone, line.gone + line.open_units)).total


def limit_of(policy: Policy, role: str) -> int | None:
    """What somebody in this role may grant one exchange on their own, in minor units; None: anything."""
    limits = {
        "agent": policy.exception_limit_agent,
        "lead": policy.exception_limit_lead,
        ADMIN: policy.exception_limit_admin,
    }
    return limits[role]


def within_limit(policy: Policy, role: str, total: int) -> bool:
    """Whether exceptions of one exchange that come to `total` need nobody else."""
    limit = limit_of(policy, role)
    return limit is None or total <= limit


def may_approve(policy: Policy, role: str, total: int) -> bool:
    """Whether a second person in this role may approve them: within their own limit, or as an admin.

    Above the limit of admins it takes two of them, so that nobody's word is enough alone.
    """
    return role == ADMIN or within_limit(policy, role, total)
