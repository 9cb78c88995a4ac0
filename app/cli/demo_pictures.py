"""Draws the demo catalogue's pictures: flat garments in the demo's colours, as small SVG files.

The drawings are ours and stand committed under static/img/demo; this module exists so that a colour or
a garment can be added without a drawing program: `python -m app.cli.demo_pictures static/img/demo`.
The shapes are in `demo_garments`. Nothing at run time imports either.
"""

from __future__ import annotations

import sys
from pathlib import Path

from app.cli.demo_garments import GARMENTS, Tints

COLOURS = {
    "black": "#2b2b30",
    "forest": "#2f4d3c",
    "indigo": "#3a4878",
    "moss": "#6b7350",
    "navy": "#2a3a5c",
    "oat": "#dccfb9",
    "ochre": "#c78d3a",
    "red": "#b4403a",
    "rose": "#d09a9b",
    "sand": "#cbb892",
    "sky": "#a3c3d8",
    "white": "#f8f6f2",
}

CATALOGUE = {
    "parka": ("navy", "moss", "sand"),
    "cap": ("red", "sand", "navy"),
    "boot": ("black", "oat"),
    "tee": ("white", "navy", "ochre", "rose"),
    "sweater": ("oat", "forest"),
    "tote": ("sand", "black"),
    "jeans": ("indigo", "black"),
    "hoodie": ("black", "sky", "rose"),
    "socks": ("white", "forest", "navy"),
}

GROUND = "#ece7df"
FLOOR = "#ddd6ca"


def mixed(colour: str, other: str, percent: int) -> str:
    """`percent` of `other` in `colour`, channel by channel, as "#rrggbb"."""
    pairs = [(int(colour[at : at + 2], 16), int(other[at : at + 2], 16)) for at in (1, 3, 5)]
    return "#" + "".join(f"{(one * (100 - percent) + two * percent) // 100:02x}" for one, two in pairs)


def tints(colour: str) -> Tints:
    """The tints of a garment. Stitches are lighter on dark cloth and darker on light cloth."""
    pale = sum(int(colour[at : at + 2], 16) for at in (1, 3, 5)) > 540
    return Tints(
        base=colour,
        light=mixed(colour, "#ffffff", 36 if pale else 14),
        dark=mixed(colour, "#3a3028" if pale else "#000000", 13 if pale else 20),
        deep=mixed(colour, "#3a3028" if pale else "#000000", 30 if pale else 42),
        stitch=mixed(colour, "#3a3028" if pale else "#ffffff", 24),
    )


FLOORS = {"boot": 412, "cap": 350, "tote": 430}  # those that stand; the others hang above theirs
# Drawings that came out small or aside: percent, and the point that is set in the middle of the square.
FRAMES = {"cap": (112, 208, 238), "jeans": (110, 240, 246), "socks": (110, 244, 250),
          "sweater": (108, 240, 254), "tee": (115, 240, 248)}  # fmt: skip


def picture(garment: str, colour: str) -> str:
    """The whole SVG file of one garment in one colour of COLOURS. Raises KeyError for unknown names."""
    drawn = GARMENTS[garment](tints(COLOURS[colour]))
    floor = FLOORS.get(garment, 448)
    if garment in FRAMES:
        percent, x, y = FRAMES[garment]
        moved = f"translate(240 240) scale({percent / 100}) translate(-{x} -{y})"
        drawn = f'<g transform="{moved}">{drawn}</g>'
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 480 480" width="480" height="480">'
        f'<path fill="{GROUND}" d="M0 0h480v480H0z"/>'
        f'<ellipse cx="240" cy="{floor}" rx="{150 if garment in FLOORS else 92}" ry="9" fill="{FLOOR}"/>'
        f"{drawn}</svg>\n"
    )


def draw_all(folder: Path) -> list[Path]:
    """Write every picture of CATALOGUE into `folder`; returns the files."""
    written = []
    for garment, colours in CATALOGUE.items():
        for colour in colours:
            file = folder / f"{garment}-{colour}.svg"
            file.write_text(picture(garment, colour), encoding="utf-8")
            written.append(file)
    return written


if __name__ == "__main__":
    draw_all(Path(sys.argv[1]))
