"""The sum as a shopper sees it: rows that add up, each with its reasons, and the same again as text."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from iso4217 import Currency

from app.domain.explaining_lines import Names
from app.domain.explanation import Explanation
from app.domain.facts import StoreFacts
from app.domain.money import exponent
from app.domain.policy import Policy
from app.domain.quote import Quote
from app.domain.reasons import Reason
from app.domain.refunds import RefundTo, RefundWhen
from app.web.filters import money
from app.web.shopper.pages import SumKind
from app.web.shopper.sums import TEXT_WIDTH, explained_difference, sum_rows, sum_text
from tests.domain.examples import choice, line, quote, variant
from tests.domain.strategies import RULES, Wish, wishes

SHIRTS = line(product=3_000, discount=100, tax=290, quantity=3, list_price=1_000, title="Shirt")
CAP = line(id=2, platform_id="12", product=4_500, tax=0, list_price=4_500, title="Cap")


def explained(made: Quote) -> Explanation:
    names = {each.item_id: Names(f"Item {each.item_id}", f"Choice {each.item_id}") for each in made.lines}
    return Explanation(made, names, lambda minor: money(minor, made.currency, "en_US"))


@settings(RULES, max_examples=200)
@given(wishes())
def test_rows_add_up_to_how_the_sum_ends_and_each_has_its_reasons(wish: Wish) -> None:
    """A bonus is on top of the sum, so that it is in no total."""
    made = wish.quote()
    rows = sum_rows(explained(made))
    total = sum(row.amount for row in rows if row.kind is not SumKind.BONUS)
    assert total == made.amount_due - made.refund_due
    assert all(row.why and all(said.endswith(".") for said in row.why) for row in rows if row.amount)
    assert sum(row.amount for row in rows if row.kind is SumKind.BONUS) == (
        made.card.bonus if made.card else 0
    )


@settings(RULES, max_examples=100)
@given(wishes())
def test_the_text_holds_every_row_and_stays_narrow(wish: Wish) -> None:
    reasons = explained(wish.quote())
    text = sum_text(reasons)
    lines = text.splitlines()
    assert max(map(len, lines)) <= TEXT_WIDTH
    for row in sum_rows(reasons):
        assert any(said.startswith(row.label) and said.endswith(reasons.money(row.amount)) for said in lines)
    words = _plain(text)
    assert _plain(explained_difference(reasons).sentence) in words
    assert all(_plain(said) in words for row in sum_rows(reasons) for said in row.why)


def _plain(said: str) -> str:
    """Some currencies have a narrow blank inside, which `split` takes for any other."""
    return " ".join(said.split())


def test_the_words_of_a_part_of_a_discounted_line() -> None:
    reasons = explained(quote(choice(SHIRTS, 1, variant(price=1_000))))
    assert reasons.credit() == (
        "Item 1: you paid 3 × $10.00 less $1.00 discount, and $2.90 tax."
        " One of the 3 is $9.66, its tax $0.96."
        " What cannot be divided evenly is shared out, so that nothing of it is lost.",
    )
    assert reasons.discount() == ("Choice 1: $10.00 less the $9.66 it costs you is $0.34.",)


def test_the_words_of_a_dearer_variant() -> None:
    parka = line(product=12_900, discount=1_290, tax=958)
    reasons = explained(quote(choice(parka, 1, variant(price=13_950))))
    assert reasons.replacement() == (
        "Choice 1: $139.50 today. What you bought counts with $129.00 apiece; what you paid is scaled by"
        " the two, so that you keep your discount: $125.55 and $10.35 tax.",
    )
    assert reasons.end() == (
        "What you get comes to $135.90: $10.22 more than the $125.68 paid for what it replaces."
        " It is yours to pay.",
    )


@pytest.mark.parametrize(
    ("policy", "said"),
    [
        (Policy(), "It goes back to the way you paid once the exchange is placed."),
        (
            Policy(refund_when=RefundWhen.RECEIVED),
            "It goes back to the way you paid once your parcel has arrived.",
        ),
        (Policy(refund_to=RefundTo.GIFT_CARD), "It goes onto your gift card."),
        (Policy(refund_to=RefundTo.FORFEITED), "This shop does not pay it out."),
    ],
)
def test_where_money_goes_back(policy: Policy, said: str) -> None:
    reasons = explained(quote(choice(CAP, 1, variant(product_id=20, price=3_000)), policy=policy))
    assert reasons.end()[0].endswith(said)


def test_a_waived_fee_is_shown_at_nothing_with_its_reason() -> None:
    policy = Policy(shipping_fee=500, restocking_fee=200)
    made = quote(choice(CAP, 1, variant(price=4_500), reason=Reason.DAMAGED), policy=policy)
    rows = [row for row in sum_rows(explained(made)) if row.kind is SumKind.FEE]
    assert [(row.label, row.amount, row.note) for row in rows] == [
        ("Shipping", 0, "not charged"),
        ("Restocking", 0, "not charged"),
    ]
    assert rows[0].why == ("$5.00 is not charged, because of your reason: “It arrived damaged”.",)


def test_prices_with_tax_inside_show_todays_price_tag() -> None:
    store = StoreFacts("kaze", "JPY", "Asia/Tokyo", tax_inclusive=True)
    yukata = line(product=1_500, discount=150, tax=135, list_price=1_650)
    made = quote(choice(yukata, 1, variant(price=1_980)), store=store)
    rows = {row.label: row.amount for row in sum_rows(explained(made))}
    assert rows == {"What you paid": -1_485, "Replacement": 1_980, "Discount kept": -198}


@pytest.mark.parametrize("currency", sorted(each.code for each in Currency if each.exponent is not None))
def test_every_currency_is_written_with_its_own_decimals(currency: str) -> None:
    store = StoreFacts("any", currency, "UTC", tax_inclusive=False)
    made = quote(choice(CAP, 1, variant(product_id=20, price=5_001)), store=store)
    first = sum_text(explained(made)).splitlines()[0]
    digits = exponent(currency)
    number = re.search(r"\d[\d.,]*$", first)
    assert number is not None
    plain = number[0].replace(",", "")
    assert plain.replace(".", "").lstrip("0") == "4500"
    assert len(plain.partition(".")[2]) == digits
