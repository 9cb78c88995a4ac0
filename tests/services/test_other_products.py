"""Another product instead: what is listed, what it comes to, and what policy, stock and submit make of it."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select, update

from app.domain.policy import Policy
from app.domain.reasons import Reason
from app.models import Dispatch, Exchange, Product, Store, Variant, db
from app.services.baskets import PRODUCT, VARIANT, Basket, load_basket
from app.services.choosing import CannotChoose
from app.services.draft_exchange import choose_items, choose_replacement, open_draft
from app.services.other_products import A_PAGE, Listing, Search, list_products
from app.services.quotes import quote, quote_item
from app.services.submit_checks import NotReady
from app.services.submit_exchange import Confirmation, submit
from app.services.wishes import Wish, missing
from tests.factories import NOW, Bought, Shelf, line_ids, make_order, make_product

TEE = Shelf("Everyday Tee", ("Size",), {"S": (2800, 5), "M": (2900, 1)})
BAG = Shelf("Market Bag", (), {"": (12900, 3)})
CAP = Shelf("Field Cap", ("Colour",), {"Red": (15000, 0), "Blue": (15000, 0)})
OILSKIN = Shelf("Ölzeug Jacke", ("Size",), {"L": (14000, 2)})


@pytest.fixture
def shelf(acme: int) -> dict[str, int]:
    """Variants by "title words"; the parka's own among them."""
    found = {f"Ridge Parka {words}": one for words, one in make_product(acme).items()}
    for product in (TEE, BAG, CAP, OILSKIN):
        found |= {
            f"{product.title} {words}".strip(): one for words, one in make_product(acme, product).items()
        }
    return found


@pytest.fixture
def draft(acme: int, shelf: dict[str, int]) -> int:
    """A draft that gives a parka of $129.00 back."""
    allow(acme, other_products="catalogue")
    order_id = make_order(acme, Bought(shelf["Ridge Parka Navy / M"]))
    public_id = open_draft(order_id, "browser", NOW)
    choose_items(exchange_id(public_id), {line_ids(order_id)[0]: 1}, NOW)
    return exchange_id(public_id)


def exchange_id(public_id: str) -> int:
    return db.session.scalars(select(Exchange.id).where(Exchange.public_id == public_id)).one()


def allow(acme: int, **fields: Any) -> None:
    data = Policy.from_data({"undo_minutes": 0, **fields}).to_data()
    db.session.execute(update(Store).where(Store.id == acme).values(policy_data=data))
    db.session.commit()
    db.session.expire_all()


def basket_of(draft: int) -> Basket:
    return load_basket(draft, NOW)


def found(draft: int, words: str = "", page: int = 1) -> Listing:
    basket = basket_of(draft)
    return list_products(basket, basket.items[0], Search(words, page))


def titles(listing: Listing) -> list[str]:
    return [product.title for product in listing.products]


def product_of(variant_id: int) -> int:
    return db.session.get_one(Variant, variant_id).product_id


def want(draft: int, product_id: int | None, **options: str) -> None:
    item = basket_of(draft).items[0]
    wish = Wish(Reason.CHANGED_MIND, PRODUCT, options, product_id=product_id)
    choose_replacement(draft, item.id, wish, NOW)


def test_all_other_products_by_title_with_their_difference(draft: int) -> None:
    listed = found(draft)
    assert titles(listed) == ["Everyday Tee", "Field Cap", "Market Bag", "Ölzeug Jacke"]
    ends = {p.title: (p.alone.difference, p.varies) for p in listed.products if p.alone}
    assert ends == {"Everyday Tee": (-10100, True), "Market Bag": (0, False), "Ölzeug Jacke": (1100, False)}
    assert [p.title for p in listed.products if p.alone is None] == ["Field Cap"]
    assert not listed.more


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("tee", ["Everyday Tee"]),
        ("EVERYDAY   tee", ["Everyday Tee"]),
        ("tee bag", []),
        ("FIELD-CAP-BLUE", ["Field Cap"]),
        ("ölzeug", ["Ölzeug Jacke"]),
        ("ÖLZEUG", ["Ölzeug Jacke"]),
        ("%", []),
        ("_", []),
        ("parka", []),
    ],
)
def test_the_search_looks_at_titles_and_skus(draft: int, words: str, expected: list[str]) -> None:
    assert titles(found(draft, words)) == expected


def test_a_policy_narrows_what_is_listed(draft: int, acme: int) -> None:
    allow(acme, other_products="catalogue", other_products_price_cap=13000)
    assert titles(found(draft)) == ["Everyday Tee", "Market Bag"]
    allow(acme, other_products="tagged", other_products_tags=["Swap Me"])
    assert titles(found(draft)) == []
    db.session.execute(update(Product).where(Product.title == "Market Bag").values(tags=["x", "swap-me"]))
    db.session.commit()
    assert titles(found(draft)) == ["Market Bag"]


def test_gift_cards_and_what_is_no_longer_sold_are_not_listed(draft: int) -> None:
    db.session.execute(update(Product).where(Product.title == "Market Bag").values(is_gift_card=True))
    db.session.execute(update(Product).where(Product.title == "Field Cap").values(active=False))
    db.session.commit()
    assert titles(found(draft)) == ["Everyday Tee", "Ölzeug Jacke"]


