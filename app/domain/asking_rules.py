"""Rules that refuse nothing and ask a person: of the value, the buyer, the reason given."""

from __future__ import annotations

from app.domain.verdicts import Answer, Case, Verdict, ask_if


def value_over_review_limit(case: Case) -> Verdict:
    limit = case.policy.value_review_limit
    if limit is None:
        return Verdict("value_over_review_limit", Answer.ALLOW)
    return ask_if(
        case.line.net + case.line.tax > limit,
        "value_over_review_limit",
        "We check exchanges of this value by hand",
        "Worth more than the review limit",
        limit=limit,
        paid=case.line.net + case.line.tax,
    )


def too_many_recent_exchanges(case: Case) -> Verdict:
    limit, recent = case.policy.recent_exchanges_limit, case.order.recent_exchanges
    if limit is None:
        return Verdict("too_many_recent_exchanges", Answer.ALLOW)
    return ask_if(
        recent >= limit,
        "too_many_recent_exchanges",
        "You exchanged several times of late, so we check this one by hand",
        f"{recent} exchanges within {case.policy.recent_exchanges_days} days, the limit is {limit}",
        recent=recent,
        limit=limit,
    )


def reason_needs_photo(case: Case) -> Verdict:
    """Judged once the reason is known. Photos cannot be added yet, so a person asks for one."""
    return ask_if(
        case.reason in case.policy.photo_reasons,
        "reason_needs_photo",
        "We look at this by hand and may ask you for a photo",
        "The policy wants a photo for this reason",
        reason=case.reason or "",
    )
