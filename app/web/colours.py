"""A merchant's colour made safe to read: contrast measured, lightness moved until the bars hold.

Pure functions of hex colours. The formulas are WCAG 2.2's relative luminance and contrast ratio and
Björn Ottosson's OKLCH, in which lightness can be moved while the hue stays what it was. The surfaces
below are the ones of `static/css/base.css`; a test keeps both the same. Which pages use a colour, and
where, is the stylesheets' business.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass

TEXT_BAR = 4.5  # WCAG 1.4.3, text
SHAPE_BAR = 3.0  # WCAG 1.4.11, borders and marks of controls
SURFACES_LIGHT = ("#ffffff", "#faf8f5", "#f3f0eb")
SURFACES_DARK = ("#24211e", "#191715", "#121110")

_HEX = re.compile(r"#(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})")
_STEPS = 40  # halvings of the lightness range: far finer than one step of an 8-bit channel

Rgb = tuple[int, int, int]
Oklch = tuple[float, float, float]


@dataclass(frozen=True)
class BrandPalette:
    """One accent in every role it plays. All are lower-case "#rrggbb".

    `text_*` reads at 4.5:1 and `line_*` shows at 3:1 on each surface of its theme;
    `on_accent` reads at 4.5:1 on `accent`, which is the merchant's colour untouched.
    """

    accent: str
    on_accent: str
    text_light: str
    text_dark: str
    line_light: str
    line_dark: str


def parse_hex(colour: str) -> Rgb:
    """The channels of "#rgb" or "#rrggbb". Raises ValueError for anything else."""
    if not _HEX.fullmatch(colour):
        raise ValueError(f"not a colour such as #1f2a44: {colour!r}")
    digits = colour[1:]
    if len(digits) == 3:
        digits = "".join(digit * 2 for digit in digits)
    return int(digits[0:2], 16), int(digits[2:4], 16), int(digits[4:6], 16)


def to_hex(rgb: Rgb) -> str:
    """Channels as "#rrggbb"."""
    return "#{:02x}{:02x}{:02x}".format(*rgb)


def _linear(channel: int) -> float:
    value = channel / 255
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4


def _gamma(value: float) -> float:
    value = min(max(value, 0.0), 1.0)
    return value * 12.92 if value <= 0.0031308 else 1.055 * value ** (1 / 2.4) - 0.055


def luminance(rgb: Rgb) -> float:
    """Relative luminance, 0 to 1 (WCAG 2.2, definitions)."""
    red, green, blue = (_linear(channel) for channel in rgb)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two hex colours, 1 to 21 (WCAG 2.2, definitions)."""
    lighter, darker = sorted((luminance(parse_hex(one)), luminance(parse_hex(other))), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def to_oklch(rgb: Rgb) -> Oklch:
    """Lightness 0–1, chroma and hue in radians."""
    red, green, blue = (_linear(channel) for channel in rgb)
    long = math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
    medium = math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
    short = math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
    lightness = 0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short
    a = 1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short
    b = 0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short
    return lightness, math.hypot(a, b), math.atan2(b, a)


def from_oklch(colour: Oklch) -> Rgb:
    """The nearest 8-bit colour; what sRGB cannot show is clipped channel by channel."""
    lightness, chroma, hue = colour
    a, b = chroma * math.cos(hue), chroma * math.sin(hue)
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    red = _gamma(4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short)
    green = _gamma(-1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short)
    blue = _gamma(-0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short)
    return round(red * 255), round(green * 255), round(blue * 255)


def readable(colour: str, surfaces: Iterable[str], bar: float) -> str:
    """`colour`, moved in lightness just as far as it takes to reach `bar` on every surface.

    Darker on light surfaces, lighter on dark ones. Black or white stands at the end of the way and
    passes any bar up to 4.5 on the surfaces of this module, so an answer always exists.
    """
    grounds = tuple(surfaces)
    if all(contrast(colour, ground) >= bar for ground in grounds):
        return to_hex(parse_hex(colour))
    target = 0.0 if luminance(parse_hex(grounds[0])) > 0.18 else 1.0
    lightness, chroma, hue = to_oklch(parse_hex(colour))
    passes = "#000000" if target == 0.0 else "#ffffff"
    near, far = lightness, target
    for _ in range(_STEPS):
        middle = (near + far) / 2
        tried = to_hex(from_oklch((middle, chroma, hue)))
        if all(contrast(tried, ground) >= bar for ground in grounds):
            passes, far = tried, middle
        else:
            near = middle
    return passes


def brand_palette(colour: str) -> BrandPalette:
    """Every role of a merchant's accent. Raises ValueError when `colour` is no hex colour."""
    accent = to_hex(parse_hex(colour))
    # One of the two always reads: their ratios multiply to 21, and the square root of 21 is 4.58.
    on_accent = "#ffffff" if contrast(accent, "#ffffff") >= TEXT_BAR else "#000000"
    return BrandPalette(
        accent=accent,
        on_accent=on_accent,
        text_light=readable(accent, SURFACES_LIGHT, TEXT_BAR),
        text_dark=readable(accent, SURFACES_DARK, TEXT_BAR),
        line_light=readable(accent, SURFACES_LIGHT, SHAPE_BAR),
        line_dark=readable(accent, SURFACES_DARK, SHAPE_BAR),
    )


SWATCHES: dict[str, str] = {
    "beige": "#dccdb4",
    "black": "#26262a",
    "blue": "#2f5fa8",
    "brown": "#6b4a35",
    "burgundy": "#6d1f2f",
    "camel": "#b98d5a",
    "charcoal": "#42444a",
    "cream": "#f2ead8",
    "forest": "#2f4a3a",
    "gold": "#c39a3f",
    "green": "#3f7d4f",
    "grey": "#8b8d90",
    "indigo": "#35406f",
    "ivory": "#f3eee0",
    "khaki": "#a59873",
    "lavender": "#b5a8d6",
    "mint": "#a9d6bf",
    "moss": "#68704a",
    "mustard": "#c9982f",
    "navy": "#26344f",
    "oat": "#ddd0bb",
    "ochre": "#c58a36",
    "olive": "#6e6d3f",
    "orange": "#d9742b",
    "pink": "#e0a0b0",
    "purple": "#6b4a8c",
    "red": "#b23a34",
    "rose": "#cf8f92",
    "rust": "#a4532f",
    "sand": "#cbb68f",
    "silver": "#b9bcc0",
    "sky": "#9cbfd6",
    "stone": "#b5ab9c",
    "tan": "#c6a27b",
    "teal": "#2f7378",
    "turquoise": "#4fb0ae",
    "violet": "#7a5ba6",
    "white": "#f4f2ee",
    "wine": "#6b2436",
    "yellow": "#e0bb45",
}
_SPELLINGS = {"gray": "grey", "off white": "ivory", "off-white": "ivory", "anthracite": "charcoal"}


def swatch(name: str) -> str | None:
    """The hex of a common colour word, None when unknown: "Navy" and "Dark navy" are navy.

    The last word that is a colour counts, as English puts the noun last.
    """
    words = name.strip().casefold()
    words = _SPELLINGS.get(words, words)
    for word in (words, *reversed(re.split(r"[\s/&,-]+", words))):
        found = SWATCHES.get(_SPELLINGS.get(word, word))
        if found:
            return found
    return None
