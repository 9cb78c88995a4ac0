"""What stands under static/: the vendored script is the expected file, and all of it stays small."""

from __future__ import annotations

import base64
import gzip
import hashlib
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from app.cli.demo_pictures import CATALOGUE, picture

ROOT = Path(__file__).parents[2]
STATIC = ROOT / "static"
DRAWN = [(garment, colour) for garment, colours in CATALOGUE.items() for colour in colours]


def weight(*names: str) -> int:
    """Bytes on the wire."""
    return sum(len(gzip.compress((STATIC / name).read_bytes())) for name in names)


def test_vendored_htmx_is_the_file_that_the_pages_expect() -> None:
    asked = (ROOT / "templates/components/_htmx.html").read_text()
    (name,) = re.findall(r"static_url\('(vendor/[^']+)'\)", asked)
    digest = base64.b64encode(hashlib.sha384((STATIC / name).read_bytes()).digest()).decode()
    assert f'integrity="sha384-{digest}"' in asked
    assert (STATIC / "vendor/htmx-4.0.1.LICENSE").exists()


def test_stylesheets_and_scripts_stay_small() -> None:
    assert weight("css/base.css", "css/shopper.css") <= 12_000
    assert weight("js/evenly.js", "vendor/htmx-4.0.1.min.js") <= 20_000


@pytest.mark.parametrize(("garment", "colour"), DRAWN, ids=str)
def test_demo_pictures_are_as_drawn(garment: str, colour: str) -> None:
    drawn = picture(garment, colour)
    assert (STATIC / f"img/demo/{garment}-{colour}.svg").read_text() == drawn
    assert len(drawn) <= 3_000


def test_drawings_are_sound_and_harmless() -> None:
    for file in STATIC.glob("img/**/*.svg"):
        tags = {element.tag.rpartition("}")[2] for element in ElementTree.parse(file).iter()}  # noqa: S314 - our own files
        assert not tags & {"script", "style", "foreignObject", "image"}, file.name
