"""May this line item be exchanged? One small rule a reason, each with a sentence for either reader.

All rules run, so that an agent sees every one; the first refusal is what the shopper reads. The rules that
only ever ask a person are `app.domain.asking_rules`.
"""

from __future__ import annotations

from collections.abc import Callable

from app.domain.asking_rules import (
    reason_needs_photo,
    too_many_recent_exchanges,
    value_over_review_limit,
)
from app.domain.overrides import NEVER
from app.domain.return_window import delivery_day, last_day, local_day, words_for_day
from app.domain.tags import tagged
from app.domain.verdicts import Answer, Case, Eligibility, Verdict, ask_if, refuse_if

__all__ = [
    "RULES",
    "Answer",
    "Case",
    "Eligibility",
    "Verdict",
    "judge",
    "last_day",
    "local_day",
    "words_for_day",
]


def judge(case: Case, granted: frozenset[str] = frozenset()) -> Eligibility:
    """Run every rule over one line. `granted` are the codes that an agent has overridden for it."""
    verdicts = tuple(rule(case) for rule in RULES)
    return Eligibility(verdicts, until=last_day(case), granted=granted - NEVER)


def order_cancelled(case: Case) -> Verdict:
    return refuse_if(
        case.order.cancelled, "order_cancelled", "This order was cancelled", "The order is cancelled"
    )


def not_shipped(case: Case) -> Verdict:
    return refuse_if(
        case.line.shipped == 0,
        "not_shipped",
        "Not shipped yet, so there is nothing to exchange",
        "No unit of this line has shipped",
        shipped=case.line.shipped,
    )


def not_delivered_yet(case: Case) -> Verdict:
    arrives = delivery_day(case)
    early = arrives is not None and case.today < arrives
    return refuse_if(
        early and case.line.shipped > 0,
        "not_delivered_yet",
        "On its way to you. You can exchange it once it has arrived",
        f"Not delivered before {arrives}",
        arrives=arrives,
    )


def outside_window(case: Case) -> Verdict:
    """Without any date nobody can tell whether the window is open: a person looks."""
    last = last_day(case)
    if last is None:
        return ask_if(
            case.line.shipped > 0,
            "outside_window",
            "We have to check by hand when this arrived",
            "Neither a delivery nor a shipping date is known",
            today=case.today,
        )
    rule = "set on the line" if case.line.return_until else f"{case.policy.window_days} days from delivery"
    return refuse_if(
        case.today > last,
        "outside_window",
        f"The exchange window closed on {words_for_day(last)}",
        f"The window closed on {last}: {rule}",
        last_day=last,
        today=case.today,
    )


def final_sale(case: Case) -> Verdict:
    return refuse_if(
        tagged(case.line.tags, case.policy.final_sale_tags),
        "final_sale",
        "Final sale, so it cannot be exchanged",
        "Tagged final sale",
    )


def gift_card_item(case: Case) -> Verdict:
    return refuse_if(
        tagged(case.line.tags, case.policy.gift_card_tags),
        "gift_card_item",
        "Gift cards cannot be exchanged",
        "The line is a gift card",
    )


def third_party(case: Case) -> Verdict:
    return refuse_if(
        tagged(case.line.tags, case.policy.third_party_tags),
        "third_party",
        "Sold by one of our partners, so we cannot exchange it here",
        "Sold by a third party",
    )


def excluded_tag(case: Case) -> Verdict:
    return refuse_if(
        tagged(case.line.tags | case.order.tags, case.policy.excluded_tags),
        "excluded_tag",
        "This item cannot be exchanged online",
        "Carries a tag that the policy excludes",
        tags=", ".join(sorted(case.line.tags | case.order.tags)),
    )


def excluded_country(case: Case) -> Verdict:
    country = case.order.shipping_address.country_code
    return refuse_if(
        country.casefold() in {code.casefold() for code in case.policy.excluded_countries},
        "excluded_country",
        "We cannot exchange orders sent to your country online",
        f"The policy excludes {country}",
        country=country,
    )


def already_refunded(case: Case) -> Verdict:
    sent = min(case.line.shipped, case.line.quantity)
    return refuse_if(
        case.line.refunded >= max(sent, 1),
        "already_refunded",
        "Already refunded",
        "Every unit of this line was refunded",
        refunded=case.line.refunded,
    )


def line_already_exchanged(case: Case) -> Verdict:
    none_left = case.line.committed > 0 and case.line.open_units == 0
    return refuse_if(
        none_left and not case.order.has_live_exchange,
        "line_already_exchanged",
        "Already exchanged",
        "Every unit of this line was exchanged",
        committed=case.line.committed,
    )


def order_already_exchanged(case: Case) -> Verdict:
    return refuse_if(
        case.order.was_exchanged,
        "order_already_exchanged",
        "This order was already exchanged once",
        "The platform takes one exchange an order",
    )


def in_live_exchange(case: Case) -> Verdict:
    return refuse_if(
        case.order.has_live_exchange,
        "in_live_exchange",
        "This order is already being exchanged",
        "The order has a live exchange",
    )


def other_currency(case: Case) -> Verdict:
    """Nothing can be summed up across currencies, and what an agent would grant could not be sent."""
    return refuse_if(
        case.order.currency != case.store.currency,
        "other_currency",
        "Paid in another currency, so it cannot be exchanged online",
        f"The order is in {case.order.currency}, the store sells in {case.store.currency}",
        order=case.order.currency,
        store=case.store.currency,
    )


def no_email(case: Case) -> Verdict:
    """Told before anything is chosen: what an agent would grant could not be sent either."""
    return refuse_if(
        case.order.lacks_email,
        "no_email",
        "The shop has no e-mail address for this order, and needs one to exchange it. Please ask the shop",
        "The platform takes no exchange without the customer's e-mail address, and the order has none",
    )


def chain_limit(case: Case) -> Verdict:
    return refuse_if(
        case.order.chain_depth >= case.policy.chain_limit,
        "chain_limit",
        "This item came from an exchange and cannot be exchanged online again",
        f"The chain has {case.order.chain_depth} exchanges, the limit is {case.policy.chain_limit}",
        depth=case.order.chain_depth,
    )


# What already happened to the item comes before days and tags: whoever had the money back should
# read that, and not that the window has closed since.
RULES: tuple[Callable[[Case], Verdict], ...] = (
    order_cancelled,
    not_shipped,
    in_live_exchange,
    order_already_exchanged,
    already_refunded,
    line_already_exchanged,
    not_delivered_yet,
    outside_window,
    final_sale,
    gift_card_item,
    third_party,
    excluded_tag,
    excluded_country,
    other_currency,
    no_email,
    chain_limit,
    value_over_review_limit,
    too_many_recent_exchanges,
    reason_needs_photo,
)
