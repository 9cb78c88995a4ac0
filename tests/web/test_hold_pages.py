"""The hold and the age of the sum as a shopper meets them without JavaScript (R16, T8)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import delete, select

from app.cli.demo.cases import Case
from app.models import Hold, Store, Variant, db
from app.services.stock import spoken_for
from tests.factories import NOW
from tests.shopper.form_tab import FormTab
from tests.shopper.shop import Shop
from tests.shopper.tab import WISHES, choose, find, sum_rows, text_of, to_review, wish_for

PARKA = WISHES["acme", Case.EVEN]
SKU = "PARKA-MOSS-L"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW + 60 * timedelta(days=1), tick=False) as clock:
        yield clock


@pytest.fixture
def tab(demo: Shop) -> FormTab:
    return FormTab(demo.app)


def the_last_one(demo: Shop) -> AbstractContextManager[None]:
    """One is left beside what earlier tests were promised; what they still hold is let go."""
    with demo.app.app_context():
        acme = select(Store.id).where(Store.slug == "acme").scalar_subquery()
        of_acme = select(Variant.id).where(Variant.sku == SKU, Variant.store_id == acme)
        variant_id = db.session.scalars(of_acme.execution_options(all_stores=True)).one()
        held = delete(Hold).where(Hold.variant_id == variant_id)
        db.session.execute(held, execution_options={"all_stores": True, "synchronize_session": False})
        db.session.commit()
        taken = spoken_for([variant_id], datetime.now(UTC)).get(variant_id, 0)
    return demo.changed(SKU, stock=taken + 1)


def reviewed(tab: FormTab, demo: Shop) -> None:
    to_review(tab, demo.order(Case.EVEN), *PARKA)


def test_the_hold_stands_on_screen_3_in_the_summary_and_on_review(
    tab: FormTab, demo: Shop, clock: time_machine.Traveller
) -> None:
    find(tab, demo.order(Case.EVEN))
    choose(tab, *PARKA)
    assert text_of(tab, "hold") is None
    wish_for(tab, PARKA[0])
    tab.update()
    # 12:20 UTC at the store's place, which is five hours behind.
    assert "Held for you until 07:20" in (text_of(tab, "hold") or "")
    assert "Held for you until 07:20" in (text_of(tab, "summary") or "")
    tab.press("Continue")
    assert "Held for you until 07:20" in (text_of(tab, "hold") or "")


def test_keeping_it_puts_the_end_off(tab: FormTab, demo: Shop, clock: time_machine.Traveller) -> None:
    reviewed(tab, demo)
    clock.shift(18 * MINUTE)
    tab.open(tab.path)
    assert 'class="hold hold--near"' in tab.html
    tab.press("Keep it for me")
    assert "Held for you until 07:38" in (text_of(tab, "hold") or "")
    assert 'class="hold hold--held"' in tab.html


def test_a_hold_that_ended_is_said_and_taken_again(
    tab: FormTab, demo: Shop, clock: time_machine.Traveller
) -> None:
    reviewed(tab, demo)
    clock.shift(21 * MINUTE)
    tab.open(tab.path)
    assert "We no longer hold Ridge Parka for you" in (text_of(tab, "hold") or "")
    tab.press("Keep it for me")
    assert "Held for you until 07:41" in (text_of(tab, "hold") or "")


def test_what_another_has_meanwhile_is_asked_again(
    tab: FormTab, demo: Shop, clock: time_machine.Traveller
) -> None:
    with the_last_one(demo):
        reviewed(tab, demo)
        review = tab.path
        clock.shift(21 * MINUTE)
        other = FormTab(demo.app)
        to_review(other, demo.order(Case.EVEN), *PARKA)
        tab.press("Keep it for me")
        assert tab.status == 409
        tab.open(review)
        assert "is gone meanwhile" in (text_of(tab, "hold") or "")
        tab.press("Confirm exchange")
        assert tab.status == 409
        assert "This one is sold out" in (text_of(tab, "errors") or "")
        other.press("Confirm exchange")
        assert text_of(other, "reference")


def test_leaving_lets_the_next_shopper_have_it(
    tab: FormTab, demo: Shop, clock: time_machine.Traveller
) -> None:
    with the_last_one(demo):
        reviewed(tab, demo)
        tab.press("Leave this order")
        other = FormTab(demo.app)
        to_review(other, demo.order(Case.EVEN), *PARKA)
        assert "Held for you" in (text_of(other, "hold") or "")


def test_a_sum_from_over_an_hour_ago_is_asked_again(
    tab: FormTab, demo: Shop, clock: time_machine.Traveller
) -> None:
    reviewed(tab, demo)
    rows = sum_rows(tab)
    clock.shift(61 * MINUTE)
    tab.press("Confirm exchange")
    assert tab.status == 409
    assert "The price was confirmed too long ago; please look again" in (text_of(tab, "moved") or "")
    assert (text_of(tab, "moved") or "").count("An even exchange: nothing to pay.") == 2
    assert sum_rows(tab) == rows
    tab.press("Confirm exchange")
    assert text_of(tab, "reference")
