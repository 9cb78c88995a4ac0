"""Numbers that stay what they are on the way out and in."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.connectors.exact_json import plain_number, read_exact, to_bytes


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("10.50", "10.5"),
        ("20.00", "20"),
        ("-20.00", "-20"),
        ("0.00", "0"),
        ("-0.00", "0"),
        ("0E-4", "0"),
        ("100", "100"),
        ("1E+3", "1000"),
        ("1.2345", "1.2345"),
        ("0.01", "0.01"),
        ("9007199254740993.01", "9007199254740993.01"),
    ],
)
def test_a_number_has_neither_exponent_nor_needless_zeros(value: str, text: str) -> None:
    assert plain_number(Decimal(value)) == text


@given(st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**12), max_value=10**12))
def test_what_is_written_is_read_again(value: Decimal) -> None:
    assert read_exact(to_bytes({"amount": value}))["amount"] == value


def test_a_body_is_compact_and_keeps_its_order() -> None:
    body = {"b": [Decimal("0.10"), 2, True, None], "a": {"ü": "“x”", "n": ()}}
    assert to_bytes(body).decode() == '{"b":[0.1,2,true,null],"a":{"ü":"“x”","n":[]}}'


@pytest.mark.parametrize("value", [0.1, [1.0], {"a": 1e300}])
def test_a_float_is_never_written(value: Any) -> None:
    with pytest.raises(TypeError):
        to_bytes({"amount": value})


def test_half_a_character_is_not_written() -> None:
    with pytest.raises(UnicodeEncodeError):
        to_bytes({"title": "\ud83d"})


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"NaN", b"-Infinity", b"\xff", b"[" * 100_000, b"1" * 101, b"0." + b"1" * 100, b"1e9999999"],
    ids=lambda content: repr(content[:8]),
)
def test_what_is_no_json_or_no_amount_is_nothing(content: bytes) -> None:
    assert read_exact(content) is None
