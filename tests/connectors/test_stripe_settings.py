"""Settings of the Stripe connector: what is taken, what is refused, and that no secret is in what is kept.

The secret is two on one line: the key of the API, and the one that Stripe signs its news with.
"""

from __future__ import annotations

import importlib.util
from typing import Any

import pytest

from app.connectors.settings import InvalidSettings
from tests.connectors.stripe_cases import SECRET, SIGNING, gateway, requests


def test_no_secret_is_in_what_is_stored() -> None:
    for made in requests().values():
        assert "sk_test" not in repr(made)
        assert "whsec" not in repr(made)
    assert "sk_test" not in repr(gateway().__dict__)
    assert gateway().credentials() == {"Authorization": "Bearer sk_test_only_for_tests"}
    assert gateway().stored_settings() == {
        "url": "https://api.stripe.com",
        "pages": "https://checkout.stripe.com",
        "minimum": None,
    }


@pytest.mark.parametrize(
    ("secret", "settings", "field"),
    [
        (SECRET, {"url": "http://api.stripe.com"}, "url"),
        (SECRET, {"pages": "checkout.stripe.com"}, "pages"),
        (SECRET, {"minimum": "much"}, "minimum"),
        (SECRET, {"minimum": -1}, "minimum"),
        (SECRET, {"currency": "usd"}, "currency"),
        (None, {}, "secret"),
        ("sk_test_1", {}, "secret"),
        (f"pk_test_1 {SIGNING}", {}, "secret"),
        (f"{SIGNING} sk_test_1", {}, "secret"),
    ],
)
def test_settings_that_cannot_be(secret: str | None, settings: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidSettings) as refused:
        gateway(secret, **settings)
    assert list(refused.value.problems) == [field]


def test_restricted_keys_will_do() -> None:
    assert gateway(f"rk_live_1 {SIGNING}").credentials() == {"Authorization": "Bearer rk_live_1"}


def test_without_stripes_package_a_store_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    with pytest.raises(InvalidSettings, match=r"install requirements/stripe\.txt"):
        gateway()
