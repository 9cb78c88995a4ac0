"""The pictures in docs/img are those that `make screenshots` takes, and none is too large to keep."""

from __future__ import annotations

from docs.take_pictures import ALSO_DARK, CONSOLE, DESK, FOLDER, LARGEST, PHONE, PICTURES
from tests.shopper.scenes import SCENES

SIZES = (PHONE["width"], DESK["width"])


def test_every_picture_is_there_and_small_enough() -> None:
    light = {f"{name}-{size}.png" for name in (*PICTURES, *CONSOLE) for size in SIZES}
    dark = {f"{name}-{size}-dark.png" for name in ALSO_DARK for size in SIZES}
    assert {path.name for path in FOLDER.iterdir()} == light | dark
    assert [path.name for path in FOLDER.iterdir() if path.stat().st_size > LARGEST] == []


def test_every_picture_is_of_a_scene() -> None:
    assert set(PICTURES.values()) <= SCENES.keys()
    assert set(ALSO_DARK) <= {*PICTURES, *CONSOLE}
