"""What the pretend merchant answers: its sum, its refusals before the body is read, its settings."""

import json

import pytest

from tests.sandbox.bodies import Body, card_line, order, variant_line, without
from tests.sandbox.conftest import HEADERS, JSON, Bench

PATH = "/optoro/exchange_orders"


def configure(bench: Bench, **settings: object) -> None:
    reply = bench.client.post("/settings", json={"system": "optoro", **settings})
    assert reply.status_code == 200, reply.text


def amounts(bench: Bench, *items: Body, version: str = "2") -> tuple[int, int, int]:
    """(total, product, tax) of an order of these lines."""
    reply = bench.place(order(items=list(items)), X_Optiturn_Api_Version=version)
    assert reply.status_code == 200, reply.text
    found = reply.json()
    return found["total_amount_cents"], found["product_amount_cents"], found["tax_amount_cents"]


def test_the_answer_has_the_four_fields_and_no_more(bench: Bench) -> None:
    reply = bench.place(order())
    assert reply.status_code == 200
    assert reply.headers["content-type"] == "application/json"
    assert reply.json() == {
        "order_identifier": "H-1001-X1",
        "total_amount_cents": 12900 + 1064 + 4500 + 500,
        "product_amount_cents": 12900 + 4500,
        "tax_amount_cents": 1064,
    }


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ([variant_line()], (13964, 12900, 1064)),
        ([variant_line(discount_amount_cents=900)], (13064, 12900, 1064)),
        ([variant_line(discount_amount_cents=12900, tax_amount_cents=0)], (0, 12900, 0)),
        ([card_line()], (5000, 4500, 0)),
        ([without(card_line(), "bonus_credit_amount_cents")], (4500, 4500, 0)),
        ([card_line(unit_price_amount_cents=0)], (500, 0, 0)),
        ([variant_line(quantity=2, product_amount_cents=25800)] * 2, (51600 + 2128, 51600, 2128)),
        ([without(variant_line(), "product_amount_cents")], (13964, 12900, 1064)),
        ([without(variant_line(), "unit_price_amount_cents")], (13964, 12900, 1064)),
    ],
)
def test_the_sum(bench: Bench, lines: list[Body], expected: tuple[int, int, int]) -> None:
    assert amounts(bench, *lines) == expected


def test_version_one_has_the_bonus_in_the_price_and_the_same_total(bench: Bench) -> None:
    card = without(card_line(unit_price_amount_cents=5000), "bonus_credit_amount_cents")
    assert amounts(bench, card, version="1") == (5000, 5000, 0)


def test_extra_tax_and_shipping_make_the_total_drift(bench: Bench) -> None:
    configure(bench, extra_tax_ppm=20_000, shipping_amount_cents=795)
    # 2 % of 129.00 - 9.00, and none of it on the card
    line = variant_line(discount_amount_cents=900)
    assert amounts(bench, line, card_line()) == (12000 + 1064 + 240 + 5000 + 795, 17400, 1304)


@pytest.mark.parametrize(("ppm", "tax"), [(-10_000, 1064 - 129), (-1_000_000, 0)])
def test_less_tax_makes_the_total_drift_below_but_never_makes_tax_negative(
    bench: Bench, ppm: int, tax: int
) -> None:
    configure(bench, extra_tax_ppm=ppm)
    assert amounts(bench, variant_line()) == (12900 + tax, 12900, tax)


@pytest.mark.parametrize(("price", "extra"), [(49, 0), (50, 1), (149, 1), (150, 2)])
def test_extra_tax_is_rounded_to_the_nearest_unit(bench: Bench, price: int, extra: int) -> None:
    configure(bench, extra_tax_ppm=10_000)
    line = variant_line(unit_price_amount_cents=price, product_amount_cents=price, tax_amount_cents=0)
    assert amounts(bench, line) == (price + extra, price, extra)


def test_settings_not_named_stay_and_delete_forgets_them_all(bench: Bench) -> None:
    configure(bench, shipping_amount_cents=500)
    configure(bench, extra_tax_ppm=1)
    assert bench.client.get("/settings").json()["optoro"]["shipping_amount_cents"] == 500
    assert bench.client.delete("/settings").status_code == 204
    assert amounts(bench, variant_line()) == (13964, 12900, 1064)


@pytest.mark.parametrize(
    "wrong",
    [
        {"system": "nobody"},
        {"system": ["optoro"]},
        {"shipping_amount_cents": 5},
        {"system": "optoro", "shipping_amount_cents": -1},
        {"system": "optoro", "extra_tax_ppm": 0.5},
        {"system": "optoro", "extra_tax_ppm": 1_000_001},
        {"system": "optoro", "vat": 20},
        {"system": "optoro", "credential": "secret"},
        {"system": "optoro", "credential": {"header": "two words", "value": "x"}},
        [],
    ],
)
def test_bad_settings_are_refused_and_change_nothing(bench: Bench, wrong: object) -> None:
    before = bench.client.get("/settings").json()
    reply = bench.client.post("/settings", json=wrong)
    assert reply.status_code == 422
    assert reply.json()["message"]
    assert bench.client.get("/settings").json() == before


