"""Each eligibility rule on either side of its edge, and the order in which their answers count."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from app.domain.eligibility import RULES, Answer, Case, Verdict, judge
from app.domain.facts import Address
from app.domain.policy import Policy
from app.domain.reasons import Reason
from tests.domain.examples import TODAY, USD_STORE, line, order

LINE_FACTS = {
    "quantity",
    "shipped",
    "refunded",
    "committed",
    "tags",
    "return_until",
    "product",
    "discount",
    "tax",
}
POLICY_FACTS = set(Policy.__dataclass_fields__)


def case(**facts: Any) -> Case:
    """A case that every rule allows, but for the facts given: of its line, its policy or its order."""
    today, reason = facts.pop("today", TODAY), facts.pop("reason", None)
    of_line = {name: facts.pop(name) for name in LINE_FACTS & facts.keys()}
    policy = Policy(**{name: facts.pop(name) for name in POLICY_FACTS & facts.keys()})
    bought = line(**of_line)
    return Case(USD_STORE, policy, order(bought, **facts), bought, today, reason)


def answer(code: str, asked: Case) -> Verdict:
    return next(verdict for verdict in judge(asked).verdicts if verdict.code == code)


def tags(*names: str) -> dict[str, Any]:
    return {"tags": frozenset(names)}


REFUSED: list[tuple[str, dict[str, Any]]] = [
    ("order_cancelled", {"cancelled": True}),
    ("not_shipped", {"shipped": 0}),
    ("not_delivered_yet", {"today": date(2026, 11, 9)}),
    ("outside_window", {"today": date(2026, 12, 11)}),
    ("outside_window", {"return_until": date(2026, 11, 19)}),
    ("outside_window", {"window_days": 9}),
    ("final_sale", tags("final-sale")),
    ("final_sale", tags("FinalSale")),
    ("final_sale", tags("summer", "Final Sale")),
    ("final_sale", {"final_sale_tags": ("no-way-back",), **tags("No way back")}),
    ("gift_card_item", tags("gift-card")),
    ("third_party", tags("Thirdparty")),
    ("third_party", tags("third-party")),
    ("excluded_tag", {"excluded_tags": ("cs-required",), **tags("cs-required")}),
    ("excluded_country", {"excluded_countries": ("CA", "US")}),
    ("excluded_country", {"excluded_countries": ("us",)}),
    ("other_currency", {"currency": "EUR"}),
    ("no_email", {"lacks_email": True}),
    ("already_refunded", {"refunded": 1}),
    ("already_refunded", {"quantity": 3, "refunded": 3}),
    ("already_refunded", {"quantity": 3, "shipped": 1, "refunded": 1}),
    ("already_refunded", {"quantity": 2, "shipped": 3, "refunded": 2}),
    ("line_already_exchanged", {"committed": 1}),
    ("line_already_exchanged", {"quantity": 2, "committed": 2}),
    ("line_already_exchanged", {"quantity": 2, "refunded": 1, "committed": 1}),
    ("line_already_exchanged", {"quantity": 2, "refunded": 1, "committed": 2}),
    ("line_already_exchanged", {"quantity": 2, "shipped": 1, "committed": 1}),
    ("order_already_exchanged", {"was_exchanged": True}),
    ("in_live_exchange", {"has_live_exchange": True}),
    ("chain_limit", {"chain_depth": 2}),
    ("chain_limit", {"chain_depth": 3}),
    ("chain_limit", {"chain_limit": 0}),
]

ALLOWED: list[tuple[str, dict[str, Any]]] = [
    ("not_shipped", {"quantity": 3, "shipped": 1}),
    ("not_delivered_yet", {"today": date(2026, 11, 10)}),
    ("not_delivered_yet", {"shipped": 0, "today": date(2026, 11, 9)}),  # `not_shipped` says it better
    ("outside_window", {"today": date(2026, 12, 10)}),
    ("outside_window", {"return_until": date(2026, 11, 20)}),
    ("outside_window", {"return_until": date(2027, 6, 1), "today": date(2027, 6, 1)}),
    ("outside_window", {"window_days": 10}),
    ("final_sale", tags("final")),
    ("final_sale", tags("")),
    ("final_sale", {"final_sale_tags": ("★",), **tags("!")}),  # nothing left of either is no meeting
    ("excluded_tag", {"excluded_tags": ("cs-required",), **tags("other")}),
    ("excluded_country", {"excluded_countries": ("CA",)}),
    ("other_currency", {"currency": "USD"}),
    ("excluded_country", {"excluded_countries": ("US",), "shipping_address": Address()}),
    ("already_refunded", {"quantity": 3, "refunded": 2}),
    ("line_already_exchanged", {"quantity": 2, "committed": 1}),
    ("line_already_exchanged", {"refunded": 1}),  # `already_refunded` says it
    ("line_already_exchanged", {"committed": 1, "has_live_exchange": True}),  # `in_live_exchange` says it
    ("chain_limit", {"chain_depth": 1}),
    ("chain_limit", {"chain_depth": 0, "chain_limit": 1}),
    ("value_over_review_limit", {}),
    ("value_over_review_limit", {"value_review_limit": 13_964}),
    ("too_many_recent_exchanges", {"recent_exchanges": 99}),
    ("too_many_recent_exchanges", {"recent_exchanges": 2, "recent_exchanges_limit": 3}),
    ("reason_needs_photo", {"photo_reasons": (Reason.DAMAGED,)}),  # nobody has said yet
    ("reason_needs_photo", {"photo_reasons": (Reason.DAMAGED,), "reason": Reason.TOO_SMALL}),
    ("reason_needs_photo", {"reason": Reason.DAMAGED}),
]

ASKED: list[tuple[str, dict[str, Any]]] = [
    ("value_over_review_limit", {"value_review_limit": 13_963}),
    ("value_over_review_limit", {"value_review_limit": 0}),
    ("outside_window", {"delivered_at": None, "shipped_at": None}),
    ("too_many_recent_exchanges", {"recent_exchanges": 3, "recent_exchanges_limit": 3}),
    ("too_many_recent_exchanges", {"recent_exchanges": 0, "recent_exchanges_limit": 0}),
    ("reason_needs_photo", {"photo_reasons": (Reason.DAMAGED,), "reason": Reason.DAMAGED}),
]


@pytest.mark.parametrize(("code", "facts"), REFUSED)
def test_refused(code: str, facts: dict[str, Any]) -> None:
    asked = case(**facts)
    verdict = answer(code, asked)
    assert verdict.answer is Answer.REFUSE
    assert verdict.shopper
    assert verdict.agent
    assert not judge(asked).allowed


@pytest.mark.parametrize(("code", "facts"), ALLOWED)
def test_allowed(code: str, facts: dict[str, Any]) -> None:
    verdict = answer(code, case(**facts))
    assert (verdict.answer, verdict.shopper, verdict.agent) == (Answer.ALLOW, "", "")


@pytest.mark.parametrize(("code", "facts"), ASKED)
def test_asked_a_person(code: str, facts: dict[str, Any]) -> None:
    asked = case(**facts)
    eligibility = judge(asked)
    assert answer(code, asked).answer is Answer.ASK
    assert not eligibility.allowed
    assert eligibility.refusal is None
    assert [doubt.code for doubt in eligibility.doubts] == [code]
    assert eligibility.blocking is not None
    assert (eligibility.blocking.code, bool(eligibility.blocking.shopper)) == (code, True)


def test_a_tag_of_the_order_excludes_its_lines() -> None:
    asked = case(excluded_tags=("wholesale",))
    assert judge(asked).allowed
    wholesale = replace(asked, order=replace(asked.order, tags=frozenset({"Wholesale"})))
    assert answer("excluded_tag", wholesale).answer is Answer.REFUSE


def test_an_ordinary_line_passes_every_rule() -> None:
    eligibility = judge(case())
    assert eligibility.allowed
    assert eligibility.blocking is None
    assert eligibility.until == date(2026, 12, 10)


def test_every_rule_answers_under_its_own_name_whatever_the_others_say() -> None:
    hopeless = case(cancelled=True, shipped=0, has_live_exchange=True, chain_depth=9, **tags("final-sale"))
    verdicts = judge(hopeless).verdicts
    assert [verdict.code for verdict in verdicts] == [rule.__name__ for rule in RULES]
    assert {v.code for v in verdicts if v.answer is Answer.REFUSE} == {
        "order_cancelled",
        "not_shipped",
        "in_live_exchange",
        "final_sale",
        "chain_limit",
    }


def test_the_order_of_the_rules_is_the_order_of_their_weight() -> None:
    """What became of the order, then of the item, then when, then what it is, then how often."""
    assert [rule.__name__ for rule in RULES] == [
        "order_cancelled",
        "not_shipped",
        "in_live_exchange",
        "order_already_exchanged",
        "already_refunded",
        "line_already_exchanged",
        "not_delivered_yet",
        "outside_window",
        "final_sale",
        "gift_card_item",
        "third_party",
        "excluded_tag",
        "excluded_country",
        "other_currency",
        "no_email",
        "chain_limit",
        "value_over_review_limit",
        "too_many_recent_exchanges",
        "reason_needs_photo",
    ]


def test_every_rule_has_its_cases() -> None:
    speaking = {code for code, _ in (*REFUSED, *ASKED)}
    assert speaking == {rule.__name__ for rule in RULES}


@pytest.mark.parametrize(
    ("why", "facts", "code"),
    [
        ("a refusal before any doubt", {"value_review_limit": 0, **tags("gift-card")}, "gift_card_item"),
        (
            "a later refusal before an earlier doubt",
            {"delivered_at": None, "shipped_at": None, **tags("final-sale")},
            "final_sale",
        ),
        ("what happened before when", {"refunded": 1, "today": date(2027, 1, 1)}, "already_refunded"),
        ("what happened before what it is", {"committed": 1, **tags("final-sale")}, "line_already_exchanged"),
        ("when before what it is", {"today": date(2027, 1, 1), **tags("final-sale")}, "outside_window"),
        ("cancelled before all else", {"cancelled": True, "shipped": 0}, "order_cancelled"),
    ],
)
def test_what_the_shopper_reads(why: str, facts: dict[str, Any], code: str) -> None:
    blocking = judge(case(**facts)).blocking
    assert blocking is not None
    assert blocking.code == code, why


def test_a_verdict_names_the_values_it_used() -> None:
    closed = answer("outside_window", case(today=date(2026, 12, 11)))
    assert closed.used == {"last_day": "2026-12-10", "today": "2026-12-11"}
    assert closed.shopper == "The exchange window closed on 10 December 2026"
    assert closed.agent == "The window closed on 2026-12-10: 30 days from delivery"
    own = answer("outside_window", case(return_until=date(2026, 11, 3)))
    assert own.agent == "The window closed on 2026-11-03: set on the line"
    assert answer("value_over_review_limit", case(value_review_limit=1)).used == {
        "limit": "1",
        "paid": "13964",
    }
