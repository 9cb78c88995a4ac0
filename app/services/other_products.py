"""The other products that an item may become, searched and a page at a time, each with its price difference.

The sum is the very one of `app.services.quotes`, asked for the cheapest variant that can be had. Nothing
here writes, and a page costs three queries, however many products and variants there are.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from sqlalchemy import ColumnElement, Select, func, or_, select

from app.domain.facts import VariantFacts
from app.domain.policy import OtherProducts
from app.domain.quote import Quote
from app.domain.replacements import Refusal, may_become
from app.models import Product, Variant, db
from app.services.baskets import PRODUCT, Basket, BasketItem
from app.services.quotes import quote_item
from app.services.shelf import variants_of

A_PAGE = 12
MOST_WORDS = 6
NOT_SHOWN = frozenset({Refusal.OTHER_PRODUCT, Refusal.TOO_DEAR, Refusal.NO_SUCH_COMBINATION})


@dataclass(frozen=True)
class Search:
    """What is looked for: words of a title, an option or a SKU; none for all. Pages count from 1."""

    words: str = ""
    page: int = 1


@dataclass(frozen=True)
class OtherProduct:
    """One product that may be had. `alone` is the sum of the item with its cheapest variant, None: sold out.

    `varies`: others of its variants come to another sum.
    """

    id: int
    title: str
    image_url: str | None
    alone: Quote | None
    varies: bool = False


@dataclass(frozen=True)
class Listing:
    """One page of products; whether there is a next one."""

    products: tuple[OtherProduct, ...]
    page: int
    more: bool


def offers_other_products(basket: Basket) -> bool:
    """Whether an item of this draft may become another product at all."""
    return basket.policy.other_products is not OtherProducts.NONE


def list_products(basket: Basket, item: BasketItem, search: Search) -> Listing:
    """The products that this item may become and the search finds, by title."""
    found = _found(basket, item, search)
    ids, more = found[:A_PAGE], len(found) > A_PAGE
    variants: dict[int, list[VariantFacts]] = {product_id: [] for product_id in ids}
    for variant in variants_of(ids, basket.read_at, basket.exchange_id).values():
        variants[variant.product_id].append(variant)
    listed = (_offer(basket, item, of_one) for of_one in variants.values())
    return Listing(tuple(offer for offer in listed if offer), search.page, more)


def may_be_shown(
    basket: Basket, item: BasketItem, variants: Iterable[VariantFacts]
) -> tuple[VariantFacts, ...]:
    """Those of another product's variants that the policy allows, sold out or not."""
    return tuple(v for v in variants if basket.refusal(item, v) not in NOT_SHOWN)


def _offer(basket: Basket, item: BasketItem, variants: Iterable[VariantFacts]) -> OtherProduct | None:
    shown = may_be_shown(basket, item, variants)
    if not shown:
        return None
    to_be_had = [v for v in shown if v.available(item.quantity)]
    first = shown[0]
    if not to_be_had:
        return OtherProduct(first.product_id, first.product_title, first.image_url, None)
    cheapest = min(to_be_had, key=lambda v: v.price)
    wished = replace(item, outcome=PRODUCT, product_id=first.product_id, variant=cheapest)
    return OtherProduct(
        first.product_id,
        first.product_title,
        cheapest.image_url,
        quote_item(basket, wished),
        varies=any(v.price != cheapest.price for v in to_be_had),
    )


def _found(basket: Basket, item: BasketItem, search: Search) -> list[int]:
    """Ids of the page and of one product more, where there is one.

    Tags are spelled in many ways (`app.domain.tags`), so a policy that names some reads all that match.
    """
    statement = _statement(basket, item, search)
    first = (search.page - 1) * A_PAGE
    if basket.policy.other_products is not OtherProducts.TAGGED:
        rows = db.session.execute(statement.offset(first).limit(A_PAGE + 1)).all()
        return [row.id for row in rows]
    rows = db.session.execute(statement).all()
    return [row.id for row in rows if may_become(row.tags, basket.policy)][first : first + A_PAGE + 1]


def _statement(basket: Basket, item: BasketItem, search: Search) -> Select[int, list[str]]:
    sold: ColumnElement[bool] = Variant.active.is_(True)
    cap = basket.policy.other_products_price_cap
    if cap is not None:
        sold = sold & (Variant.price <= cap)
    words = search.words.casefold().split()[:MOST_WORDS]
    return (
        select(Product.id, Product.tags)
        .where(
            Product.active,
            ~Product.is_gift_card,
            Product.id != (item.line.product_id or 0),
            Product.variants.any(sold),
            *(Product.variants.any(sold & _has(word)) for word in words),
        )
        .order_by(Product.title, Product.id)
    )


def _has(word: str) -> ColumnElement[bool]:
    """`line_name` is casefolded already, which databases do not do alike for all letters."""
    return or_(
        Variant.line_name.contains(word, autoescape=True),
        func.lower(Variant.sku).contains(word, autoescape=True),
    )
