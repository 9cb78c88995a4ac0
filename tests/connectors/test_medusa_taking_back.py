"""Taking an exchange back from Medusa: the order is as it was, and nothing but ours is touched.

It goes by what is found there, so it may be run twice, and on one that was begun and never confirmed.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.connectors.base import Done, Refused
from app.connectors.platforms.medusa import MedusaPlacer
from app.connectors.results import Told
from app.domain.exchange_order import ExchangeOrder
from tests.connectors.medusa_cases import CASES, ORDER_ID, Courier, PretendMedusa, placed, placer


def take_back(medusa: PretendMedusa, message: ExchangeOrder, connector: MedusaPlacer) -> Courier:
    carrier = Courier(connector)
    step = carrier.carry_out(message, connector.cancel_step)
    assert isinstance(step, Done)
    assert isinstance(step.result, Told)
    return carrier


@pytest.mark.parametrize(
    "settings", [{}, {"return_shipping_option_id": "so_return"}], ids=["plain", "with-return"]
)
def test_taking_back_restores_the_order_and_may_be_run_twice(
    medusa: PretendMedusa, settings: dict[str, str]
) -> None:
    connector = placer(medusa.url, **settings)
    placed(Courier(connector).place(CASES["cheaper"]))
    for _ in range(2):
        take_back(medusa, CASES["cheaper"], connector)
    assert medusa.pending() == "0"
    assert medusa.sizes() == ["TEE-S"]
    # The last one of its size is free again.
    assert placed(Courier(connector).place(replace(CASES["cheaper"], reference="EX-NEXT"))).doubt == ""


def test_taking_back_gives_up_what_is_open(medusa: PretendMedusa) -> None:
    body = {"order_id": ORDER_ID, "metadata": {"evenly_reference": CASES["even"].reference}}
    medusa.call("POST", "/admin/exchanges", body)
    assert "give up" in take_back(medusa, CASES["even"], placer(medusa.url)).names
    assert medusa.exchanges() == []


def test_what_is_not_ours_is_not_taken_back(medusa: PretendMedusa) -> None:
    connector = placer(medusa.url)
    placed(Courier(connector).place(CASES["even"]))
    step = Courier(connector).carry_out(replace(CASES["even"], reference="EX-OTHER"), connector.cancel_step)
    assert isinstance(step, Refused)
    assert "no exchange of the reference EX-OTHER" in step.reason
