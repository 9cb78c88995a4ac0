"""A policy read from data: every field checked, the field named, nothing guessed."""

from __future__ import annotations

import json
from dataclasses import fields
from typing import Any

import pytest

from app.domain.policy import InvalidPolicy, OtherProducts, Policy, Release, VariantPricing
from app.domain.reasons import Reason
from app.domain.refunds import RefundTo, RefundWhen


def test_nothing_said_is_the_default() -> None:
    assert Policy.from_data({}) == Policy()


@pytest.mark.parametrize(
    ("field", "value", "kept"),
    [
        ("window_days", 0, 0),
        ("window_days", 3_650, 3_650),
        ("final_sale_tags", ["a", "b"], ("a", "b")),
        ("final_sale_tags", [], ()),
        ("value_review_limit", None, None),
        ("value_review_limit", 0, 0),
        ("bonus_cap", 500, 500),
        ("variant_pricing", "even", VariantPricing.EVEN),
        ("refund_to", "forfeited", RefundTo.FORFEITED),
        ("gift_card", False, False),
        ("gift_card_sku", "CARD", "CARD"),
        ("undo_minutes", 0, 0),
        ("hold_minutes", 1, 1),
        ("draft_days", 1, 1),
        ("recent_exchanges_limit", None, None),
        ("recent_exchanges_limit", 0, 0),
        ("expedited_fee", None, None),
        ("expedited_fee", 0, 0),
        ("other_products", "catalogue", OtherProducts.CATALOGUE),
        ("other_products_price_cap", 5_000, 5_000),
        ("refund_when", "received", RefundWhen.RECEIVED),
        ("release", "first_scan", Release.FIRST_SCAN),
        ("excluded_countries", ["ca", "NO", "ca"], ("CA", "NO")),
        ("same_options_except", ["Size", " Size "], ("Size",)),
        ("reasons", ["damaged", "too_small"], (Reason.TOO_SMALL, Reason.DAMAGED)),
        ("fee_free_reasons", [], ()),
    ],
)
def test_accepted(field: str, value: Any, kept: Any) -> None:
    assert getattr(Policy.from_data({field: value}), field) == kept


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("window_dayz", 1, "is no policy field"),
        ("window_days", -1, "a whole number from 0 to 3650"),
        ("window_days", 3_651, "a whole number from 0 to 3650"),
        ("window_days", 30.0, "a whole number"),
        ("window_days", "30", "a whole number"),
        ("window_days", True, "a whole number"),
        ("window_days", None, "a whole number"),
        ("undo_minutes", 525_601, "a whole number from 0 to 525600"),
        ("bonus_percent", 1_001, "a whole number from 0 to 1000"),
        ("even_tolerance", 10**15 + 1, "a whole number from 0 to 1000000000000000"),
        ("value_review_limit", "none", "a whole number"),
        ("bonus_cap", -5, "a whole number"),
        ("final_sale_tags", "final-sale", "a list of words"),
        ("final_sale_tags", None, "a list of words"),
        ("final_sale_tags", 7, "a list of words"),
        ("final_sale_tags", ["a", 7], "a list of words"),
        ("final_sale_tags", ["a", ""], "a list of words"),
        ("final_sale_tags", {"a": 1}, "a list of words"),
        ("gift_card", 1, "true or false"),
        ("gift_card", "yes", "true or false"),
        ("gift_card_sku", "", "a word"),
        ("gift_card_sku", 7, "a word"),
        ("variant_pricing", "cheapest", "one of keep_discount, even, current_price"),
        ("refund_to", ["gift_card"], "one of original_payment, gift_card, forfeited"),
        ("refund_to", None, "one of"),
        ("hold_minutes", 0, "a whole number from 1 to"),
        ("quote_minutes", 0, "a whole number from 1 to"),
        ("draft_days", 0, "a whole number from 1 to"),
        ("expedited_fee", 5.95, "in the smallest unit of the currency, or none"),
        ("chain_limit", 101, "a whole number from 0 to 100"),
        ("excluded_countries", ["Canada"], "two-letter country codes"),
        ("excluded_countries", ["ÄÖ"], "two-letter country codes"),
        ("reasons", [], "at least one of"),
        ("reasons", ["too_tight"], "too_small, too_large"),
        ("photo_reasons", "damaged", "a list of"),
        ("other_products", "some", "one of none, catalogue, tagged"),
        ("gift_card_sku", "x" * 256, "a word of at most 255"),
    ],
)
def test_refused_by_name(field: str, value: Any, says: str) -> None:
    with pytest.raises(InvalidPolicy, match=says) as refused:
        Policy.from_data({field: value})
    assert refused.value.field == field


def test_one_kind_of_bonus() -> None:
    with pytest.raises(InvalidPolicy) as refused:
        Policy.from_data({"bonus_percent": 10, "bonus_fixed": 500})
    assert refused.value.field == "bonus_fixed"


def test_every_field_at_fault_is_named_at_once() -> None:
    with pytest.raises(InvalidPolicy) as refused:
        Policy.from_data({"window_days": -1, "gift_card": False, "release": "never", "foo": 1})
    assert refused.value.problems == {
        "window_days": "must be a whole number from 0 to 3650",
        "release": "must be one of instant, first_scan, received",
        "foo": "is no policy field",
    }


def test_products_by_tag_need_a_tag() -> None:
    with pytest.raises(InvalidPolicy, match="other_products_tags must name a tag"):
        Policy(other_products=OtherProducts.TAGGED)
    by_tag = Policy(other_products=OtherProducts.TAGGED, other_products_tags=("swap",))
    assert by_tag.other_products_tags == ("swap",)


def test_every_field_survives_storing() -> None:
    changed = Policy(
        version=7,
        excluded_tags=("cs-required",),
        excluded_countries=("CA",),
        value_review_limit=100_000,
        variant_pricing=VariantPricing.EVEN,
        refund_to=RefundTo.GIFT_CARD,
        bonus_percent=10,
        bonus_cap=500,
        bonus_on_residue=True,
    )
    for policy in (Policy(), changed):
        data = json.loads(json.dumps(policy.to_data()))
        assert set(data) == {field.name for field in fields(Policy)}
        assert Policy.from_data(data) == policy
