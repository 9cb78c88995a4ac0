"""Another product instead, on screen 3: the search, a card each product, and the product that was chosen."""

from __future__ import annotations

from flask import request
from werkzeug.datastructures import MultiDict

from app.services.baskets import PRODUCT, Basket, BasketItem
from app.services.other_products import (
    OtherProduct,
    Search,
    list_products,
    offers_other_products,
)
from app.web.acting import screen
from app.web.shopper.pages import OtherOffer, ProductCard, ProductList
from app.web.shopper.parts import in_words, picture
from app.web.shopper.sums import difference_of

MOST_LETTERS = 100
LAST_PAGE = 10_000


def search_said() -> Search:
    """What is looked for, from the address or the form. Other words than before begin at the first page."""
    given = request.form if request.method == "POST" else request.args
    words = given.get("q", "").strip()[:MOST_LETTERS]
    same = request.method != "POST" or given.get("searched", "") == words
    return Search(words, _page(given) if same else 1)


def product_said() -> int | None:
    """The product that the form names; none where the list is wanted again."""
    if request.form.get("action") == "browse":
        return None
    said = request.form.get("product", "")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 10 else None


def search_address(basket: Basket, item: BasketItem, search: Search) -> str:
    """Screen 3 of this item with its search, to look at again."""
    return screen(
        "replacement",
        public_id=basket.public_id,
        item_id=item.id,
        q=search.words or None,
        page=search.page if search.page > 1 else None,
    )


def other_offer(basket: Basket, item: BasketItem, only_way: bool) -> OtherOffer | None:
    """The way to another product, with what it shows once it is picked; None where policy has none."""
    if not offers_other_products(basket):
        return None
    checked = item.outcome == PRODUCT or (only_way and item.outcome is None)
    if not checked:
        return OtherOffer(False, None)
    if item.product_id is None:
        search = search_said()
        return OtherOffer(True, _list(basket, item, search))
    variants = basket.choices_for(item)
    return OtherOffer(True, None, item.product_id, variants[0].product_title if variants else "")


def _list(basket: Basket, item: BasketItem, search: Search) -> ProductList:
    listing = list_products(basket, item, search)

    def to(page: int) -> str:
        return search_address(basket, item, Search(search.words, page))

    return ProductList(
        words=search.words,
        cards=tuple(_card(product) for product in listing.products),
        page=listing.page,
        before_url=to(listing.page - 1) if listing.page > 1 else None,
        next_url=to(listing.page + 1) if listing.more else None,
    )


def _card(product: OtherProduct) -> ProductCard:
    return ProductCard(
        id=product.id,
        title=product.title,
        picture=picture(product.image_url, product.title),
        difference=difference_of(product.alone, in_words) if product.alone else None,
        varies=product.varies,
        sold_out=product.alone is None,
    )


def _page(given: MultiDict[str, str]) -> int:
    said = given.get("page", "")
    return min(max(int(said), 1), LAST_PAGE) if said.isascii() and said.isdigit() and len(said) < 7 else 1
