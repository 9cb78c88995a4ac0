"""Forgiving spellings of order numbers, e-mail addresses and postcodes."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.order_number import email_key, number_key, postcode_key
from app.domain.search_words import order_words

patient = settings(deadline=None)  # a busy machine is no broken rule


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("#AP1001", "ap1001"),
        ("  ap 1001 ", "ap1001"),
        ("AP-1001", "ap1001"),
        ("ap–1001", "ap1001"),
        ("ＡＰ１００１", "ap1001"),  # full width, as Japanese keyboards write
        ("\u200eAP1001\u200f", "ap1001"),  # direction marks of a copied text
        ("١٠٠١", "1001"),  # Arabic digits
        ("NW-1001-X1", "nw1001x1"),
        ("0042", "0042"),
        ("注文12", "注文12"),
        ("STRASSE-1", "strasse1"),
        ("straße-1", "strasse1"),
        ("#", ""),
        ("", ""),
        ("🧥", ""),
    ],
)
def test_an_order_number_is_found_however_it_is_typed(typed: str, key: str) -> None:
    assert number_key(typed) == key


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("Ada@Example.com", "ada@example.com"),
        (" ada@example.com\n", "ada@example.com"),
        ("ada＠example.com", "ada@example.com"),
        ("ada\u200b@example.com", "ada@example.com"),
        ("o'hara-x+y@example.com", "o'hara-x+y@example.com"),
        ("   ", ""),
    ],
)
def test_an_address_is_compared_without_capitals_and_spaces(typed: str, key: str) -> None:
    assert email_key(typed) == key


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("'97701", "97701"),
        ("97701-1234", "97701"),
        ("977011234", "97701"),
        ("sw1a 1aa", "sw1a1aa"),
        ("SW1A1AA", "sw1a1aa"),
        ("〒150-0002", "1500002"),
        ("12345-678", "12345678"),  # Brazil's eight digits all count
        ("04101", "04101"),
        ("", ""),
    ],
)
def test_a_postcode_is_found_however_it_is_typed(typed: str, key: str) -> None:
    assert postcode_key(typed) == key


@patient
@given(st.text())
def test_a_key_is_its_own_key(text: str) -> None:
    assert number_key(number_key(text)) == number_key(text)
    assert email_key(email_key(text)) == email_key(text)


@patient
@given(st.text(), st.text())
def test_what_stands_around_letters_and_digits_does_not_matter(first: str, second: str) -> None:
    assert number_key(f"#{first}-{second} ") == number_key(f"{first}-{second}")


FULL_WIDTH = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}


@patient
@given(st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E)))
def test_plain_signs_have_the_keys_of_full_width_ones(text: str) -> None:
    """Plain ones go a quicker way."""
    wide = text.translate(FULL_WIDTH)
    assert number_key(text) == number_key(wide)
    assert email_key(text) == email_key(wide)
    plain = order_words(numbers=[text], emails=[text], names=[], phone="", skus=[text])
    assert plain == order_words(numbers=[wide], emails=[wide], names=[], phone="", skus=[wide])
