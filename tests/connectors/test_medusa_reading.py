"""Reading from Medusa: which requests are made, with whose credentials, and what is not asked for."""

from __future__ import annotations

import json

from app.connectors.base import Done, Refused, Reply, Request
from app.connectors.found import OrderFound, ProductsFound
from app.connectors.reading import OrderSource, OrderWanted, ProductSource, ProductsWanted
from tests.connectors.medusa_cases import placer

MEDUSA = placer(read_orders=True, publishable="pk_1", region_id="reg_1")
WANTED = OrderWanted("1001", "ada+tees@example.com")


def said(content: object, status: int = 200) -> Reply:
    return Reply(status, {}, json.dumps(content).encode())


def test_medusa_can_be_read_from_where_the_store_wants_it() -> None:
    assert isinstance(MEDUSA, OrderSource)
    assert isinstance(MEDUSA, ProductSource)
    assert (MEDUSA.reads_orders(), MEDUSA.reads_products()) == (True, True)
    assert (placer().reads_orders(), placer().reads_products()) == (False, False)


def test_an_order_is_searched_for_by_its_email_with_our_key() -> None:
    request = MEDUSA.order_step(WANTED, [])
    assert isinstance(request, Request)
    assert (request.name, request.method, request.body) == ("find order", "GET", b"")
    assert request.url == (
        "https://shop.example/admin/orders?q=ada%2Btees%40example.com&limit=100"
        "&fields=id,display_id,custom_display_id,email"
    )
    assert MEDUSA.needs_proof(request)


def test_everybodys_orders_are_nobodys() -> None:
    strangers = [
        {"id": f"order_{number}", "display_id": number, "email": "bob@example.com"} for number in (1001, 2)
    ]
    assert MEDUSA.order_step(WANTED, [said({"orders": strangers})]) == Done(OrderFound(None))


def test_a_search_is_read_page_by_page_and_comes_to_an_end() -> None:
    strangers = [{"id": f"order_{number}", "display_id": number, "email": "bob"} for number in range(100)]
    full = said({"orders": strangers})
    for pages in range(1, 8):
        following = MEDUSA.order_step(WANTED, [full] * pages)
        assert isinstance(following, Request)
        assert f"&offset={pages}00" in following.url
    assert MEDUSA.order_step(WANTED, [full] * 8) == Done(OrderFound(None))
    assert MEDUSA.order_step(WANTED, [full, said({"orders": strangers[:99]})]) == Done(OrderFound(None))


def test_a_known_order_is_asked_for_by_its_id() -> None:
    request = MEDUSA.order_step(OrderWanted("1001", "", "order_/../1"), [])
    assert isinstance(request, Request)
    assert request.url.startswith("https://shop.example/admin/orders/order_%2F..%2F1?fields=")


def test_an_answer_of_no_use_says_why() -> None:
    refused = said({"message": "Unauthorized"}, 401)
    answer = MEDUSA.order_step(WANTED, [refused])
    assert isinstance(answer, Refused)
    assert "our secret key was not accepted" in answer.reason


def test_a_product_is_asked_for_at_the_shop_without_our_key() -> None:
    request = MEDUSA.products_step(ProductsWanted(("RIDGE-PARKA", "prod_1", "prod_1")), [])
    assert isinstance(request, Request)
    assert request.url.startswith(
        "https://shop.example/store/products/prod_1?region_id=reg_1&fields=id,title,"
    )
    assert request.headers["x-publishable-api-key"] == "pk_1"
    assert not MEDUSA.needs_proof(request)


def test_a_product_that_is_not_sold_is_passed_over() -> None:
    gone = said({"type": "not_found", "message": "Product with id: prod_1 was not found"}, 404)
    assert MEDUSA.products_step(ProductsWanted(("prod_1",)), [gone]) == Done(ProductsFound(()))


def test_no_more_than_ten_products_are_asked_for() -> None:
    gone = said({"message": "not found"}, 404)
    products = ProductsWanted(tuple(f"prod_{number}" for number in range(12)))
    assert MEDUSA.products_step(products, [gone] * 10) == Done(ProductsFound(()))


def test_without_ids_of_medusas_nothing_is_asked() -> None:
    assert MEDUSA.products_step(ProductsWanted(("RIDGE-PARKA",)), []) == Done(ProductsFound(()))
