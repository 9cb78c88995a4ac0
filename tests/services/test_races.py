"""Forty shoppers for the last parka, two hundred presses of Confirm: one holder, one exchange an order."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import func, select

from app.models import Dispatch, Exchange, LineItem, db
from app.services.quotes import quote
from tests.factories import NOW, Bought, Shelf, make_order, make_product
from tests.services.hold_cases import basket_of, change, choose, draft_of, held_units, shopper
from tests.services.racing import Choose, Confirm, Race

PLENTY = Shelf("Ridge Parka", ("Colour", "Size"), {"Navy / M": (12900, 5), "Navy / L": (12900, 10_000)})


@pytest.fixture
def race(acme: int, database_url: str, tmp_path: Path) -> Race:
    return Race(database_url, tmp_path / "var", acme, NOW)


def test_forty_shoppers_for_the_last_unit(acme: int, race: Race) -> None:
    parka = make_product(acme)
    change(parka["Navy / L"], stock=1)
    drafts = [shopper(acme, parka, f"AC-{1000 + number}") for number in range(40)]
    acts = [Choose(draft, basket_of(draft).items[0].id, "L") for draft in drafts]

    answers = race.run(acts)

    assert Counter(answers) == {"held": 1, "refused": 39}
    assert held_units() == [1]


def test_forty_shoppers_for_seven_units_two_each(acme: int, race: Race) -> None:
    parka = make_product(acme)
    change(parka["Navy / L"], stock=7)
    drafts = [shopper(acme, parka, f"AC-{1000 + number}", units=2) for number in range(40)]
    acts = [Choose(draft, basket_of(draft).items[0].id, "L") for draft in drafts]

    assert Counter(race.run(acts)) == {"held": 3, "refused": 37}
    assert sum(held_units()) == 6


def _presses(store_id: int, orders: int, presses: int) -> list[Confirm]:
    """Each order chosen in two browsers, whose buttons are pressed so often in all."""
    parka = make_product(store_id, PLENTY)
    tabs = []
    for number in range(orders):
        order = make_order(store_id, Bought(parka["Navy / M"]), number=f"AC-{1000 + number}")
        tabs += [draft_of(order, f"{browser} {number}") for browser in ("phone", "laptop")]
    for draft in tabs:
        choose(draft)
    seen = {draft: quote(basket_of(draft)) for draft in tabs}
    acts = [Confirm(draft, current.version) for draft, current in seen.items() if current]
    return acts * (presses // len(acts))


def _each_order_once(answers: list[str], orders: int, pressed: int) -> None:
    db.session.rollback()
    confirmed = select(Exchange.public_id).where(Exchange.submitted_at.is_not(None))
    shown = set(db.session.scalars(confirmed))
    assert set(answers) == shown
    assert (len(shown), len(answers)) == (orders, pressed)
    assert db.session.scalar(select(func.count(Dispatch.id))) == orders
    assert set(db.session.scalars(select(LineItem.committed))) == {1}
    assert len(held_units()) == orders  # of the tabs that came second; their drafts stay


def test_two_hundred_presses_on_twenty_orders(acme: int, race: Race) -> None:
    _each_order_once(race.run(_presses(acme, 20, 200)), 20, 200)


@pytest.mark.soak
def test_two_hundred_presses_on_each_of_twenty_orders(acme: int, race: Race) -> None:
    _each_order_once(race.run(_presses(acme, 20, 4000)), 20, 4000)
