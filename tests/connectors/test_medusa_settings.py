"""Settings of the Medusa connector: what is taken, what is refused and in which words."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from app.connectors.platforms.medusa import MedusaPlacer
from app.connectors.settings import InvalidSettings

GOOD = {"url": "https://shop.example", "shipping_option_id": "so_1"}


def configure(secret: str | None = "sk_1", **changes: Any) -> MedusaPlacer:
    return MedusaPlacer.configure(GOOD | changes, secret, allow_loopback=False)


def problems(secret: str | None = "sk_1", **changes: Any) -> dict[str, str]:
    with pytest.raises(InvalidSettings) as refused:
        configure(secret, **changes)
    return refused.value.problems


def test_what_is_stored_can_be_read_again_and_holds_no_secret() -> None:
    stored = configure(reasons="too_small:rr_1", prices="theirs").stored_settings()
    assert configure(**stored).stored_settings() == stored
    assert "sk_1" not in repr(stored)


@pytest.mark.parametrize("tail", ["", "/", "/admin", "/admin/"])
def test_the_address_may_name_the_admin_or_not(tail: str) -> None:
    assert configure(url=f"https://shop.example{tail}").stored_settings()["url"] == GOOD["url"]


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"url": "http://shop.example"}, "url", "must start with https://"),
        ({"shipping_option_id": ""}, "shipping_option_id", "without a shipping method Medusa reserves no"),
        ({"location_id": "../x"}, "location_id", "must be an id of Medusa"),
        ({"prices": "mine"}, "prices", "must be one of 'ours' or 'theirs'"),
        ({"gift_cards": "yes"}, "gift_cards", "must be one of 'none' or 'loyalty'"),
        ({"reasons": "too_cheap:rr_1"}, "reasons", "must be pairs such as too_small:rr_01M820CP"),
        ({"reasons": "too_small"}, "reasons", "must be pairs such as too_small:rr_01M820CP"),
        ({"carry_over_promotions": "true"}, "settings", "goes with prices=theirs"),
        ({"publishable": "pk_1"}, "settings", "publishable and region_id go together"),
        (
            {"publishable": "pk 1\n2", "region_id": "reg_1"},
            "publishable",
            "must be plain printable characters",
        ),
        ({"colour": "red"}, "colour", "is not a setting of this connector"),
    ],
)
def test_a_wrong_setting_is_named(changes: dict[str, Any], field: str, words: str) -> None:
    found = problems(**changes)
    assert list(found) == [field]
    assert words in found[field]


def test_the_key_is_the_user_of_basic_and_has_no_password() -> None:
    scheme, _, given = configure("sk_live").credentials()["Authorization"].partition(" ")
    assert (scheme, base64.b64decode(given)) == ("Basic", b"sk_live:")


@pytest.mark.parametrize(
    ("secret", "words"),
    [
        (None, "is needed: a secret API key of Medusa"),
        ("", "is needed: a secret API key of Medusa"),
        ("sk\n1", "must be plain printable characters on one line"),
    ],
)
def test_a_key_that_cannot_be(secret: str | None, words: str) -> None:
    assert problems(secret) == {"secret": words}
