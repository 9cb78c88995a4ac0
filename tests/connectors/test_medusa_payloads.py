"""The bytes for Medusa, step by step, against stored payloads; the sandbox gives the answers in between."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app.connectors.base import Request
from app.domain.exchange_order import ExchangeOrder, VariantLine
from tests.connectors.medusa_cases import (
    CASES,
    ORDER_ID,
    TEE_S,
    TWO_TEES,
    Courier,
    PretendMedusa,
    medusa_order,
    placer,
    replacement,
)
from tests.connectors.medusa_golden import GOLDEN, Golden
from tests.connectors.medusa_schema import SCHEMAS

PAYLOADS = Path(__file__).with_name("payloads")


def steps(medusa: PretendMedusa, message: ExchangeOrder, **settings: str) -> list[Request]:
    return Golden(message, settings).steps(medusa)


def written(medusa: PretendMedusa, request: Request) -> dict[str, Any]:
    """A step as it is stored: the body's text itself, since 10.5 and 10.50 are told apart by it alone."""
    path = request.url.removeprefix(medusa.url)
    return {"step": request.name, "request": f"{request.method} {path}", "body": request.body.decode()}


def test_every_stored_payload_has_its_case() -> None:
    assert {path.stem for path in PAYLOADS.glob("medusa-*.json")} == {f"medusa-{name}" for name in GOLDEN}


@pytest.mark.parametrize("name", GOLDEN)
def test_the_bytes_are_the_stored_payloads(medusa: PretendMedusa, name: str) -> None:
    found = [written(medusa, request) for request in GOLDEN[name].steps(medusa)]
    stored = PAYLOADS / f"medusa-{name}.json"
    if os.environ.get("WRITE_PAYLOADS"):
        stored.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    assert found == json.loads(stored.read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", GOLDEN)
def test_every_body_is_one_that_medusa_takes(medusa: PretendMedusa, name: str) -> None:
    for request in GOLDEN[name].steps(medusa):
        if request.method == "POST":
            faults = [fault.message for fault in SCHEMAS[request.name].iter_errors(json.loads(request.body))]
            assert faults == [], request.name


def test_no_credential_is_in_what_is_stored(medusa: PretendMedusa) -> None:
    for request in GOLDEN["all-settings"].steps(medusa):
        stored = f"{request.url} {dict(request.headers)} {request.body!r}"
        assert "sk_sandbox" not in stored
        assert "Authorization" not in stored


@pytest.mark.parametrize(
    ("currency", "price", "units", "body"),
    [
        ("USD", 1050, 1, '[{"variant_id":"variant_tee-m","quantity":1,"unit_price":10.5}]'),
        ("USD", 5, 1, '[{"variant_id":"variant_tee-m","quantity":1,"unit_price":0.05}]'),
        ("USD", 0, 1, '[{"variant_id":"variant_tee-m","quantity":1,"unit_price":0}]'),
        ("USD", 100000, 1, '[{"variant_id":"variant_tee-m","quantity":1,"unit_price":1000}]'),
        ("JPY", 300, 1, '[{"variant_id":"variant_tee-m","quantity":1,"unit_price":300}]'),
        ("KWD", 1250, 1, '[{"variant_id":"variant_tee-m","quantity":1,"unit_price":1.25}]'),
        ("CLF", 12345, 1, '[{"variant_id":"variant_tee-m","quantity":1,"unit_price":1.2345}]'),
        ("USD", 10**14 + 1, 1, '[{"variant_id":"variant_tee-m","quantity":1,"unit_price":1000000000000.01}]'),
        (
            "USD",
            10000,
            3,
            '[{"variant_id":"variant_tee-m","quantity":2,"unit_price":33.33},'
            '{"variant_id":"variant_tee-m","quantity":1,"unit_price":33.34}]',
        ),
    ],
)
def test_gotcha_13_amounts_are_exact_major_units(
    medusa: PretendMedusa, currency: str, price: int, units: int, body: str
) -> None:
    items = [{"variant_id": "variant_tee-s", "quantity": 9}]
    medusa.configure(orders=[dict(TWO_TEES, items=items, currency_code=currency.lower())])
    returned = replace(TEE_S, quantity=units)
    line: VariantLine = replacement("m", price, quantity=units, returned=returned)
    sent = steps(medusa, replace(medusa_order(line), currency=currency))
    outbound = next(request for request in sent if request.name == "outbound items")
    assert outbound.body.decode() == f'{{"items":{body}}}'


def test_gotcha_9_a_price_below_nothing_is_never_sent(medusa: PretendMedusa) -> None:
    sent = steps(medusa, medusa_order(replacement("m", 500, discount=1000)))
    assert all(request.method == "GET" for request in sent)


def test_two_replacements_of_one_line_come_back_as_one_entry(medusa: PretendMedusa) -> None:
    sent = steps(medusa, CASES["two-lines"])
    inbound = next(request for request in sent if request.name == "inbound items")
    assert [item["quantity"] for item in json.loads(inbound.body)["items"]] == [2]


def test_the_gift_cards_code_stays_the_same_and_needs_our_key(medusa: PretendMedusa) -> None:
    codes = set()
    for secret in ("sk_sandbox", "sk_sandbox", "sk_other"):
        connector = placer(medusa.url, secret=secret)
        medusa.client.delete("/settings")
        medusa.configure(orders=[TWO_TEES], loyalty_plugin=True, secret_key=secret)
        carrier = Courier(connector)
        carrier.place(CASES["gift-card"])
        codes.add(json.loads(next(one for one in carrier.sent if one.name == "gift card").body)["code"])
    assert len(codes) == 2
    assert all(code.startswith("EV-") and len(code) == 22 for code in codes)


def test_the_order_in_question_is_in_every_list(medusa: PretendMedusa) -> None:
    listed = [one for one in GOLDEN["even"].steps(medusa) if one.name == "list exchanges"]
    assert all(f"order_id={ORDER_ID}" in request.url for request in listed)


def test_a_message_that_went_through_the_database_gives_the_same_bytes(medusa: PretendMedusa) -> None:
    message = CASES["dearer"]
    kept = ExchangeOrder.from_data(json.loads(json.dumps(message.to_data())))
    assert placer().next_step(kept, []) == placer().next_step(message, [])


def test_nothing_of_a_gift_but_its_goods_is_told(medusa: PretendMedusa) -> None:
    """The order there is the giver's: neither who got it nor where it goes now may stand on it."""
    told = b"".join(request.body for request in GOLDEN["gift"].steps(medusa)).decode()
    assert not any(word in told for word in ("Gia", "Reed", "gia@", "Elm", "97703"))
