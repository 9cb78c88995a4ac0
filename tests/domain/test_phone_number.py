"""Telephone numbers: however the shop's system keeps one, it is found however somebody says it."""

from __future__ import annotations

import pytest

from app.domain.search_words import asked, order_words

AMERICAN = ("+1 541 555-0142", "001 541 555 0142", "1 541 555 0142", "(541) 555-0142", "5415550142")
BRITISH = ("+44 20 7946 0958", "0044 (20) 7946-0958", "020 7946 0958")


def finds(said: str, phone: str) -> bool:
    """Whether what was typed leads to an order with this number, as `app.queries.search` reads it."""
    keys = order_words(numbers=(), emails=(), names=(), phone=phone, skus=())
    wanted = asked(said)
    ways = [wanted.words, (wanted.whole,)]
    return any(
        bool(way) and all(any(key.startswith(each) for key in keys for each in word) for word in way)
        for way in ways
    )


@pytest.mark.parametrize("stored", AMERICAN)
@pytest.mark.parametrize("said", [*AMERICAN, "541.555.0142", "541 555", "555-0142", "5550142", "555 0142"])
def test_in_north_america(said: str, stored: str) -> None:
    assert finds(said, stored)


@pytest.mark.parametrize("stored", BRITISH)
@pytest.mark.parametrize("said", [*BRITISH[1:], "020-7946 0958", "20 7946 0958", "7946 0958"])
def test_with_a_leading_nought(said: str, stored: str) -> None:
    assert finds(said, stored)


@pytest.mark.parametrize(
    "stored", ["+7 495 123-45-67", "+49 30 901820", "+371 67 026 200", "+81 3-5253-1111", "030 901820"]
)
def test_other_countries_by_all_of_it_and_at_home(stored: str) -> None:
    assert finds(stored, stored)
    if stored.startswith("+"):
        assert finds(stored.partition(" ")[2], stored)


@pytest.mark.parametrize("said", ["555-0143", "541 555 0143", "+1 541 556", "0142"])
def test_another_number_is_not_found(said: str) -> None:
    assert not finds(said, "+1 541 555-0142")


def test_no_number_has_no_words() -> None:
    assert order_words(numbers=(), emails=(), names=(), phone="", skus=()) == frozenset()
