"""What a shopper can do in a tab, and the steps of the journey in terms of it.

A tab is driven by the words that people see: labels, buttons, links. There are two: Chromium
(`tests.e2e.chromium_tab`) and one without a screen (`tests.shopper.form_tab`). The steps below are the
same code for both, and for Chromium with JavaScript and without.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from app.cli.demo.cases import Case
from tests.pages.markup import Element, parse
from tests.shopper.shop import Ticket

TOO_SMALL = "It is too small"
TOO_LARGE = "It is too large"
DAMAGED = "It arrived damaged"
CHANGED_MIND = "I changed my mind"


# A gift's recipient, as they say themselves.
RECIPIENT = {
    "Full name": "Rita Moss",
    "Your email": "rita@recipient.example",
    "Street and house number": "9 Quay St",
    "City": "Boulder",
    "State, province or region": "CO",
    "Postcode": "80302",
}


class Tab(Protocol):
    """Labels are given by the words they begin with: "Ridge Parka" is the box of "Ridge Parka Navy · M"."""

    @property
    def path(self) -> str:
        """The path of the page that is shown."""

    @property
    def html(self) -> str:
        """The page as it stands now."""

    def open(self, path: str) -> None: ...

    def fill(self, label: str, text: str) -> None: ...

    def tick(self, label: str) -> None: ...

    def pick(self, group: str, label: str) -> None:
        """Pick a radio button of a group."""

    def select(self, label: str, option: str) -> None: ...

    def press(self, button: str) -> None:
        """Press a button and wait for the next page."""

    def update(self) -> None:
        """Have screen 3 follow what was picked: without JavaScript by its button, with it by itself."""

    def follow(self, link: str) -> None: ...


@dataclass(frozen=True)
class Wish:
    """What is wanted for one line. Without `options` a gift card; `product` is another product's title."""

    line: str
    reason: str
    options: Mapping[str, str] = field(default_factory=dict)
    quantity: int | None = None
    only_way: bool = False  # the page offers nothing else, so there is nothing to pick
    same_again: bool = False
    product: str | None = None
    units: int | None = None  # of the line's units; the next wish of the same line is for the rest


# How each case of the demo is exchanged, with variants that do not run out.
WISHES: Mapping[tuple[str, Case], tuple[Wish, ...]] = {
    ("acme", Case.EVEN): (Wish("Ridge Parka", TOO_SMALL, {"Colour": "Moss", "Size": "L"}),),
    ("acme", Case.DEARER): (Wish("Harbour Tote", TOO_SMALL, {"Size": "Weekender"}),),
    ("acme", Case.CHEAPER): (Wish("Fisher Sweater", TOO_LARGE, {"Colour": "Oat", "Size": "L"}),),
    ("acme", Case.GIFT_CARD): (Wish("Trail Boot", CHANGED_MIND),),
    ("acme", Case.MIXED): (
        Wish("Harbour Tote", TOO_SMALL, {"Size": "Large"}),
        Wish("Cloud Hoodie", CHANGED_MIND),
    ),
    ("acme", Case.PARTIAL): (Wish("Everyday Tee", TOO_SMALL, {"Colour": "White", "Size": "L"}, 2),),
    ("acme", Case.SPLIT): (
        Wish("Everyday Tee", TOO_SMALL, {"Colour": "White", "Size": "L"}, units=1),
        Wish("Everyday Tee", TOO_SMALL, {"Colour": "Navy", "Size": "L"}, units=1),
        Wish("Everyday Tee", CHANGED_MIND),
    ),
    ("acme", Case.OTHER_PRODUCT): (
        Wish("Cloud Hoodie", CHANGED_MIND, {"Colour": "Forest", "Size": "M"}, product="Fisher Sweater"),
    ),
    ("acme", Case.SAME_AGAIN): (Wish("Market Bag", DAMAGED, same_again=True),),
    ("acme", Case.SOLD_OUT): (Wish("Field Cap", CHANGED_MIND),),
    ("acme", Case.NO_LONGER_SOLD): (Wish("Dune Shorts", CHANGED_MIND),),
    ("kaze", Case.EVEN): (Wish("Sora Hoodie", TOO_SMALL, {"Colour": "Sky", "Size": "L"}),),
    ("kaze", Case.DEARER): (Wish("Hako Tote", TOO_SMALL, {"Size": "Large"}),),
    ("kaze", Case.CHEAPER): (Wish("Hako Tote", TOO_LARGE, {"Size": "Small"}),),
    ("kaze", Case.GIFT_CARD): (Wish("Sora Hoodie", CHANGED_MIND),),
    ("kaze", Case.MIXED): (
        Wish("Hako Tote", TOO_SMALL, {"Size": "Large"}),
        Wish("Sora Hoodie", CHANGED_MIND),
    ),
}


