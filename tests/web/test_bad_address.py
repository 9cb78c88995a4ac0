"""The address form: what cannot be delivered to is refused in place, any script arrives as typed."""

from __future__ import annotations

import pytest

from app.cli.demo.cases import Case
from app.cli.worker import dispatcher_of
from app.services.dispatching import send_all_due
from tests.shopper.form_tab import FormTab
from tests.shopper.platform import Platform
from tests.shopper.refusals import assert_said_in_place, chosen_for
from tests.shopper.shop import Shop
from tests.shopper.tab import WISHES, to_review

PARKA = WISHES["acme", Case.EVEN]


@pytest.fixture
def tab(demo: Shop) -> FormTab:
    """On the address page of a draft."""
    return FormTab(demo.app)


@pytest.mark.parametrize(
    ("label", "text", "sentence"),
    [
        ("Full name", "", "Enter a full name."),
        ("Full name", "n" * 300, "Use a shorter name."),
        ("City", "ü" * 300, "Use at most 120 characters."),
        ("Postcode", "not a postcode", "This is not a postcode of that country."),
        ("State, province or region", "Atlantis", "This is not a state, province or region of that country."),
        ("Street and house number", "", "Enter the street and house number."),
    ],
)
def test_an_impossible_address_is_refused_and_kept(
    tab: FormTab, demo: Shop, label: str, text: str, sentence: str
) -> None:
    ticket = demo.order(Case.EVEN)
    to_review(tab, ticket, *PARKA)
    tab.follow("Change the delivery address")
    tab.fill("Apartment, floor, company", "Behind the 🌲, ٣")
    tab.fill(label, text)
    tab.press("Save address")
    assert_said_in_place(tab, sentence)
    assert tab.value(label) == text
    assert tab.value("Apartment, floor, company") == "Behind the 🌲, ٣"
    assert chosen_for(demo, ticket).address is None


def test_an_address_in_any_script_arrives_as_typed(tab: FormTab, demo: Shop, platform: Platform) -> None:
    ticket = demo.order(Case.EVEN)
    to_review(tab, ticket, *PARKA)
    tab.follow("Change the delivery address")
    tab.fill("Full name", "نور 🌊 O’Brien-Núñez")
    tab.press("Save address")
    tab.press("Confirm exchange")
    with demo.app.app_context():
        send_all_due(dispatcher_of(demo.app))
    (sent,) = platform.orders_for(ticket.number)
    assert sent["shipping_address"]["name"] == "نور 🌊 O’Brien-Núñez"


def test_a_country_that_was_not_offered_is_refused(tab: FormTab, demo: Shop) -> None:
    ticket = demo.order(Case.EVEN)
    to_review(tab, ticket, *PARKA)
    address = tab.path.replace("/review", "/address")
    fields = {
        "name": "Ada",
        "street1": "9 Quay St",
        "city": "Berlin",
        "postal_code": "10115",
        "country_code": "DE",
    }
    tab.send(address, fields)
    assert tab.status == 422
    assert chosen_for(demo, ticket).address is None
