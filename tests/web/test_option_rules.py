"""Options that stay as bought, the next size, and nothing left: what screen 3 says of itself."""

from __future__ import annotations

from contextlib import ExitStack

import pytest

from app.cli.demo.cases import Case
from app.cli.demo.tables import Bought
from tests.pages.rules import assert_page
from tests.shopper.form_tab import FormTab
from tests.shopper.shop import Shop
from tests.shopper.tab import TOO_LARGE, TOO_SMALL, Wish, choose, find, text_of

PARKA = Wish("Ridge Parka", TOO_SMALL)


@pytest.fixture
def tab(demo: Shop) -> FormTab:
    return FormTab(demo.app)


def screen_3(tab: FormTab, demo: Shop, *values: str) -> None:
    find(tab, demo.order(Case.EVEN, lines=(Bought("PARKA", values),)))
    choose(tab, PARKA)


def test_only_the_option_that_may_change_is_offered(tab: FormTab, demo: Shop) -> None:
    with demo.policy(same_options_except=["Size"]):
        screen_3(tab, demo, "Navy", "M")
        assert_page(tab.html)
        assert "The same in another size" in tab.html
        assert "Moss" not in tab.html
        tab.pick("What is wrong with it?", TOO_SMALL)
        tab.pick("Size", "XL")
        tab.press("Continue")
        assert tab.path.endswith("/review")


def test_one_that_may_not_change_is_refused_however_it_is_asked_for(tab: FormTab, demo: Shop) -> None:
    """What stays as it was bought is not read from the form."""
    screen_3(tab, demo, "Navy", "M")
    said = {"reason": "too_small", "outcome": "variant", "option-0": "Moss", "option-1": "L"}
    with demo.policy(same_options_except=["size"]):
        tab.send(tab.path, said | {"action": "update"})
        assert "Navy · L" in (text_of(tab, "stock") or "")


def test_a_policy_that_changed_meanwhile_is_kept_at_confirm(tab: FormTab, demo: Shop) -> None:
    screen_3(tab, demo, "Navy", "M")
    tab.pick("What is wrong with it?", TOO_SMALL)
    tab.pick("Colour", "Moss")
    tab.update()
    tab.pick("Size", "L")
    tab.press("Continue")
    with demo.policy(same_options_except=["Size"]):
        tab.press("Confirm exchange")
        assert "It differs in more than this shop exchanges." in tab.html
        assert tab.path.endswith("/review")


@pytest.mark.parametrize(
    ("values", "reason", "hint", "suggested"),
    [
        (("Navy", "M"), TOO_SMALL, "You said it was too small: the next size up is L.", "L"),
        (("Navy", "M"), TOO_LARGE, "You said it was too large: the next size down is S.", "S"),
        (("Navy", "XL"), TOO_SMALL, "You said it was too small. You have the largest size there is.", None),
        (("Moss", "L"), TOO_LARGE, "You said it was too large. The next size down, M, is sold out.", None),
        (("Sand", "L"), TOO_SMALL, "The next size up is XL, and there is none of it.", None),
        (("Navy", "M"), "It arrived damaged", None, None),
    ],
)
def test_the_next_size_is_suggested_and_never_chosen(
    tab: FormTab, demo: Shop, values: tuple[str, ...], reason: str, hint: str | None, suggested: str | None
) -> None:
    screen_3(tab, demo, *values)
    tab.pick("What is wrong with it?", reason)
    tab.update()
    assert_page(tab.html)
    assert ("You said it was" in tab.html) == (hint is not None)
    assert hint is None or hint in tab.html
    assert ("Suggested" in tab.html) == (suggested is not None)
    assert 'name="option-1" value="' in tab.html
    assert text_of(tab, "stock") is None  # nothing was chosen
    if suggested:
        tab.pick("Size", suggested)
        tab.update()
        assert "You said it was" not in tab.html


def test_nothing_is_left_of_it(tab: FormTab, demo: Shop) -> None:
    tote = Wish("Harbour Tote", TOO_SMALL)
    with ExitStack() as sold_out:
        for sku in ("TOTE-LARGE", "TOTE-WEEKENDER"):
            sold_out.enter_context(demo.changed(sku, stock=0))
        find(tab, demo.order(Case.DEARER))
        choose(tab, tote)
        assert_page(tab.html)
        assert text_of(tab, "all-gone") == (
            "Every other size of it is sold out. You can have another product or a gift card instead."
        )
        with demo.policy(other_products="none", gift_card=False):
            tab.open(tab.path)
            assert_page(tab.html)
            assert "Ask us" in (text_of(tab, "all-gone") or "")
            assert 'href="mailto:help@acme.example">Ask us' in tab.html
    tab.open(tab.path)
    assert text_of(tab, "all-gone") is None