def find(tab: Tab, ticket: Ticket) -> None:
    """Screen 1: look the order up by its number and the e-mail."""
    tab.open(ticket.front)
    tab.fill("Order number", ticket.number)
    tab.fill("Email or postcode", ticket.email)
    tab.press("Find my order")


def find_gift(tab: Tab, ticket: Ticket) -> None:
    """The recipient's way in, by number and delivery postcode."""
    tab.open(f"{ticket.front}gift")
    tab.fill("Order number", ticket.number)
    tab.fill("Your postcode", ticket.postcode)
    tab.press("Find my gift")


def say_who(tab: Tab) -> None:
    """The recipient's own name, e-mail and address."""
    for label, text in RECIPIENT.items():
        tab.fill(label, text)
    tab.press("Continue")


def choose(tab: Tab, *wishes: Wish) -> None:
    """Screen 2: tick the lines that these wishes are for."""
    for wish in wishes:
        tab.tick(wish.line)
        if wish.quantity:
            tab.select(f"How many of {wish.line}", str(wish.quantity))
    tab.press("Continue")


def wish_for(tab: Tab, wish: Wish) -> None:
    """Screen 3: say the reason and pick what comes instead."""
    if wish.units:
        tab.select("For how many?", str(wish.units))
        tab.update()
    tab.pick("What is wrong with it?", wish.reason)
    if wish.same_again:
        tab.update()  # that it can be had again follows from the reason
        tab.pick("What would you like instead?", "The same item again")
    elif wish.product:
        look_for(tab, wish.product)
        tab.pick(f"Products for “{wish.product}”", wish.product)
        tab.update()
    elif not wish.options and not wish.only_way:
        tab.pick("What would you like instead?", "A gift card")
    for group, value in wish.options.items():
        tab.pick(group, value)


def look_for(tab: Tab, words: str) -> None:
    """Screen 3: look for another product."""
    tab.pick("What would you like instead?", "Another product")
    tab.update()
    tab.fill("Search all products", words)
    tab.press("Search")


def to_review(tab: Tab, ticket: Ticket, *wishes: Wish) -> None:
    """Screens 1 to 3."""
    find(tab, ticket)
    choose(tab, *wishes)
    for wish in wishes:
        wish_for(tab, wish)
        tab.press("Continue")


def to_status(tab: Tab, ticket: Ticket, *wishes: Wish) -> None:
    """All the way; the worker may not have sent it yet."""
    to_review(tab, ticket, *wishes)
    tab.press("Confirm exchange")


def heading(tab: Tab) -> str:
    """The page's one heading."""
    return _text(next(element for element in parse(tab.html) if element.tag == "h1"))


def text_of(tab: Tab, element_id: str) -> str | None:
    """The words of the element with this id, None when it is not there."""
    found = next((element for element in parse(tab.html) if element.get("id") == element_id), None)
    return None if found is None else _text(found)


def sum_rows(tab: Tab) -> dict[str, int]:
    """The sum on Review and status in minor units, by kind of row: credit, replacement, tax …

    How it ends is under "you pay", "you get back", "you get a gift card of", "nothing to pay".
    """
    rows: dict[str, int] = {}
    for row in (element for element in parse(tab.html) if element.tag == "tr"):
        amounts = [int(element.get("value") or "") for element in row.descendants() if element.tag == "data"]
        classes = (row.get("class") or "").split()
        kinds = [name.removeprefix("sum__row--") for name in classes if name.startswith("sum__row--")]
        label = next(_text(element) for element in row.descendants() if element.tag == "th")
        label = label.partition(" Why?")[0]  # what it opens to say stands behind
        kind = kinds[0] if kinds else label.lower()
        rows[kind] = rows.get(kind, 0) + (amounts[0] if amounts else 0)
    return rows


def _text(element: Element) -> str:
    return " ".join(element.all_text().split())