def test_a_wrong_credential_is_refused_and_none_is_ever_shown(bench: Bench) -> None:
    configure(bench, credential={"header": "X-Shop-Key", "value": "s3cret-value"})
    assert bench.place(order()).status_code == 401
    assert bench.place(order(), X_Shop_Key="S3cret-value").status_code == 401
    assert bench.place(order(), X_Shop_Key="s3cret-value").status_code == 200
    for address in ("/ledger", "/settings", "/"):
        assert "s3cret" not in bench.client.get(address).text.lower()
    configure(bench, credential=None)
    assert bench.place(order("H-2")).status_code == 200


def test_an_authorization_header_keeps_only_its_scheme_in_the_ledger(bench: Bench) -> None:
    bench.place(order(), Authorization="Bearer s3cret", Cookie="session=s3cret")
    headers = bench.requests()[0]["headers"]
    assert headers["Authorization"] == "Bearer ***"
    assert headers["Cookie"] == "***"
    assert headers["X-Optiturn-Id"] == "harbour"


@pytest.mark.parametrize("version", ["", "0", "3", "2.0", "v2", "two"])
def test_an_unknown_version_is_a_bad_request(bench: Bench, version: str) -> None:
    reply = bench.place(order(), X_Optiturn_Api_Version=version)
    assert reply.status_code == 400
    assert "X-Optiturn-Api-Version" in reply.json()["message"]


def test_no_version_is_a_bad_request(bench: Bench) -> None:
    assert bench.client.post(PATH, json=order(), headers={"X-Optiturn-Id": "harbour"}).status_code == 400


@pytest.mark.parametrize("headers", [{}, {"X-Optiturn-Id": ""}])
def test_the_merchant_must_be_named(bench: Bench, headers: dict[str, str]) -> None:
    reply = bench.client.post(PATH, json=order(), headers={"X-Optiturn-Api-Version": "2", **headers})
    assert reply.status_code == 422
    assert reply.json()["errors"] == [{"field": "X-Optiturn-Id", "code": "missing_field"}]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"order",
        b'{"currency": "USD",}',
        b'{"currency": NaN}',
        b'{"currency": "USD", "currency": "EUR"}',
        b'{"currency": "\xff"}',
        b"\xef\xbb\xbf{}",
        b"[" * 50 + b"]" * 50,
        b"[" * 100_000,
        b'{"n": ' + b"9" * 5000 + b"}",
    ],
)
def test_what_is_not_sound_json_is_a_bad_request(bench: Bench, content: bytes) -> None:
    reply = bench.client.post(PATH, content=content, headers=JSON)
    assert reply.status_code == 400, reply.text
    assert reply.json()["message"].startswith("The body")
    assert bench.client.get("/ledger").status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Type": "text/plain"},
        {"Content-Type": "application/x-www-form-urlencoded"},
        {"Content-Type": "application/json; charset=latin-1"},
        {"Content-Type": "application/json", "Content-Encoding": "gzip"},
        {},
    ],
)
def test_another_content_type_is_refused(bench: Bench, headers: dict[str, str]) -> None:
    content = json.dumps(order()).encode()
    assert bench.client.post(PATH, content=content, headers={**HEADERS, **headers}).status_code == 415


def test_a_charset_of_utf_8_may_be_said(bench: Bench) -> None:
    headers = {**HEADERS, "Content-Type": "application/json; charset=UTF-8"}
    reply = bench.client.post(PATH, content=json.dumps(order()).encode(), headers=headers)
    assert reply.status_code == 200


def test_a_body_of_one_mebibyte_is_read_and_one_byte_more_is_not(bench: Bench) -> None:
    body = json.dumps(order()).encode()
    full = body + b" " * (1024 * 1024 - len(body))
    assert bench.client.post(PATH, content=full, headers=JSON).status_code == 200
    assert bench.client.post(PATH, content=full + b" ", headers=JSON).status_code == 413
    in_chunks = (full[start : start + 65536] for start in range(0, len(full), 65536))
    assert bench.client.post(PATH, content=in_chunks, headers=JSON).status_code == 200
    too_many = (b" " * 65536 for _ in range(17))
    assert bench.client.post(PATH, content=too_many, headers=JSON).status_code == 413
    assert [request["status"] for request in bench.requests()] == [200, 413, 200, 413]
    assert bench.requests()[1]["body"] is None


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/optoro/exchange_orders", 405),
        ("PUT", "/optoro/exchange_orders", 405),
        ("POST", "/optoro/exchange_orders/", 404),
        ("POST", "/optoro/returns", 404),
        ("POST", "/optoro", 404),
        ("POST", "/exchange_orders", 404),
        ("POST", "/ledger", 405),
        ("GET", "/no/such/page", 404),
    ],
)
def test_other_addresses_and_methods(bench: Bench, method: str, path: str, status: int) -> None:
    reply = bench.client.request(method, path, headers=HEADERS)
    assert reply.status_code == status
    assert reply.json()["message"]
    assert (status == 405) == ("allow" in reply.headers)
