"""One Medusa for all tests against it, with a shop in it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.medusa_live import server
from tests.medusa_live.shop import LiveShop


@pytest.fixture(scope="session")
def shop() -> Iterator[LiveShop]:
    with server.medusa() as running:
        shop = LiveShop(running)
        shop.furnish()
        yield shop
        shop.close()
