"""Optoro's Exchange Variants: the question, every answer, and the pretend merchant's own shelf."""

from __future__ import annotations

from typing import Any

import pytest

from app.connectors.base import Done, Refused, Request
from app.connectors.found import ProductsFound
from app.connectors.platforms.optoro_variants import OptoroVariants
from app.connectors.reading import ProductsWanted
from app.connectors.settings import InvalidSettings
from tests.connectors.conversation import reply
from tests.connectors.world import World

GOOD = {"url": "https://shop.example/api", "optiturn_id": "Modrno"}
PARKA = ProductsWanted(("RIDGE-PARKA",))
Shelf = dict[str, tuple[int, int | None]]
# As the published page has it.
LARGE = {
    "attributes": [{"name": "Colour", "value": "Navy"}, {"name": "Size", "value": "L"}],
    "unit_price_amount_cents": 12900,
    "quantity_in_stock": 3,
    "sku": "RIDGE-PARKA-NAVY-L",
    "title": "Ridge Parka Navy / L",
    "image_url": "https://shop.example/l.jpg",
}


def source(secret: str | None = None, **changes: Any) -> OptoroVariants:
    return OptoroVariants.configure(GOOD | changes, secret, allow_loopback=True)


def shelf(found: object) -> Shelf:
    """Price and stock by SKU, of the one product."""
    assert isinstance(found, ProductsFound)
    (product,) = found.products
    return {variant.sku: (variant.price, variant.stock) for variant in product.variants}


def read(content: Any) -> Shelf | str:
    step = source().next_step(PARKA, [reply(content)])
    if isinstance(step, Refused):
        return step.reason
    assert isinstance(step, Done)
    return shelf(step.result)


@pytest.mark.parametrize(
    ("product", "path"),
    [
        ("RIDGE-PARKA", "RIDGE-PARKA"),
        ("gid://shopify/Product/7", "gid%3A%2F%2Fshopify%2FProduct%2F7"),
        ("../admin?x=1#y", "..%2Fadmin%3Fx%3D1%23y"),
        ("甚平", "%E7%94%9A%E5%B9%B3"),
    ],
)
def test_the_question(product: str, path: str) -> None:
    asked = source().next_step(ProductsWanted((product,)), [])
    assert isinstance(asked, Request)
    assert (asked.method, asked.url) == ("GET", f"https://shop.example/api/sku/{path}/variants")
    assert asked.headers == {
        "X-Optiturn-Id": "Modrno",
        "X-Optiturn-Api-Version": "1",
        "Accept": "application/json",
    }
    assert asked.body == b""


def test_half_a_character_is_not_asked_about() -> None:
    refused = source().next_step(ProductsWanted(("half a \ud83d",)), [])
    assert isinstance(refused, Refused)


def test_the_answer() -> None:
    small = LARGE | {"sku": " RIDGE-PARKA-NAVY-S ", "quantity_in_stock": -2, "unit_price_amount_cents": 0}
    found = read({"variants": [LARGE, small], "more": 1})
    assert found == {"RIDGE-PARKA-NAVY-L": (12900, 3), "RIDGE-PARKA-NAVY-S": (0, 0)}
    assert read({"variants": []}) == {}


def test_several_products_are_asked_about_one_after_the_other() -> None:
    both, answer = ProductsWanted(("A", "B")), reply({"variants": [LARGE]})
    second = source().next_step(both, [answer])
    assert isinstance(second, Request)
    assert second.url.endswith("/sku/B/variants")
    end = source().next_step(both, [answer, answer])
    assert isinstance(end, Done)
    assert isinstance(end.result, ProductsFound)
    assert [product.id for product in end.result.products] == ["A", "B"]
    spoilt = source().next_step(both, [reply({}), answer])
    assert isinstance(spoilt, Refused)


@pytest.mark.parametrize("content", [b"", b"{", [], {}, {"variants": None}, {"variants": {}}, "variants"])
def test_what_is_no_list_of_variants(content: Any) -> None:
    assert read(content) == "the answer holds no list of variants that can be read"


@pytest.mark.parametrize(
    "changes",
    [
        {"sku": ""},
        {"sku": 7},
        {"sku": "x" * 256},
        {"unit_price_amount_cents": -1},
        {"unit_price_amount_cents": 10.5},
        {"unit_price_amount_cents": "12900"},
        {"unit_price_amount_cents": True},
        {"unit_price_amount_cents": 10**16},
        {"quantity_in_stock": None},
        {"quantity_in_stock": "3"},
        {"quantity_in_stock": 2.0},
    ],
)
def test_one_variant_that_cannot_be_read_spoils_the_answer(changes: dict[str, object]) -> None:
    """Passed over, it would count as sold out."""
    assert read({"variants": [LARGE, LARGE | {"sku": "B"} | changes]}) == (
        "variant 2 of the answer has no SKU, price and stock of its own"
    )


def test_the_same_sku_twice_and_what_is_no_variant() -> None:
    others: list[Any] = [LARGE, None, "x", []]
    for other in others:
        assert "variant 2 of the answer" in str(read({"variants": [LARGE, other]}))


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"prices": "gross"}, "prices", "must be one of 'net' or 'shown'"),
        ({"api_version": "1"}, "api_version", "is not a setting of this connector"),
        ({"auth": "bearer"}, "secret", "is needed for auth=bearer"),
    ],
)
def test_a_wrong_setting_is_named(changes: dict[str, Any], field: str, words: str) -> None:
    with pytest.raises(InvalidSettings) as refused:
        source(**changes)
    assert refused.value.problems == {field: words}


@pytest.mark.parametrize("seconds", [-1, 3601, "soon"])
def test_how_long_a_reading_is_fresh_has_its_bounds(seconds: object) -> None:
    with pytest.raises(InvalidSettings) as refused:
        source(fresh_seconds=seconds)
    assert set(refused.value.problems) == {"fresh_seconds"}


def test_the_pretend_merchant_was_written_from_the_same_page(world: World) -> None:
    world.set("optoro", variants={"甚平/L": [LARGE]}, credential={"header": "X-Api-Key", "value": "s3cret"})
    settings = {"url": f"{world.url}/optoro", "auth": "header", "auth_header": "X-Api-Key"}
    talked = world.talk(source("s3cret", **settings), ProductsWanted(("甚平/L",)))
    assert shelf(talked.end) == {"RIDGE-PARKA-NAVY-L": (12900, 3)}
    assert "404" in world.talk(source("s3cret", **settings), PARKA).refusal
    assert "our credential was not accepted" in world.talk(source("wrong", **settings), PARKA).refusal
