"""The Stripe connector: what it sends to the letter, the amounts, and what it makes of answers."""

from __future__ import annotations

import importlib.util
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st
from iso4217 import Currency

from app.connectors.base import LOOK_UP, Done, LooksUp, Outcome, Refused, Reply, Request
from app.connectors.moved import HostedPage, Moved
from app.connectors.payments import stripe_calls
from app.connectors.payments.stripe import StripeGateway
from app.connectors.payments.stripe_amounts import SMALLEST, NotPayable, minor_amount, smallest, stripe_amount
from app.connectors.payments.stripe_form import to_body
from app.connectors.settings import InvalidSettings
from app.domain.collecting import Till
from app.domain.idempotency import transaction_id_for
from app.domain.money import exponent
from app.domain.payment import MoneyAct, PaymentWish
from tests.connectors.conversation import as_written, reply
from tests.payments.cases import WISH, WISHES, move

CURRENCIES = sorted(each.code for each in Currency if each.exponent is not None)
PAYLOADS = Path(__file__).parent / "payloads" / "stripe"
SIGNING = "whsec_only_for_tests"
SECRET = f"sk_test_only_for_tests {SIGNING}"
CAPTURE, VOID, REFUND = MoneyAct.CAPTURE, MoneyAct.VOID, MoneyAct.REFUND


def gateway(secret: str | None = SECRET, **settings: Any) -> StripeGateway:
    return StripeGateway.configure(settings, secret, allow_loopback=False)


def opening(wish: PaymentWish) -> Request:
    request = gateway().open_page(wish)
    assert isinstance(request, Request)
    return request


def fields(request: Request) -> dict[str, str]:
    return dict(parse_qsl(request.body.decode("ascii")))


def requests() -> dict[str, Request]:
    url = "https://api.stripe.com"
    made = {name: opening(wish) for name, wish in WISHES.items()}
    for act in MoneyAct:
        asked = move(act, payment="pi_1")
        made[f"{act}-look"] = stripe_calls.look_at_payment(url, asked)
        made[str(act)] = stripe_calls.move_money(url, asked)
    made["refund-of-a-charge"] = stripe_calls.move_money(url, move(REFUND, payment="ch_1"))
    return made | {"look": gateway().look_at_page("cs_1"), "close": gateway().close_page("cs_1")}


def test_every_request_has_its_stored_payload() -> None:
    assert {path.stem for path in PAYLOADS.glob("*.json")} == set(requests())


@pytest.mark.parametrize("name", requests())
def test_the_request_is_the_stored_payload(name: str) -> None:
    made = requests()[name]
    stored = dict(as_written((PAYLOADS / f"{name}.json").read_text("utf-8")))
    assert made.name == stored["name"]
    assert f"{made.method} {made.url}" == stored["request"]
    assert dict(made.headers) == dict(stored["headers"])
    assert [list(pair) for pair in parse_qsl(made.body.decode("ascii"))] == (stored["body"] or [])


def test_no_secret_is_in_what_is_stored() -> None:
    for made in requests().values():
        assert "sk_test" not in repr(made)
        assert "whsec" not in repr(made)
    assert "sk_test" not in repr(gateway().__dict__)
    assert gateway().credentials() == {"Authorization": "Bearer sk_test_only_for_tests"}
    assert gateway().stored_settings() == {
        "url": "https://api.stripe.com",
        "pages": "https://checkout.stripe.com",
        "minimum": None,
    }


def test_the_shoppers_currency_is_the_one_they_confirmed() -> None:
    assert fields(opening(WISH))["adaptive_pricing[enabled]"] == "false"


@pytest.mark.parametrize(
    ("statement", "reference", "suffix"),
    [
        ("EX-7K3M9Q", "EX-7K3M9Q", "EX-7K3M9Q"),
        ("ACME EX-7K3M9Q", "EX-7K3M9Q", "EX-7K3M9Q"),
        ("A<*>'\"\\B", "", "AB"),
        ("2026", "EX-1", "EX-1"),
        ("", "", None),
        ("風", "123", None),
        ("much too long", "EX-7K3M9Q-2", None),
    ],
)
def test_what_stands_on_the_statement(statement: str, reference: str, suffix: str | None) -> None:
    made = fields(opening(replace(WISH, statement=statement, reference=reference)))
    assert made.get("payment_intent_data[statement_descriptor_suffix]") == suffix


