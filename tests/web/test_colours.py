"""The contrast bars hold for every colour a merchant can type, and the known values are right."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.web.colours import (
    SHAPE_BAR,
    SURFACES_DARK,
    SURFACES_LIGHT,
    SWATCHES,
    TEXT_BAR,
    brand_palette,
    contrast,
    from_oklch,
    parse_hex,
    swatch,
    to_hex,
    to_oklch,
)

any_colour = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")
BASE_CSS = Path(__file__).parents[2] / "static" / "css" / "base.css"


@given(any_colour)
@settings(max_examples=300, deadline=None)
def test_bars_hold_for_every_colour(colour: str) -> None:
    palette = brand_palette(colour)
    assert palette.accent == colour
    assert contrast(palette.accent, palette.on_accent) >= TEXT_BAR
    for text, line, surfaces in (
        (palette.text_light, palette.line_light, SURFACES_LIGHT),
        (palette.text_dark, palette.line_dark, SURFACES_DARK),
    ):
        for surface in surfaces:
            assert contrast(text, surface) >= TEXT_BAR
            assert contrast(line, surface) >= SHAPE_BAR


@given(any_colour)
@settings(max_examples=200, deadline=None)
def test_a_colour_that_already_passes_is_left_alone(colour: str) -> None:
    passes = all(contrast(colour, surface) >= TEXT_BAR for surface in SURFACES_LIGHT)
    assert (brand_palette(colour).text_light == colour) == passes


@given(any_colour)
@settings(max_examples=200, deadline=None)
def test_oklch_there_and_back(colour: str) -> None:
    assert to_hex(from_oklch(to_oklch(parse_hex(colour)))) == colour


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [("#000000", "#ffffff", 21.0), ("#777777", "#ffffff", 4.48), ("#767676", "#ffffff", 4.54),
     ("#ff0000", "#ffffff", 4.0), ("#123456", "#123456", 1.0)],
)  # fmt: skip
def test_known_ratios(one: str, other: str, ratio: float) -> None:
    assert contrast(one, other) == pytest.approx(ratio, abs=0.01)
    assert contrast(other, one) == contrast(one, other)


@pytest.mark.parametrize(
    "text", ["", "red", "#12", "#12345", "#1234567", "#ggg", "123456", "#fff;}", "#fff\n"]
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a colour"):
        brand_palette(text)


def test_three_digits_mean_six() -> None:
    assert parse_hex("#1aF") == parse_hex("#11aaff")


@pytest.mark.parametrize(
    ("name", "known"),
    [("Navy", "navy"), (" MOSS ", "moss"), ("Dark Navy", "navy"), ("Gray", "grey"),
     ("Off-White", "ivory"), ("Black / Sand", "sand"), ("Plaid", None), ("", None)],
)  # fmt: skip
def test_swatches(name: str, known: str | None) -> None:
    assert swatch(name) == (SWATCHES[known] if known else None)


def test_every_swatch_is_a_colour() -> None:
    assert all(parse_hex(colour) for colour in SWATCHES.values())


def test_surfaces_are_those_of_the_stylesheet() -> None:
    css = BASE_CSS.read_text()
    found = {
        name: re.findall(rf"--{name}: (#[0-9a-f]{{6}})", css) for name in ("surface", "ground", "sunken")
    }
    assert found == {
        name: [light, dark] for name, light, dark in zip(found, SURFACES_LIGHT, SURFACES_DARK, strict=True)
    }
