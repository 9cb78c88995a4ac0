"""Any exchange that our rules can produce, in the words of each platform: it validates and adds up.

The schemas were written from the platforms' pages and not from the connectors. Currencies are all of
ISO 4217, quantities up to a thousand, policies of every kind.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from app.connectors.base import Refused, Request
from app.connectors.exact_json import to_bytes
from app.connectors.fraud.ravelin import RavelinListener, RavelinScreener
from app.connectors.fraud.ravelin_amounts import basic_units
from app.connectors.platforms.medusa import MedusaPlacer
from app.connectors.platforms.optoro import OptoroPlacer
from app.connectors.platforms.stateset import StateSetPlacer
from app.connectors.platforms.stateset_body import body_of
from app.connectors.platforms.stateset_plan import Act, calls_for, idempotency_key
from app.connectors.platforms.stateset_settings import StateSetSettings
from app.domain.building_order import NothingToPlace, build_exchange_order
from app.domain.exchange_order import ExchangeOrder
from app.domain.exchange_report import ExchangeReport
from app.domain.money import exponent, major_units
from app.domain.quote import Quote
from tests.connectors.conversation import reply, talk
from tests.connectors.medusa_answers import AgreeableMedusa
from tests.connectors.medusa_schema import SCHEMAS as MEDUSA_SCHEMAS
from tests.connectors.worked_cases import once_paid
from tests.domain.examples import delivery
from tests.domain.strategies import RULES, Wish, wishes

SCHEMAS = Path(__file__).parent / "schemas"
AT = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
SOME = settings(RULES, max_examples=200)
KEY = "sk_test_example"


@cache
def schema(name: str) -> Draft202012Validator:
    return Draft202012Validator(json.loads((SCHEMAS / f"{name}.json").read_text("utf-8")))


def validated(name: str, content: bytes) -> Any:
    """The body, which is as the platform's page describes it; numbers are exact."""
    body = json.loads(content, parse_float=Decimal)
    assert list(schema(name).iter_errors(body)) == []
    return body


def confirmed(wish: Wish) -> tuple[ExchangeOrder, Quote]:
    """The message of a basket as confirmed; baskets of which nothing is sent are passed over."""
    quote = wish.quote()
    try:
        message = build_exchange_order(wish.order, quote, wish.variants, wish.policy, delivery())
    except NothingToPlace:
        assume(False)
        raise
    return message, quote


def sent(step: object) -> Request:
    assert isinstance(step, Request), step
    return step


def card_value(quote: Quote) -> int:
    """What stands on the card for the items given for it, with their bonus."""
    card = quote.card
    if card is None or card.face == card.residue:
        return 0
    return card.total - card.residue - card.residue_bonus


@SOME
@given(wishes(), st.sampled_from(["1", "2"]))
def test_optoro(wish: Wish, version: str) -> None:
    message, quote = confirmed(wish)
    given_settings = {"url": "https://shop.example", "optiturn_id": "any", "api_version": version}
    placer = OptoroPlacer.configure(given_settings, None, allow_loopback=False)
    body = validated("optoro-exchange-order", sent(placer.next_step(message, [])).body)
    cards = [line for line in body["items"] if "return_items" in line]
    lines = [line for line in body["items"] if "return_items" not in line]
    worth = sum(
        line["product_amount_cents"] - line["discount_amount_cents"] + line["tax_amount_cents"]
        for line in lines
    )
    assert worth == quote.replacements
    on_card = sum(
        line["unit_price_amount_cents"] + line.get("bonus_credit_amount_cents", 0) for line in cards
    )
    assert on_card == card_value(quote)


@SOME
@given(wishes(), st.sampled_from(["major", "minor"]))
def test_stateset(wish: Wish, unit: str) -> None:
    message, quote = confirmed(wish)
    told = StateSetSettings.model_validate({"price_unit": unit})
    calls = calls_for(message, told)
    assert len({idempotency_key(message, call) for call in calls}) == len(calls)
    total, units = Decimal(0), 0
    for call in calls:
        content = to_bytes(body_of(message, call, told, "rt_1"))
        kind = "stateset-exchange" if call.act is Act.EXCHANGE else "stateset-return"
        # A thousand units of a line differ in nothing but their amount.
        body = validated(kind, content) if units < 5 else json.loads(content, parse_float=Decimal)
        if call.act is Act.EXCHANGE:
            total, units = total + body["price_difference"], units + 1
    expected = major_units(quote.difference, quote.currency) if unit == "major" else quote.difference
    assert total == expected
    assert units == sum(line.units.count for line in quote.lines if line.price)


