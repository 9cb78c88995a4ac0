"""A sending fee where Medusa adds tax to it: the difference stays ours, and marking it as paid finds it."""

from __future__ import annotations

from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal

import pytest

from app.connectors.base import Done
from app.connectors.follow_ups import Settlement
from app.domain.exchange_order import ExchangeOrder
from tests.connectors.medusa_cases import TEE_S, Courier, medusa_order, placed, replacement
from tests.medusa_live.shop import TAXED, LiveShop
from tests.medusa_live.test_live import EMAIL, connector, message_for

pytestmark = pytest.mark.medusa_live


def taxed(province: str, size: str, price: int, fee: int) -> ExchangeOrder:
    """A tee for the small one, both with their tax to the cent, and a fee that holds its own."""

    def tax(net: int) -> int:
        return int((Decimal(net) * Decimal(str(TAXED[province])) / 100).quantize(Decimal(1), ROUND_HALF_UP))

    back = replace(TEE_S, credit=2000 + tax(2000))
    return medusa_order(replacement(size, price, tax=tax(price), returned=back), shipping=fee)


@pytest.mark.parametrize("province", TAXED)
@pytest.mark.parametrize("fee", [499, 795, 1333])
def test_with_its_tax_the_fee_is_what_was_confirmed(shop: LiveShop, province: str, fee: int) -> None:
    order = shop.order(EMAIL, province=province)
    placing = connector(shop, fee_tax="added")
    message = message_for(shop, order, taxed(province, "l", 2500, fee))
    result = placed(Courier(placing).place(message))
    noted = int(result.reply["payment_collection_minor"])
    assert result.doubt == ""
    assert abs(noted - message.difference) <= 1
    assert isinstance(Courier(Settlement(placing, result.reply)).place(message), Done)
    after = shop.read(order["id"])
    assert round(after["summary"]["pending_difference"] * 100) == 0
    assert {one["status"] for one in after["payment_collections"]} == {"completed"}