@pytest.mark.parametrize(
    ("email", "sent"),
    [
        ("ada@example.com", True),
        ("a.b+c@x-y.co.uk", True),
        (None, False),
        ("ada@example", False),
        ("ada", False),
        ("ada moss@example.com", False),
        ("é@example.com", False),
    ],
)
def test_an_address_that_stripe_would_refuse_is_not_sent(email: str | None, sent: bool) -> None:
    assert ("customer_email" in fields(opening(replace(WISH, email=email)))) is sent


def test_long_texts_are_cut_to_what_stripe_takes() -> None:
    made = fields(opening(replace(WISH, description="x" * 2000, store="y" * 600)))
    assert len(made["line_items[0][price_data][product_data][name]"]) == 250
    assert len(made["payment_intent_data[description]"]) == 500
    assert len(made["metadata[store]"]) == 500


def test_keys_are_derived_and_fit_a_header() -> None:
    assert opening(WISH).headers["Idempotency-Key"] == transaction_id_for(WISH.key)
    odd = opening(replace(WISH, key="注文" * 100)).headers["Idempotency-Key"]
    assert odd.isascii()
    assert len(odd) == 36


def test_a_number_of_theirs_stays_inside_its_place() -> None:
    made = stripe_calls.move_money("https://api.stripe.com", move(CAPTURE, payment="pi_1/../x?y"))
    assert made.url == "https://api.stripe.com/v1/payment_intents/pi_1%2F..%2Fx%3Fy/capture"


def test_a_form_tells_yes_lists_and_what_stands_inside() -> None:
    written = to_body({"a": {"b": [True, "é &="]}, "c": 0, "d": [{"e": False}]})
    assert written == b"a[b][0]=true&a[b][1]=%C3%A9+%26%3D&c=0&d[0][e]=false"


@pytest.mark.parametrize(
    ("minor", "currency", "amount"),
    [
        (1050, "USD", 1050),
        (550, "JPY", 550),
        (300, "ISK", 30000),
        (300, "UGX", 30000),
        (1250, "KWD", 1250),
        (1000, "MGA", 10),
        (17500, "HUF", 17500),
        (10**12, "USD", 10**12),
    ],
)
def test_amounts_there_and_back(minor: int, currency: str, amount: int) -> None:
    assert stripe_amount(minor, currency) == amount
    assert minor_amount(amount, currency) == minor


@pytest.mark.parametrize(("minor", "currency"), [(1255, "KWD"), (1050, "MGA"), (1, "BHD")])
def test_an_amount_that_stripe_cannot_take_is_not_rounded(minor: int, currency: str) -> None:
    with pytest.raises(NotPayable, match="cannot take exactly"):
        stripe_amount(minor, currency)
    refused = gateway().open_page(replace(WISH, amount=minor, currency=currency))
    assert isinstance(refused, Refused)
    assert currency in refused.reason
    asked = replace(move(CAPTURE, minor, payment="pi_1"), currency=currency)
    step = gateway().next_step(asked, [reply(INTENT)])
    assert isinstance(step, Refused)


@given(minor=st.integers(1, 10**6), currency=st.sampled_from(CURRENCIES))
def test_the_step_tells_what_can_be_taken(minor: int, currency: str) -> None:
    till = Till("stripe", 0, gateway().step(currency))
    if till.takes(minor):
        stripe_amount(minor, currency)
    else:
        with pytest.raises(NotPayable):
            stripe_amount(minor, currency)


