"""Every shopper template drawn from sample pages: house rules, promised names, htmx and plain HTML alike.

A bare Flask app with our template folder stands in for the application: no database, no views.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask, g, render_template
from flask_wtf import CSRFProtect

from app.web.colours import brand_palette
from app.web.filters import register_filters
from app.web.shopper.forms import AddressForm, FindOrderForm
from app.web.shopper.pages import Outcome
from tests.pages.markup import Element, parse
from tests.pages.rules import assert_fragment, assert_page
from tests.web import sample_pages as sample
from tests.web.every_page import every_page

ROOT = Path(__file__).parents[2]
ERRORS = (400, 403, 404, 405, 409, 413, 429, 500, 503)
STORE = SimpleNamespace(
    slug="acme", name="Acme <Outfitters>", logo_url="/static/img/demo/acme.svg", help_url=None,
    support_email="help@acme.example", lang="en", dir="ltr", front_url="/acme/", brand_url="/acme/brand.css",
    policy_line="Free exchanges within 30 days of delivery", currency="USD", locale="en_US", time_zone="UTC",
)  # fmt: skip


@pytest.fixture
def bare() -> Iterator[Flask]:
    app = Flask("bare", root_path=str(ROOT), template_folder=str(ROOT / "templates"))
    app.config.update(SECRET_KEY="for these tests only", TESTING=True)
    CSRFProtect(app)
    register_filters(app)
    app.jinja_env.globals["static_url"] = lambda path: f"/static/{path}"
    app.jinja_env.globals["sheet_url"] = lambda name: f"/assets/{name}.css"
    with app.test_request_context("/acme/exchanges/x"):
        g.store = STORE
        yield app


def draw(template: str, **values: Any) -> str:
    given = {"store": STORE, "errors": [], "post_url": "/acme/exchanges/x", "leave_url": "/acme/leave"}
    return render_template(template, **{**given, **values})


def named(html: str, name: str) -> list[Element]:
    return [element for element in parse(html) if element.get("name") == name]


def with_id(html: str, name: str) -> Element:
    (found,) = [element for element in parse(html) if element.get("id") == name]
    return found


def words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


PAGES = list(every_page())


@pytest.mark.parametrize(("template", "values"), [p[1:] for p in PAGES], ids=[p[0] for p in PAGES])
def test_page_keeps_the_rules(bare: Flask, template: str, values: dict[str, Any]) -> None:
    html = draw(f"shopper/{template}.html", **values)
    assert_page(html)
    assert html.count("<title>Error: ") == bool(values.get("errors"))
    assert "<b>&amp;</b>" not in html  # a product's name is text, whatever it holds
    assert with_id(html, "main").tag == "main"
    assert "aria-live" in with_id(html, "live").attributes
    assert with_id(html, "help").get("href") == "mailto:help@acme.example"


@pytest.mark.parametrize("status", ERRORS)
@pytest.mark.parametrize("inside", [True, False], ids=["in a store", "outside"])
def test_error_pages(bare: Flask, status: int, inside: bool) -> None:
    store = STORE if inside else None
    html = render_template(f"errors/{status}.html", store=store)
    assert_page(html)
    piece = render_template(f"errors/{status}.html", store=store, partial=True)
    assert_fragment(piece)
    assert "<html" not in piece
    assert words(piece).split(".")[0] in words(html)
    assert "saved" in piece or "lost" in piece


def test_find_order(bare: Flask) -> None:
    message = "We could not match those details."
    html = draw(
        "shopper/find_order.html",
        form=FindOrderForm(),
        errors=[("order_number", message)],
        gift_url="/acme/gift",
    )
    assert_page(html)
    assert html.count(message) == 2  # in the list and at the field
    labels = [e.all_text() for e in parse(html) if e.tag == "label"]
    assert labels == ["Order number", "Email or postcode"]
    assert with_id(html, "order_number").get("aria-invalid") == "true"
    assert with_id(html, "gift").get("href") == "/acme/gift"


def test_address_errors_stand_twice(bare: Flask) -> None:
    form = AddressForm(data={"name": "Jo"})
    form.country_code.choices = [("US", "United States")]
    form.street1.errors = ["Enter the street and house number."]
    html = draw("shopper/address.html", form=form, back_url="/acme/exchanges/x/review")
    assert_page(html)
    assert html.count("Enter the street and house number.") == 2
    tokens = {e.get("id"): e.get("autocomplete") for e in parse(html) if e.get("autocomplete")}
    assert tokens["street1"] == "address-line1"
    assert tokens["country_code"] == "country"


def test_items_fields(bare: Flask) -> None:
    html = draw("shopper/items.html", page=sample.items_page())
    assert [(e.get("value"), "checked" in e.attributes) for e in named(html, "line")] == [
        ("11", True),
        ("12", False),
    ]
    assert not named(html, "quantity-11")  # one of one: nothing to ask
    (quantity,) = named(html, "quantity-12")
    values = [e.get("value") for e in quantity.descendants() if e.tag == "option"]
    assert values == ["1", "2", "3"]
    assert "Exchange until 14 December 2026" in words(html)


def test_nothing_to_exchange_has_a_way_on(bare: Flask) -> None:
    html = draw("shopper/items.html", page=sample.closed_page())
    assert_page(html)
    assert "Continue" not in words(html)
    assert with_id(html, "another").get("href") == "/acme/"
    assert "Final sale." in words(html)


def test_replacement_fields(bare: Flask) -> None:
    html = draw("shopper/replacement.html", page=sample.replacement_page())
    assert {e.get("value") for e in named(html, "outcome")} == {"variant", "gift_card"}
    assert [e.get("value") for e in named(html, "option-1") if "disabled" in e.attributes] == ["M", "XL"]
    assert {e.get("value"): e.all_text() for e in named(html, "action")} == {
        "update": "Update choice",
        "continue": "Continue",
    }
    form = with_id(html, "choice-form")
    assert form.get("action") == form.get("data-hx-post") == "/acme/exchanges/x"
    assert form.get("data-hx-target") == "#choice"


@pytest.mark.parametrize(
    ("card", "groups", "name", "value"),
    [(None, None, "outcome", "variant"), (True, (), "only_way", "gift_card")],
    ids=["variant", "card"],
)
def test_no_choice_where_there_is_only_one_way(
    bare: Flask, card: bool | None, groups: tuple[()] | None, name: str, value: str
) -> None:
    html = draw("shopper/replacement.html", page=sample.replacement_page(card=card, groups=groups))
    said = [
        (e.get("type"), e.get("name"), e.get("value"))
        for n in ("outcome", "only_way")
        for e in named(html, n)
    ]
    assert said == [("hidden", name, value)]


@pytest.mark.parametrize(
    ("whole", "part", "page"),
    [
        ("replacement", "_replacement_choice", sample.replacement_page()),
        ("status", "_status_progress", sample.status_page()),
        ("items", "_summary", sample.items_page()),
    ],
)
def test_a_partial_is_what_its_page_shows(bare: Flask, whole: str, part: str, page: Any) -> None:
    piece = draw(f"shopper/{part}.html", page=page).strip()
    assert piece in draw(f"shopper/{whole}.html", page=page)
    roots = [element for element in parse(piece) if element.parent and element.parent.tag == "#page"]
    assert len(roots) == 1
    assert roots[0].get("id")
    assert_fragment(piece)


def test_every_focusable_element_has_an_id(bare: Flask) -> None:
    for _, template, values in PAGES:
        for element in parse(draw(f"shopper/{template}.html", **values)):
            if element.tag in ("a", "button", "select") or (
                element.tag == "input" and element.get("type") != "hidden"
            ):
                assert element.get("id"), f"{template}: {element}"


@pytest.mark.parametrize("difference", sample.OUTCOMES, ids=lambda d: d.sentence)
def test_review_ends_in_words_and_figures(bare: Flask, difference: Any) -> None:
    html = draw("shopper/review.html", page=sample.review_page(difference=difference))
    text = words(html)
    assert difference.sentence in text
    assert '<data class="amount" value="-12900" dir="auto">−$129.00</data>' in html
    assert ("Nothing is charged now." in text) == (difference.outcome is Outcome.PAY)
    ends = [words(row) for row in re.findall(r'<tr class="sum__end">.*?</tr>', html, re.DOTALL)]
    expected = {"pay": ["You pay $10.50"], "back": ["You get back $20.00"], "even": ["Nothing to pay"]}
    wanted = [] if difference is sample.CARD else expected[difference.outcome]
    assert ends[: len(wanted)] == wanted
    assert len(ends) == len(wanted) + bool(difference.card)


def test_review_carries_what_was_seen(bare: Flask) -> None:
    html = draw("shopper/review.html", page=sample.review_page(moved=True))
    assert [e.get("value") for e in named(html, "quote_hash")] == ["signed"]
    assert with_id(html, "confirm").all_text() == "Confirm exchange"
    assert "Nothing to pay." in with_id(html, "moved").all_text()
    assert "You pay $10.50." in with_id(html, "moved").all_text()


def test_status_polls_until_settled(bare: Flask) -> None:
    waiting = draw("shopper/status.html", page=sample.status_page())
    assert with_id(waiting, "status").get("data-hx-trigger") == "every 3s"
    assert with_id(waiting, "refresh").get("href") == "/acme/exchanges/x"
    settled = draw("shopper/status.html", page=sample.status_page(settled=True))
    assert "data-hx-" not in settled
    assert 'id="refresh"' not in settled
    assert with_id(settled, "platform-order").all_text() == "70021"
    for html in (waiting, settled):
        assert "will not be charged again. You may see an order e-mail for the new item" in words(html)
        assert "hidden" in with_id(html, "copy").attributes  # only a script can copy
        assert "23 November, 00:02" in words(html)


def test_brand_stylesheet(bare: Flask) -> None:
    css = render_template("shopper/brand.css.jinja", palette=brand_palette("#FD0"))
    assert "--accent: #ffdd00;" in css
    assert "--on-accent: #000000;" in css
    assert css.count("{") == css.count("}") == 3
