"""What nobody should send: a plain message in place, what was typed is kept, 4xx and never 500.

Forms are sent by hand here, past the choices that the page offers. After each refusal nothing of it is
kept (T6, T9).
"""

from __future__ import annotations

import pytest

from app.cli.demo.cases import Case
from tests.shopper.form_tab import FormTab
from tests.shopper.refusals import assert_said_in_place, chosen_for, value_of
from tests.shopper.shop import Shop
from tests.shopper.tab import WISHES, choose, find, heading

PARKA = WISHES["acme", Case.EVEN]
ODD = {
    "emoji": "🧥👩‍👩‍👧‍👦🏳️‍🌈",
    "right-to-left": "معطف \u202eمقلوب\u202c",
    "300 characters": "ä" * 300,
    "markup": "<script>alert(1)</script><b>&amp;\"'",
    "control characters": "AC-1\x00\x07\x1b[31m001",
    "a database's language": "' OR 1=1; DROP TABLE orders; --",
    "a template's language": "{{ 7*7 }}{% for x in y %}",
    "lines": "AC-1001\r\nSet-Cookie: a=b",
}


@pytest.fixture
def tab(demo: Shop) -> FormTab:
    return FormTab(demo.app)


@pytest.mark.parametrize("path", ["/nobody/", "/nobody/exchanges/x/items", "/nobody/l/v1.k1.A.buyer.1.abc"])
def test_an_unknown_store_is_not_found(tab: FormTab, path: str) -> None:
    tab.open(path)
    assert (tab.status, heading(tab)) == (404, "We could not find this page")


@pytest.mark.parametrize("text", ODD.values(), ids=ODD)
def test_odd_details_are_not_matched_and_kept(tab: FormTab, text: str) -> None:
    tab.open("/acme/")
    tab.fill("Order number", text)
    tab.fill("Email or postcode", text)
    tab.press("Find my order")
    assert_said_in_place(tab, "")
    assert tab.value("Order number") == text.strip()
    assert tab.value("Email or postcode") == text.strip()


def test_an_unknown_item_is_not_found(tab: FormTab, demo: Shop) -> None:
    other, ours = FormTab(demo.app), demo.order(Case.EVEN)
    find(other, demo.order(Case.EVEN))
    choose(other, *PARKA)
    find(tab, ours)
    choose(tab, *PARKA)
    here, before = tab.path.rpartition("/")[0], chosen_for(demo, ours)
    for item in (other.path.rpartition("/")[2], "0", "-1", "99999999999999999999", "two"):
        tab.send(f"{here}/{item}", {"reason": "too_small", "action": "continue"})
        assert tab.status == 404
    assert chosen_for(demo, ours) == before


@pytest.mark.parametrize("line", ["0", "999999999", "99999999999999999999", "-1", "two", "", "1 OR 1=1"])
def test_an_unknown_line_is_refused(tab: FormTab, demo: Shop, line: str) -> None:
    ticket = demo.order(Case.EVEN)
    find(tab, ticket)
    tab.send(tab.path, {"line": line})
    assert_said_in_place(tab, "One of these items is not part of this order.")
    assert chosen_for(demo, ticket).items == ()


def test_a_line_of_somebody_elses_order_is_refused(tab: FormTab, demo: Shop) -> None:
    other = FormTab(demo.app)
    find(other, demo.order(Case.EVEN))
    theirs = value_of(other, "line")
    find(tab, demo.order(Case.EVEN))
    tab.send(tab.path, {"line": theirs})
    assert_said_in_place(tab, "One of these items is not part of this order.")


def test_a_line_that_cannot_be_exchanged_is_refused(tab: FormTab, demo: Shop) -> None:
    ticket = demo.order(Case.FINAL_SALE)
    find(tab, ticket)
    (sold_for_good, _) = demo.line_ids(ticket)
    tab.send(tab.path, {"line": str(sold_for_good)})
    assert_said_in_place(tab, "Final sale, so it cannot be exchanged.")


@pytest.mark.parametrize("quantity", ["0", "-1", "4", "1001", "two", "", "1.5", "9" * 30, "²"])
def test_an_impossible_quantity_is_refused(tab: FormTab, demo: Shop, quantity: str) -> None:
    ticket = demo.order(Case.PARTIAL)
    find(tab, ticket)
    (line,) = demo.line_ids(ticket)
    tab.send(tab.path, {"line": str(line), f"quantity-{line}": quantity})
    assert_said_in_place(tab, "hoose a quantity from")
    assert 'checked aria-describedby="line-' in tab.html  # the tick is kept
    assert chosen_for(demo, ticket).items == ()


REFUSED_CHOICES = {
    "nothing at all": ({}, "Tell us what is wrong with it."),
    "an unknown reason": ({"reason": "bored"}, "Tell us what is wrong with it."),
    "an unknown outcome": ({"reason": "other", "outcome": "cash"}, "Choose what you would like instead."),
    "an unknown colour": ({"option-0": "Purple", "option-1": "L"}, "Choose a colour."),
    "another product's size": ({"option-0": "Navy", "option-1": "Weekender"}, "Choose a size."),
    "no such combination": ({"option-0": "Sand", "option-1": "XL"}, "Choose a size."),
    "sold out": ({"option-0": "Moss", "option-1": "M"}, "This one is sold out."),
    "the one they have": ({"option-0": "Navy", "option-1": "M"}, "This is the one you have."),
    "emoji": ({"option-0": "🧥", "option-1": "L"}, "Choose a colour."),
    "300 characters": ({"option-0": "Navy", "option-1": "L" * 300}, "Choose a size."),
}


@pytest.mark.parametrize(("fields", "sentence"), REFUSED_CHOICES.values(), ids=REFUSED_CHOICES)
def test_an_impossible_replacement_is_refused(
    tab: FormTab, demo: Shop, fields: dict[str, str], sentence: str
) -> None:
    ticket = demo.order(Case.EVEN)
    find(tab, ticket)
    choose(tab, *PARKA)
    said = {"reason": "too_small", "outcome": "variant"} if "option-0" in fields else {}
    tab.send(tab.path, {**said, **fields, "action": "continue"})
    assert_said_in_place(tab, sentence)
    assert chosen_for(demo, ticket).items[0][2] == ()
    reason = said.get("reason") or fields.get("reason", "")
    assert (f'value="{reason}" checked' in tab.html) is (reason in ("too_small", "other"))


def test_a_gift_card_where_the_shop_gives_none_is_refused(tab: FormTab, demo: Shop) -> None:
    find(tab, demo.order(Case.EVEN, "plain"))
    choose(tab, *PARKA)
    tab.send(tab.path, {"reason": "other", "outcome": "gift_card", "action": "continue"})
    assert_said_in_place(tab, "Choose what you would like instead.")
