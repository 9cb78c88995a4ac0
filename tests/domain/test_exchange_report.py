"""What is told of an exchange comes back from its stored form as it was."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from app.domain.building_order import build_exchange_order
from app.domain.exchange_report import ExchangeReport, ParcelLeg, PaymentUsed
from app.domain.policy import Policy
from app.domain.settlement import make_quote
from tests.domain.examples import USD_STORE, choice, delivery, line, order, variant

AT = datetime(2026, 11, 20, 9, 30, 0, 250_000, tzinfo=UTC)


def report(**changes: Any) -> ExchangeReport:
    chosen = choice(line(), 1, variant())
    bought = order(chosen.line)
    quote = make_quote(USD_STORE, Policy(), bought, [chosen])
    message = build_exchange_order(bought, quote, {102: variant()}, Policy(), delivery())
    return replace(ExchangeReport(message, AT), **changes)


@pytest.mark.parametrize(
    "told",
    [
        report(),
        report(platform_order="AC-1001-X1", placed_at=AT, amount_due=5, card_total=7, forfeited=9),
        report(payment=PaymentUsed("gateway", "g-1", "pm_3", "card", "4242")),
        report(parcel=ParcelLeg.RECEIVED, parcel_noted_at=AT),
        report(shipped_at=AT),
    ],
    ids=["before", "after", "paid", "back", "shipped"],
)
def test_a_stored_report_comes_back_as_it_was(told: ExchangeReport) -> None:
    assert ExchangeReport.from_data(json.loads(json.dumps(told.to_data()))) == told


def test_a_report_that_was_stored_before_payments_and_parcels_were_told() -> None:
    data = report().to_data()
    for name in ("payment", "parcel", "parcel_noted_at"):
        del data[name]
    assert ExchangeReport.from_data(data) == report()
