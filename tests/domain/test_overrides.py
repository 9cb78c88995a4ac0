"""Which rules an agent may override, what that costs, and up to where without a colleague."""

from __future__ import annotations

import pytest

from app.domain.eligibility import RULES, Answer, Case, judge
from app.domain.overrides import NEVER, cost_of, limit_of, may_approve, to_override, within_limit
from app.domain.policy import Policy
from app.domain.verdicts import Eligibility, Verdict
from app.web.console.rule_words import RULE_WORDS
from tests.domain.examples import TODAY, USD_STORE, line, order

LIMITS = Policy(exception_limit_agent=10_000, exception_limit_lead=50_000, exception_limit_admin=90_000)


def against(
    *codes: str, granted: frozenset[str] = frozenset(), answer: Answer = Answer.REFUSE
) -> Eligibility:
    verdicts = tuple(Verdict(code, answer, "No", "No") for code in codes)
    return Eligibility((Verdict("not_shipped", Answer.ALLOW), *verdicts), granted=granted)


def test_every_rule_has_words_and_no_rule_is_named_that_is_none() -> None:
    codes = {rule.__name__ for rule in RULES}
    assert set(RULE_WORDS) == codes
    assert codes > NEVER


def test_what_is_overridden_stands_in_nobodys_way() -> None:
    both = against("outside_window", "final_sale")
    assert [verdict.code for verdict in to_override(both)] == ["outside_window", "final_sale"]
    half = against("outside_window", "final_sale", granted=frozenset({"outside_window"}))
    assert half.refusal is not None
    assert half.refusal.code == "final_sale"
    assert [verdict.code for verdict in half.overridden] == ["outside_window"]
    whole = against("outside_window", "final_sale", granted=frozenset({"outside_window", "final_sale"}))
    assert whole.allowed
    assert to_override(whole) == ()


def test_a_doubt_is_overridden_like_a_refusal() -> None:
    doubt = against("value_over_review_limit", answer=Answer.ASK)
    assert len(doubt.doubts) == 1
    granted = frozenset({"value_over_review_limit"})
    assert against("value_over_review_limit", answer=Answer.ASK, granted=granted).allowed


@pytest.mark.parametrize("code", sorted(NEVER))
def test_what_cannot_be_done_cannot_be_overridden(code: str) -> None:
    assert to_override(against("final_sale", code)) == ()


def test_an_exception_for_a_fixed_rule_counts_for_nothing() -> None:
    sold = line(tags=frozenset({"final-sale"}))
    asked = Case(USD_STORE, Policy(), order(sold, cancelled=True), sold, TODAY)
    judged = judge(asked, frozenset({"order_cancelled", "final_sale"}))
    assert [verdict.code for verdict in judged.standing] == ["order_cancelled"]
    assert [verdict.code for verdict in judged.overridden] == ["final_sale"]


@pytest.mark.parametrize(
    ("units", "gone", "cost"),
    [(3, 0, 2900 + 290), (3, 1, 1934 + 194), (3, 2, 967 + 97), (3, 3, 0)],
)
def test_it_costs_the_credit_of_the_open_units(units: int, gone: int, cost: int) -> None:
    bought = line(product=3000, discount=100, tax=290, quantity=units, shipped=units, committed=gone)
    assert cost_of(bought) == cost


@pytest.mark.parametrize(
    ("role", "total", "alone"),
    [
        ("agent", 0, True), ("agent", 10_000, True), ("agent", 10_001, False),
        ("lead", 50_000, True), ("lead", 50_001, False),
        ("admin", 90_000, True), ("admin", 90_001, False),
    ],
)  # fmt: skip
def test_limits_by_role(role: str, total: int, alone: bool) -> None:
    assert within_limit(LIMITS, role, total) is alone


def test_without_a_limit_an_admin_needs_nobody() -> None:
    assert limit_of(Policy(), "admin") is None
    assert within_limit(Policy(), "admin", 10**12)


@pytest.mark.parametrize(
    ("role", "total", "may"),
    [
        ("agent", 10_000, True), ("agent", 10_001, False),
        ("lead", 50_000, True), ("lead", 50_001, False),
        ("admin", 90_001, True),
    ],
)  # fmt: skip
def test_a_second_person_approves_within_their_own_limit_and_an_admin_anything(
    role: str, total: int, may: bool
) -> None:
    assert may_approve(LIMITS, role, total) is may
