"""Every argued case comes out as it is argued. The tables are in tests/domain/cases."""

from __future__ import annotations

import pytest

from app.domain.verdicts import Answer
from tests.domain.cases import cards, fees_and_tolerance, may_it, same_product, todays_price
from tests.domain.cases.page import SUBJECTS
from tests.domain.cases.table import RuleCase, SumCase, parts_of

SUMS = (*same_product.CASES, *todays_price.CASES, *fees_and_tolerance.CASES, *cards.CASES)


@pytest.mark.parametrize("case", SUMS, ids=lambda case: case.name)
def test_the_sum_is_as_argued(case: SumCase) -> None:
    assert parts_of(case.quote()) == dict(case.total)


@pytest.mark.parametrize("case", may_it.CASES, ids=lambda case: case.name)
def test_the_verdict_is_as_argued(case: RuleCase) -> None:
    judged = case.judged()
    speaking = judged.blocking
    assert (speaking.code if speaking else "") == case.code
    assert case.ask == (speaking is not None and speaking.answer is Answer.ASK)
    if speaking:
        assert speaking.shopper
        assert speaking.agent


def test_there_are_enough_of_them_and_each_is_named_once() -> None:
    names = [case.name for _, _, cases in SUBJECTS for case in cases]
    assert len(names) >= 80
    assert len(set(names)) == len(names)
    assert set(names) == {case.name for case in (*SUMS, *may_it.CASES)}
