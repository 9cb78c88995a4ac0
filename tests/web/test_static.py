"""What stands under static/: the vendored script is the expected file, and all of it stays small."""

from __future__ import annotations

import base64
import gzip
import hashlib
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from flask.testing import FlaskClient

from app.cli.demo_pictures import CATALOGUE, picture
from app.web.sheets import sheet_url
from app.web.static_files import FOREVER

ROOT = Path(__file__).parents[2]
STATIC = ROOT / "static"
DRAWN = [(garment, colour) for garment, colours in CATALOGUE.items() for colour in colours]


def weight(*names: str) -> int:
    """Bytes on the wire."""
    return sum(len(gzip.compress((STATIC / name).read_bytes())) for name in names)


def together(*names: str) -> int:
    """Bytes on the wire of files that are sent as one."""
    return len(gzip.compress(b"\n".join((STATIC / name).read_bytes() for name in names)))


def test_vendored_htmx_is_the_file_that_the_pages_expect() -> None:
    asked = (ROOT / "templates/components/_htmx.html").read_text()
    (name,) = re.findall(r"static_url\('(vendor/[^']+)'\)", asked)
    digest = base64.b64encode(hashlib.sha384((STATIC / name).read_bytes()).digest()).decode()
    assert f'integrity="sha384-{digest}"' in asked
    assert (STATIC / "vendor/htmx-4.0.1.LICENSE").exists()


def test_stylesheets_and_scripts_stay_small() -> None:
    parts = sorted(str(part.relative_to(STATIC)) for part in STATIC.glob("css/shopper/*.css"))
    assert weight("css/base.css") + together(*parts) <= 12_000
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


def test_a_sheet_is_all_its_parts_in_order_and_kept_for_ever(client: FlaskClient) -> None:
    parts = sorted(STATIC.glob("css/shopper/*.css"))
    with client.application.test_request_context():
        address = sheet_url("shopper")
    answer = client.get(address)
    assert answer.mimetype == "text/css"
    assert answer.text == "\n".join(part.read_text() for part in parts)
    assert answer.headers["Cache-Control"] == FOREVER
    assert client.get(address.partition("?")[0]).headers["Cache-Control"] == "no-cache"
    assert client.get("/assets/base.css").status_code == 404
