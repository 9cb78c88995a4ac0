"""Settings of the StateSet connector: what is taken, what is refused and in which words."""

from __future__ import annotations

from typing import Any

import pytest

from app.connectors.platforms.stateset import StateSetPlacer
from app.connectors.settings import InvalidSettings


def configure(secret: str | None = "st_example", **settings: Any) -> StateSetPlacer:
    return StateSetPlacer.configure(settings, secret, allow_loopback=False)


def problems(secret: str | None = "st_example", **settings: Any) -> dict[str, str]:
    with pytest.raises(InvalidSettings) as refused:
        configure(secret, **settings)
    return refused.value.problems


def test_a_key_alone_is_enough() -> None:
    stored = configure().stored_settings()
    assert stored["url"] == "https://api.stateset.com/v1"
    assert (stored["auth"], stored["price_unit"], stored["returns"]) == ("Token", "major", "create")
    assert configure(**stored).stored_settings() == stored


@pytest.mark.parametrize(
    ("settings", "field", "words"),
    [
        ({"url": "http://shop.example"}, "url", "must start with https://"),
        ({"auth": "Basic"}, "auth", "must be one of 'Token' or 'Bearer'"),
        ({"price_unit": "cents"}, "price_unit", "must be one of 'major' or 'minor'"),
        ({"returns": "none"}, "returns", "must be one of 'create' or 'rma'"),
        ({"return_path": "rma"}, "return_path", "must be one of 'return' or 'returns'"),
        ({"approve_returns": "perhaps"}, "approve_returns", "must be yes or no"),
        (
            {"shipping_method": "two\nlines"},
            "shipping_method",
            "must be plain printable characters on one line",
        ),
        ({"card": "product"}, "settings", "lack card_product, which card=product needs"),
        ({"colour": "red"}, "colour", "is not a setting of this connector"),
    ],
)
def test_a_wrong_setting_is_named(settings: dict[str, Any], field: str, words: str) -> None:
    assert problems(**settings) == {field: words}


def test_yes_and_no_as_people_type_them() -> None:
    assert configure(approve_returns="yes").stored_settings()["approve_returns"] is True
    assert configure(approve_returns="no").stored_settings()["approve_returns"] is False


def test_credentials() -> None:
    assert configure("s3cret").credentials() == {"Authorization": "Token s3cret"}
    assert configure("s3cret", auth="Bearer").credentials() == {"Authorization": "Bearer s3cret"}
    assert problems(None) == {"secret": "is needed: the API key of StateSet"}
    assert problems("two\nlines") == {"secret": "must be plain printable characters on one line"}
    assert "s3cret" not in repr(configure("s3cret").stored_settings())