@SOME
@given(wishes())
def test_stateset_begins_with_a_call(wish: Wish) -> None:
    message, _ = confirmed(wish)
    assume(sum(line.quantity for line in message.variants) <= 20)
    placer = StateSetPlacer.configure({}, "st_example", allow_loopback=False)
    talked = talk(placer, message, lambda _: reply({"id": "rt_1", "exchange_order_id": "ord_exch_1"}))
    assert talked.placed.order in ("ord_exch_1", "rt_1")
    assert talked.placed.part is None


@SOME
@given(wishes(), st.booleans())
def test_medusa(wish: Wish, inclusive: bool) -> None:
    message, quote = confirmed(wish)
    assume(all(line.variant_id for line in message.variants))
    card = message.card.face + message.card.bonus if message.card else 0
    assume(not card or card >= 10 ** exponent(message.currency))  # Medusa has no card worth less than 1
    settings = {"url": "https://shop.example", "shipping_option_id": "so_1", "gift_cards": "loyalty"}
    placer = MedusaPlacer.configure(settings | {"tax_inclusive": inclusive}, "sk_1", allow_loopback=False)
    shop = AgreeableMedusa(message)
    talked = talk(placer, message, shop)
    for request in talked.requests:
        if request.method == "POST":
            assert list(MEDUSA_SCHEMAS[request.name].iter_errors(shop.sent[request.name])) == []
    taxes = sum(line.tax for line in message.variants)
    items = shop.sent.get("outbound items", {"items": []})["items"]
    worth = sum((each["quantity"] * Decimal(each["unit_price"]) for each in items), Decimal(0))
    assert worth == major_units(quote.replacements - (0 if inclusive else taxes), quote.currency)
    sending = shop.sent.get("outbound shipping", {"custom_amount": 0})["custom_amount"]
    fees = sum(line.fees for line in quote.lines)
    assert Decimal(sending) == major_units(fees if message.variants else 0, quote.currency)
    assert Decimal(shop.sent.get("gift card", {"value": 0})["value"]) == major_units(card, quote.currency)
    assert (talked.placed.doubt, talked.placed.total) == ("", message.replacements + message.shipping + card)


@SOME
@given(wishes())
def test_ravelin(wish: Wish) -> None:
    message, quote = confirmed(wish)
    told = ExchangeReport(
        order=message,
        submitted_at=AT,
        platform_order="NW-1001-X1",
        placed_at=AT,
        amount_due=quote.amount_due,
        refund_due=quote.refund_due,
        card_total=quote.card.total if quote.card else 0,
        forfeited=quote.forfeited,
    )
    listener = RavelinListener.configure({}, KEY, allow_loopback=False)
    talks = [talk(listener, each, lambda _: reply(b"null")) for each in (told, *once_paid(told))]
    assert not any(isinstance(each.end, str) for each in talks)
    requests = [request for each in talks for request in each.requests]
    made, *moved = [validated("ravelin-checkout", request.body) for request in requests]
    worth = quote.replacements + card_value(quote)
    items = sum(item["price"] * item["quantity"] for item in made["order"]["items"])
    assert items == basic_units(worth, quote.currency)
    assert made["order"]["price"] == basic_units(worth + quote.shipping, quote.currency)
    assert "transaction" not in made
    amounts = {body["transaction"]["type"]: body["transaction"]["amount"] for body in moved}
    assert amounts.get("auth_capture", 0) == basic_units(quote.amount_due, quote.currency)
    assert amounts.get("refund", 0) == basic_units(quote.refund_due, quote.currency)


@SOME
@given(wishes(), st.sampled_from(["money", "goods"]))
def test_ravelins_advice_is_asked_for(wish: Wish, counts: str) -> None:
    message, quote = confirmed(wish)
    told = ExchangeReport(message, AT, refund_due=quote.refund_due, forfeited=quote.forfeited)
    given_settings = {"refund_abuse": True, "refund_amount": counts}
    screener = RavelinScreener.configure(given_settings, KEY, allow_loopback=False)
    refund = validated("ravelin-refund", sent(screener.next_step(told, [])).body)["refund"]
    goods = sum(item["price"] * item["quantity"] for item in refund["items"])
    credit = sum(item.credit for item in message.returned)
    assert goods == basic_units(credit, quote.currency)
    assert refund["amount"] == (goods if counts == "goods" else basic_units(quote.refund_due, quote.currency))


@SOME
@given(wishes())
def test_an_amount_is_sent_exactly_or_not_at_all_where_the_store_wants_that(wish: Wish) -> None:
    message, quote = confirmed(wish)
    told = ExchangeReport(message, AT, "NW-1001-X1", AT, quote.amount_due, quote.refund_due)
    exact = RavelinListener.configure({"inexact": "refuse"}, KEY, allow_loopback=False).next_step(told, [])
    rounded = RavelinListener.configure({}, KEY, allow_loopback=False).next_step(told, [])
    assert isinstance(exact, Refused) or exact == rounded
