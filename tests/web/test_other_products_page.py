"""Another product on screen 3, without JavaScript: search, pages, what is said of each, what is kept."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask

from app.cli.demo.cases import Case
from app.models import Product, Store, Variant, db, store_scope
from tests.pages.rules import assert_fragment, assert_page
from tests.shopper.form_tab import FormTab
from tests.shopper.shop import Shop
from tests.shopper.tab import CHANGED_MIND, WISHES, choose, find, find_gift, look_for, sum_rows, text_of
from tests.web.counting import queries

(HOODIE,) = WISHES["acme", Case.OTHER_PRODUCT]
MOST_QUERIES = 10


@pytest.fixture
def tab(demo: Shop) -> FormTab:
    """Screen 3 of the order that shows other products, a reason said."""
    tab = FormTab(demo.app)
    find(tab, demo.order(Case.OTHER_PRODUCT))
    choose(tab, HOODIE)
    tab.pick("What is wrong with it?", CHANGED_MIND)
    return tab


def cards(html: str) -> dict[str, str]:
    """What is said of each product, by its title."""
    said = re.findall(
        r'class="product__title[^>]*>(.*?)</span>.*?class="product__sum[^>]*>(.*?)</span>', html, re.DOTALL
    )
    return {title: re.sub(r"<[^>]+>", "", words).strip() for title, words in said}


@contextmanager
def large_catalogue(app: Flask, products: int, variants: int) -> Iterator[None]:
    """Acme with this many products more, the first of them with this many variants."""
    with app.app_context():
        store_id = db.session.query(Store.id).filter_by(slug="acme").scalar()
        with store_scope(store_id):
            rows = [_product(store_id, number, variants if number == 0 else 2) for number in range(products)]
            db.session.add_all(rows)
            db.session.commit()
            ids = [row.id for row in rows]
    try:
        yield
    finally:
        with app.app_context(), store_scope(store_id):
            for row in db.session.query(Product).filter(Product.id.in_(ids)):
                row.active = False
            db.session.commit()


def _product(store_id: int, number: int, variants: int) -> Product:
    code = f"AAA-{number:03d}"
    return Product(
        store_id=store_id,
        platform_id=code,
        title=f"Aardvark {number:03d}",
        option_names=["Size"],
        variants=[
            Variant(
                store_id=store_id,
                position=place,
                platform_id=f"{code}-{place}",
                sku=f"{code}-{place}",
                title=str(place),
                line_name=f"aardvark {number:03d} - {place}",
                option_values=[str(place)],
                price=1000 + place,
                stock=5,
            )
            for place in range(variants)
        ],
    )


def test_each_product_says_what_it_comes_to(tab: FormTab) -> None:
    tab.pick("What would you like instead?", "Another product")
    tab.update()
    assert_page(tab.html)
    said = cards(tab.html)
    assert said["Fisher Sweater"] == "From $15.15 more"
    assert said["Everyday Tee"] == "$49.79 back"
    assert said["Everyday Socks"] == "Up to $67.11 back"
    assert "Cloud Hoodie" not in said
    tab.pick("All products", "Everyday Tee")
    tab.update()
    assert "Everyday Tee" in (text_of(tab, "product") or "")
    tab.pick("Colour", "White")
    tab.pick("Size", "M")
    tab.press("Continue")
    assert sum_rows(tab)["you get back"] == 4979


def test_a_sold_out_product_says_so_and_cannot_be_picked(tab: FormTab, demo: Shop) -> None:
    with demo.changed("MARKET", stock=0):
        look_for(tab, "market")
        assert cards(tab.html) == {"Market Bag": "Sold out"}
        with pytest.raises(AssertionError, match="cannot be picked"):
            tab.pick("Products for", "Market Bag")
    look_for(tab, "market bag")
    assert cards(tab.html) == {"Market Bag": "$37.89 back"}


def test_a_search_keeps_the_reason_and_its_own_address(tab: FormTab) -> None:
    look_for(tab, "tee")
    assert list(cards(tab.html)) == ["Everyday Tee"]
    assert 'value="changed_mind" checked' in tab.html
    tab.open(f"{tab.path}?q=tote")
    assert list(cards(tab.html)) == ["Harbour Tote"]
    look_for(tab, "<b>boat</b>")
    assert_page(tab.html)
    assert "Nothing here is called “&lt;b&gt;boat&lt;/b&gt;”" in tab.html


def test_the_same_search_as_a_part_of_the_page(tab: FormTab) -> None:
    look_for(tab, "tee")
    tab.fill("Search all products", "tote")
    piece = tab.partial("Update choice")
    assert_fragment(piece)
    assert list(cards(piece)) == ["Harbour Tote"]


def test_nothing_chosen_is_asked_about(tab: FormTab) -> None:
    tab.pick("What would you like instead?", "Another product")
    tab.press("Continue")
    assert tab.status == 422
    assert 'href="#product">Choose a product.' in tab.html


def test_another_one_after_all(tab: FormTab) -> None:
    look_for(tab, "market bag")
    tab.pick("Products for", "Market Bag")
    tab.update()
    assert "In stock" in (text_of(tab, "stock") or "")
    tab.press("Choose a different product")
    assert "Everyday Tee" in cards(tab.html)
    tab.pick("What would you like instead?", "The same in another colour or size")
    tab.update()
    assert cards(tab.html) == {}
    tab.pick("Colour", "Sky")
    tab.pick("Size", "L")
    tab.press("Continue")
    assert tab.path.endswith("/review")


def test_a_thousand_products_cost_ten_queries(demo: Shop, tab: FormTab) -> None:
    with large_catalogue(demo.app, products=200, variants=200):
        tab.pick("What would you like instead?", "Another product")
        tab.update()
        with queries(demo.app) as seen:
            tab.open(tab.path)
        assert len(seen) <= MOST_QUERIES, "\n".join(seen)
        assert len(cards(tab.html)) == 12
        tab.follow("Next page")
        assert len(cards(tab.html)) == 12
        assert re.search(r"\?page=2", tab.html) is None
        with queries(demo.app) as seen:
            tab.press("Update choice")
        assert "Page 2" in tab.html
        tab.follow("Page before")
        tab.pick("All products", "Aardvark 000")
        tab.update()
        with queries(demo.app) as seen:
            tab.open(tab.path)
        assert len(seen) <= MOST_QUERIES, "\n".join(seen)


@pytest.mark.parametrize("page", ["0", "-1", "x", "99999999999", "٣"])
def test_a_page_that_is_not_there_is_no_mistake_of_ours(tab: FormTab, page: str) -> None:
    tab.pick("What would you like instead?", "Another product")
    tab.update()
    tab.open(f"{tab.path}?page={page}&q=" + "x" * 500)
    assert tab.status == 200


def test_a_gifts_recipient_is_offered_no_other_product(demo: Shop) -> None:
    tab = FormTab(demo.app)
    find_gift(tab, demo.order(Case.GIFT, gift_code=None))
    tab.tick("Ridge Parka")
    tab.press("Continue")
    assert "What would you like instead?" in tab.html
    assert "Another product" not in tab.html
    tab.send(tab.path, {"reason": "other", "outcome": "product", "product": "1", "action": "continue"})
    assert tab.status == 422


def test_a_shop_that_offers_none_shows_none(demo: Shop, tab: FormTab) -> None:
    tab.pick("What would you like instead?", "Another product")
    tab.update()
    with demo.policy(other_products="none"):
        tab.open(tab.path)
        assert "Another product" not in tab.html
        assert "Colour" in tab.html
        assert cards(tab.html) == {}