@given(minor=st.integers(1, 10**12), currency=st.sampled_from(CURRENCIES))
def test_whatever_can_be_taken_comes_back_as_it_was(minor: int, currency: str) -> None:
    try:
        amount = stripe_amount(minor, currency)
    except NotPayable:
        assert currency == "MGA" or exponent(currency) > 2
    else:
        assert minor_amount(amount, currency) == minor
        assert currency not in ("ISK", "UGX") or amount % 100 == 0
        assert exponent(currency) != 3 or amount % 10 == 0


def test_an_amount_that_comes_back_crooked_is_not_believed() -> None:
    with pytest.raises(NotPayable):
        minor_amount(30001, "ISK")
    crooked = SESSION | {"currency": "isk", "amount_total": 30001}
    assert isinstance(gateway().record_of(reply(crooked)), Refused)


@pytest.mark.parametrize(
    ("currency", "least"), [("USD", 50), ("GBP", 30), ("JPY", 50), ("HUF", 17500), ("MXN", 1000), ("ZAR", 0)]
)
def test_the_least_that_stripe_takes(currency: str, least: int) -> None:
    assert gateway().minimum(currency) == least
    assert gateway(minimum="700").minimum(currency) == 700


def test_every_least_amount_is_one_that_can_be_paid() -> None:
    for currency in SMALLEST:
        assert stripe_amount(smallest(currency), currency) > 0


SESSION: dict[str, Any] = {
    "id": "cs_1",
    "object": "checkout.session",
    "status": "open",
    "url": "https://checkout.stripe.com/c/pay/cs_1",
    "expires_at": 1795350000,
    "amount_total": 1050,
    "currency": "usd",
    "payment_intent": None,
}
INTENT: dict[str, Any] = {
    "id": "pi_1",
    "object": "payment_intent",
    "status": "requires_capture",
    "amount": 1050,
    "amount_received": 0,
    "currency": "usd",
    "metadata": {},
}


def test_a_page() -> None:
    page = gateway().page_of(reply(SESSION))
    assert isinstance(page, HostedPage)
    assert (page.reference, page.url) == ("cs_1", "https://checkout.stripe.com/c/pay/cs_1")
    assert page.expires_at.timestamp() == 1795350000
    assert gateway().page_origins == ("https://checkout.stripe.com",)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"url": "https://pay.shop.example/c/pay/cs_1"}, "set pages to"),
        ({"url": "https://checkout.stripe.com.evil.test/"}, "set pages to"),
        ({"url": None}, "cannot be read"),
        ({"id": ""}, "cannot be read"),
        ({"expires_at": "soon"}, "cannot be read"),
    ],
)
def test_a_page_that_is_none(changes: dict[str, Any], words: str) -> None:
    refused = gateway().page_of(reply(SESSION | changes))
    assert isinstance(refused, Refused)
    assert words in refused.reason


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (200, Outcome.DELIVERED),
        (302, Outcome.REJECTED),
        (400, Outcome.REJECTED),
        (401, Outcome.REJECTED),
        (402, Outcome.REJECTED),
        (403, Outcome.REJECTED),
        (404, Outcome.REJECTED),
        (408, Outcome.TRY_LATER),
        (409, Outcome.TRY_LATER),
        (424, Outcome.TRY_LATER),
        (429, Outcome.TRY_LATER),
        (500, Outcome.UNKNOWN),
        (502, Outcome.UNKNOWN),
        (503, Outcome.UNKNOWN),
    ],
)
def test_what_an_answer_means(status: int, outcome: Outcome) -> None:
    assert gateway().outcome(Reply(status, {}, b"{}")) is outcome


@pytest.mark.parametrize("body", [b"", b'{"id":', b"[]"])
def test_a_yes_that_broke_off_is_looked_up(body: bytes) -> None:
    assert gateway().outcome(Reply(200, {}, body)) is Outcome.UNKNOWN


def test_it_can_look_up_what_became_of_a_movement() -> None:
    assert isinstance(gateway(), LooksUp)
    for act in MoneyAct:
        asked = move(act, payment="pi_1")
        looking = gateway().look_up(asked)
        assert (looking.name, looking.method) == (LOOK_UP, "GET")
        assert looking.url == requests()[f"{act}-look"].url


