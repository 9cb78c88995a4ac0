"""Derived keys: the same for the same exchange for ever, different for any other (fact 1, R23)."""

from __future__ import annotations

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from app.domain.idempotency import placing_key, transaction_id_for

SLUGS = st.from_regex(r"[a-z][a-z0-9-]{0,39}", fullmatch=True)
ORDERS = st.text(min_size=1, max_size=255)


def test_a_key_never_changes() -> None:
    """Written down, because a platform that knows the old key would place a second order."""
    key = placing_key("acme", "NW-1001", 0)
    assert key == "acme:NW-1001:0:place"
    assert transaction_id_for(key) == "98d81398-2082-5e4a-adb7-8b3e5b12265f"


@given(SLUGS, ORDERS, st.integers(0, 99), SLUGS, ORDERS, st.integers(0, 99))
def test_different_exchanges_have_different_keys(
    slug: str, order: str, generation: int, other_slug: str, other_order: str, other_generation: int
) -> None:
    same = (slug, order, generation) == (other_slug, other_order, other_generation)
    one = placing_key(slug, order, generation)
    other = placing_key(other_slug, other_order, other_generation)
    assert (one == other) == same
    assert (transaction_id_for(one) == transaction_id_for(other)) == same


@given(SLUGS, ORDERS, st.integers(0, 10**6))
def test_a_key_fits_its_column_and_gives_a_uuid_of_version_5(slug: str, order: str, generation: int) -> None:
    key = placing_key(slug, order, generation)
    assert len(key) <= 200
    assert UUID(transaction_id_for(key)).version == 5
