"""The next size: letters, numbers, words, and whatever a catalogue calls its sizes."""

from __future__ import annotations

import pytest

from app.domain.facts import VariantFacts
from app.domain.reasons import Reason
from app.domain.sizes import NextSize, in_order, next_size, rank_of, size_option
from tests.domain.examples import variant


def rack(name: str, *sizes: str) -> tuple[VariantFacts, ...]:
    return tuple(
        variant(id=place, options=(("Colour", "Navy"), (name, size))) for place, size in enumerate(sizes)
    )


def suggested(mine: str, reason: Reason, name: str, *sizes: str) -> str | None:
    variants = rack(name, *sizes)
    bought = next(v for v in variants if dict(v.options)[name] == mine)
    found = next_size(bought, variants, reason)
    return found.value if found else "no suggestion"


UP, DOWN = Reason.TOO_SMALL, Reason.TOO_LARGE


@pytest.mark.parametrize(
    ("mine", "reason", "name", "sizes", "expected"),
    [
        ("M", UP, "Size", ("S", "M", "L", "XL"), "L"),
        ("M", DOWN, "Size", ("S", "M", "L", "XL"), "S"),
        ("XL", UP, "Size", ("S", "M", "L", "XL"), None),
        ("S", DOWN, "Size", ("S", "M"), None),
        ("L", UP, "Size", ("XXL", "L", "S", "XL"), "XL"),
        ("XL", UP, "size", ("XS", "2XL", "XL", "3XL"), "2XL"),
        ("S", DOWN, "Size", ("S", "XXS", "XS"), "XS"),
        ("9", UP, "Size", ("10", "8", "9", "11"), "10"),
        ("9", UP, "Size", ("8", "9", "9.5", "10"), "9.5"),
        ("9½", UP, "Size", ("9", "9½", "10"), "10"),
        ("EU 42", DOWN, "Shoe size", ("EU 40", "EU 41", "EU 42"), "EU 41"),
        ("32", UP, "Waist", ("30", "32", "34"), "34"),
        ("Small", UP, "Size", ("Small", "Large", "Weekender"), "Large"),
        ("Medium", UP, "Size", ("Large", "Medium", "Small"), "Large"),
        ("Large", UP, "Size", ("Small", "Large", "Weekender"), "Weekender"),
        ("M", UP, "Fit", ("S", "M", "L"), "L"),
        ("1 pair", UP, "Pack", ("1 pair", "3 pairs"), "no suggestion"),
        ("Red", UP, "Finish", ("Red", "Blue"), "no suggestion"),
        ("M", Reason.DAMAGED, "Size", ("S", "M", "L"), "no suggestion"),
    ],
)
def test_the_next_size(
    mine: str, reason: Reason, name: str, sizes: tuple[str, ...], expected: str | None
) -> None:
    assert suggested(mine, reason, name, *sizes) == expected


def test_nothing_is_suggested_where_nothing_is_known() -> None:
    variants = rack("Size", "S", "M")
    assert next_size(None, variants, UP) is None
    assert next_size(variants[0], (), UP) is None
    assert next_size(variants[0], variants, None) is None
    gone = variant(id=9, options=(("Colour", "Navy"), ("Size", "XXL")))
    assert next_size(gone, variants, UP) is None


def test_the_waist_comes_before_the_length() -> None:
    jeans = tuple(
        variant(id=place, options=(("Length", "32"), ("Waist", waist)))
        for place, waist in enumerate(("30", "32", "34"))
    )
    assert size_option(jeans) == "Waist"
    assert next_size(jeans[1], jeans, UP) == NextSize("Waist", "34", larger=True)


def test_sizes_of_two_kinds_stay_as_the_catalogue_has_them() -> None:
    assert in_order(["M", "S", "42"]) == ["M", "S", "42"]
    assert in_order(["L", "M", "S"]) == ["S", "M", "L"]


@pytest.mark.parametrize("size", ["", "XM", "3L", "2XXL", "One size", "½", "42/44", "٣", "S/M"])
def test_what_is_no_known_size(size: str) -> None:
    assert rank_of(size) is None
