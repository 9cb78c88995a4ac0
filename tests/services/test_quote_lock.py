"""A sum is confirmed as it was shown, and not for ever (T8)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.models import Exchange, db
from app.services.quotes import quote
from app.services.submit_exchange import Confirmation, QuoteMoved, QuoteTooOld, submit
from tests.factories import NOW, make_product
from tests.services.hold_cases import TO_XL, basket_of, change, choose, confirm, shopper

HOUR = timedelta(minutes=60)


@pytest.fixture
def parka(acme: int) -> dict[str, int]:
    return make_product(acme)


@pytest.fixture
def ada(acme: int, parka: dict[str, int]) -> int:
    draft = shopper(acme, parka)
    choose(draft, TO_XL)
    return draft


def test_a_sum_can_be_confirmed_to_the_last_second(ada: int) -> None:
    confirm(ada, NOW + HOUR, shown=NOW)
    assert db.session.get_one(Exchange, ada).amount_due == 1050


def test_a_second_later_it_is_asked_again_although_it_is_the_same(ada: int) -> None:
    with pytest.raises(QuoteTooOld) as asked:
        confirm(ada, NOW + HOUR + timedelta(seconds=1), shown=NOW)
    assert asked.value.now.amount_due == 1050
    assert db.session.get_one(Exchange, ada).status == "draft"


def test_an_old_sum_that_moved_is_said_to_have_moved(ada: int, parka: dict[str, int]) -> None:
    change(parka["Navy / XL"], price=14950)
    with pytest.raises(QuoteMoved) as moved:
        submit(Confirmation(ada, "seen before", "shopper", quoted_at=NOW), NOW + 2 * HOUR)
    assert not isinstance(moved.value, QuoteTooOld)


def test_who_confirmed_already_is_not_asked_again(ada: int) -> None:
    seen = quote(basket_of(ada))
    assert seen is not None
    public_id = confirm(ada, NOW, shown=NOW)
    again = Confirmation(ada, seen.version, "shopper", quoted_at=NOW)
    assert submit(again, NOW + 5 * HOUR) == public_id