@pytest.mark.parametrize(
    "policy", [{"other_products": "catalogue"}, {"other_products": "tagged", "other_products_tags": ["a"]}]
)
def test_pages_follow_one_another_without_a_gap(draft: int, acme: int, policy: dict[str, Any]) -> None:
    for number in range(A_PAGE + 3):
        make_product(acme, Shelf(f"Zip {number:02d}", (), {"": (1000, 1)}))
    db.session.execute(update(Product).values(tags=["A"]))
    allow(acme, **policy)
    first, second = found(draft), found(draft, page=2)
    assert (len(first.products), first.more, second.more) == (A_PAGE, True, False)
    seen = titles(first) + titles(second)
    assert len(seen) == len(set(seen)) == A_PAGE + 3 + 4


def test_a_product_then_its_options_then_its_variant(draft: int, shelf: dict[str, int]) -> None:
    want(draft, product_of(shelf["Everyday Tee S"]))
    basket = basket_of(draft)
    assert missing(basket, basket.items[0]) == ("options", "Choose a size.")
    assert {v.title for v in basket.choices_for(basket.items[0])} == {"S", "M"}

    want(draft, product_of(shelf["Everyday Tee S"]), Size="M")
    basket = basket_of(draft)
    item = basket.items[0]
    assert item.variant is not None
    assert item.variant.id == shelf["Everyday Tee M"]
    alone, whole = quote_item(basket, item), quote(basket)
    assert alone is not None
    assert whole is not None
    assert alone.difference == whole.difference == -10000
    assert basket.held(item) is not None


def test_what_a_card_says_is_what_choosing_it_comes_to(draft: int, shelf: dict[str, int]) -> None:
    listed = {product.title: product.alone for product in found(draft).products}
    want(draft, product_of(shelf["Ölzeug Jacke L"]))
    chosen = quote_item(basket_of(draft), basket_of(draft).items[0])
    assert listed["Ölzeug Jacke"] == chosen


def test_a_product_with_one_variant_needs_no_further_choice(draft: int, shelf: dict[str, int]) -> None:
    for title in ("Market Bag", "Ölzeug Jacke L"):
        want(draft, product_of(shelf[title]))
        item = basket_of(draft).items[0]
        assert item.settled
        assert item.variant is not None
        assert item.variant.id == shelf[title]


def test_going_back_to_the_same_product_forgets_the_other(draft: int, shelf: dict[str, int]) -> None:
    want(draft, product_of(shelf["Market Bag"]))
    item = basket_of(draft).items[0]
    to_l = Wish(Reason.TOO_SMALL, VARIANT, {"Colour": "Navy", "Size": "L"})
    choose_replacement(draft, item.id, to_l, NOW)
    item = basket_of(draft).items[0]
    assert item.product_id is None
    assert item.variant is not None
    assert item.variant.id == shelf["Ridge Parka Navy / L"]


@pytest.mark.parametrize(
    ("which", "field"),
    [("parka", "product"), ("nobody's", "product"), ("sold out", "options"), ("too dear", "product")],
)
def test_what_cannot_be_had_is_refused_and_nothing_is_kept(
    draft: int, acme: int, shelf: dict[str, int], which: str, field: str
) -> None:
    allow(acme, other_products="catalogue", other_products_price_cap=15000 if which == "sold out" else 13000)
    title = {"parka": "Ridge Parka Navy / M", "sold out": "Field Cap Red", "too dear": "Ölzeug Jacke L"}
    product_id = product_of(shelf[title[which]]) if which in title else 999_999
    options = {"Colour": "Red"} if which == "sold out" else {}
    with pytest.raises(CannotChoose) as refused:
        want(draft, product_id, **options)
    assert refused.value.field == field
    item = basket_of(draft).items[0]
    assert (item.outcome, item.product_id, item.variant) == (None, None, None)


def test_a_shop_that_offers_none_refuses_it(draft: int, acme: int, shelf: dict[str, int]) -> None:
    allow(acme)
    with pytest.raises(CannotChoose, match="cannot be had"):
        want(draft, product_of(shelf["Market Bag"]))


def test_a_policy_that_changed_meanwhile_stops_the_submit(
    draft: int, acme: int, shelf: dict[str, int]
) -> None:
    want(draft, product_of(shelf["Market Bag"]))
    current = quote(basket_of(draft))
    assert current is not None
    for fields in ({}, {"other_products": "catalogue", "other_products_price_cap": 1}):
        allow(acme, **fields)
        with pytest.raises(NotReady, match="Ridge Parka: "):
            submit(Confirmation(draft, current.version, "shopper"), NOW)


def test_the_platform_gets_it_like_any_other_variant(draft: int, shelf: dict[str, int]) -> None:
    want(draft, product_of(shelf["Everyday Tee S"]), Size="S")
    current = quote(basket_of(draft))
    assert current is not None
    submit(Confirmation(draft, current.version, "shopper"), NOW)
    (sent,) = db.session.scalars(select(Dispatch)).one().message["variants"]
    assert (sent["sku"], sent["product_id"], sent["quantity"]) == ("EVERYDAY-TEE-S", "EVERYDAY-TEE", 1)
    assert (sent["product"], sent["discount"], sent["difference"]) == (2800, 0, -10100)
    assert sent["returned"]["sku"] == "RIDGE-PARKA-NAVY-M"