def test_a_failure_that_stripe_keeps_is_for_a_person() -> None:
    kept = Reply(500, {"idempotent-replayed": "true"}, b"{}")
    assert gateway().outcome(kept) is Outcome.REJECTED
    assert "dashboard" in gateway().explain(kept)


def test_a_no_that_stripe_keeps_says_for_how_long() -> None:
    body = b'{"error": {"message": "Insufficient funds in your Stripe account."}}'
    repeated = Reply(400, {"idempotent-replayed": "true"}, body)
    assert gateway().outcome(repeated) is Outcome.REJECTED
    assert gateway().explain(repeated) == (
        "Stripe answered 400: Insufficient funds in your Stripe account.;"
        " Stripe repeats this answer to the same request for a day"
    )
    assert "for a day" not in gateway().explain(replace(repeated, headers={}))


def test_a_no_in_words() -> None:
    error = {"type": "card_error", "message": "Your card was\ndeclined.", "decline_code": "lost_card"}
    assert gateway().explain(reply({"error": error}, 402)) == (
        "Stripe answered 402: Your card was declined.; lost_card"
    )
    assert gateway().explain(reply({}, 401)) == "Stripe answered 401: our credential was not accepted"
    assert gateway().explain(reply(b"<html>", 400)) == "Stripe answered 400"


@pytest.mark.parametrize(
    ("act", "answer", "words"),
    [
        (CAPTURE, INTENT | {"status": "canceled"}, "the payment is canceled"),
        (CAPTURE, INTENT | {"status": None}, "the payment is unclear"),
        (CAPTURE, INTENT | {"status": "succeeded", "amount_received": None}, "cannot be read"),
        (CAPTURE, INTENT | {"status": "succeeded", "currency": None}, "cannot be read"),
        (VOID, INTENT, "the payment is requires_capture"),
        (
            REFUND,
            {"id": "re_1", "status": "failed", "failure_reason": "lost_or_stolen_card"},
            "lost or stolen",
        ),
        (REFUND, {"id": "re_1", "status": "canceled"}, "could not give the money back"),
        (REFUND, {"status": "succeeded", "amount": 1, "currency": "usd"}, "cannot be read"),
    ],
)
def test_a_yes_that_is_none(act: MoneyAct, answer: dict[str, Any], words: str) -> None:
    step = gateway().next_step(move(act, payment="pi_1"), [reply(INTENT), reply(answer)])
    assert isinstance(step, Refused)
    assert words in step.reason


def test_a_refund_that_is_under_way_is_one() -> None:
    answer = {"id": "re_1", "status": "pending", "amount": 1050, "currency": "usd"}
    step = gateway().next_step(move(REFUND, payment="pi_1"), [reply({"data": []}), reply(answer)])
    kept = {"id": "re_1", "status": "pending", "amount": 1050}
    assert step == Done(Moved("re_1", 1050, kept))


@pytest.mark.parametrize(
    ("secret", "settings", "field"),
    [
        (SECRET, {"url": "http://api.stripe.com"}, "url"),
        (SECRET, {"pages": "checkout.stripe.com"}, "pages"),
        (SECRET, {"minimum": "much"}, "minimum"),
        (SECRET, {"minimum": -1}, "minimum"),
        (SECRET, {"currency": "usd"}, "currency"),
        (None, {}, "secret"),
        ("sk_test_1", {}, "secret"),
        (f"pk_test_1 {SIGNING}", {}, "secret"),
        (f"{SIGNING} sk_test_1", {}, "secret"),
    ],
)
def test_settings_that_cannot_be(secret: str | None, settings: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidSettings) as refused:
        gateway(secret, **settings)
    assert list(refused.value.problems) == [field]


def test_restricted_keys_will_do() -> None:
    assert gateway(f"rk_live_1 {SIGNING}").credentials() == {"Authorization": "Bearer rk_live_1"}


def test_without_stripes_package_a_store_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    with pytest.raises(InvalidSettings, match=r"install requirements/stripe\.txt"):
        gateway()
