"""What the portal asks of Medusa, case by case: the exchange, the settings, what came before, and the course.

What each comes to, step by step, stands in `payloads/medusa-<case>.json`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from app.connectors.base import Placed, Request
from app.connectors.follow_ups import Cancellation, FollowUp, Repayment, Settlement
from app.connectors.platforms.medusa import MedusaPlacer
from app.domain.exchange_order import ExchangeOrder
from app.domain.facts import Address, Customer
from tests.connectors.medusa_cases import (
    CASES,
    CHEAPER,
    DEARER,
    EVEN,
    ORDER_ID,
    TEE_S,
    TWO_TEES,
    Courier,
    PretendMedusa,
    medusa_order,
    placed,
    placer,
    replacement,
)

ALL_SET = {
    "expedited_shipping_option_id": "so_express",
    "return_shipping_option_id": "so_return",
    "location_id": "sloc_harbour",
    "reasons": "too_small:rr_1, too_large:rr_2",
}
THEIRS = {"prices": "theirs", "carry_over_promotions": "true"}
GIA = Customer("cus_88", "gia@example.com", "Gia", "Reed")
ELM_ROW = Address("Gia Reed", "4 Elm Row", city="Bend", province="OR", postal_code="97703", country_code="US")

Course = Callable[[MedusaPlacer, Placed], MedusaPlacer | FollowUp]


def _place(connector: MedusaPlacer, _first: Placed) -> MedusaPlacer:
    return connector


def _cancel(connector: MedusaPlacer, _first: Placed) -> FollowUp:
    return Cancellation(connector)


def _mark_as_paid(connector: MedusaPlacer, first: Placed) -> FollowUp:
    return Settlement(connector, first.reply)


def _pay_back(connector: MedusaPlacer, _first: Placed) -> FollowUp:
    return Repayment(connector, 200)


@dataclass(frozen=True)
class Golden:
    """`before` is placed first, and no part of the payload; with `sent` its replacement has gone out."""

    message: ExchangeOrder
    settings: Mapping[str, str] = field(default_factory=dict)
    before: ExchangeOrder | None = None
    sent: bool = False
    course: Course = _place
    shop: Mapping[str, object] = field(default_factory=dict)

    def steps(self, medusa: PretendMedusa) -> list[Request]:
        """Every request of the course, as the pretend Medusa's answers lead to it."""
        if self.shop:
            medusa.configure(**self.shop)
        connector = placer(medusa.url, **self.settings)
        first = Placed("", None, None, None)
        if self.before is not None:
            first = placed(Courier(connector).place(self.before))
        if self.sent:
            medusa.send_by_hand()
        carrier = Courier(self.course(connector, first))
        carrier.place(self.message)
        return carrier.sent


AGAIN = replace(
    medusa_order(replacement("m", 2000, returned=replace(TEE_S, line_id="TEE-L", sku="TEE-L", credit=2500))),
    reference="EX-9D2F4H",
    original_order_id="1001-E1",
    platform_order_id="1001-E1",
    bought_order_id=ORDER_ID,
    customer=GIA,
)
BY_NUMBER = replace(AGAIN, bought_order_id="", customer=CASES["even"].customer)
GIFT = replace(medusa_order(EVEN), is_gift=True, customer=GIA, shipping_address=ELM_ROW, readdressed=True)
TAXED = medusa_order(replacement("l", 2500, tax=250, returned=replace(TEE_S, credit=2200)), shipping=795)

GOLDEN: Mapping[str, Golden] = {
    **{name: Golden(message) for name, message in CASES.items()},
    "all-settings": Golden(medusa_order(DEARER, shipping=1200, expedited=True), ALL_SET),
    "their-prices": Golden(medusa_order(EVEN), THEIRS),
    "discounted": Golden(medusa_order(replacement("m", 2000, discount=1000))),
    "found-by-number": Golden(replace(medusa_order(EVEN), platform_order_id="")),
    "up-and-down": Golden(medusa_order(DEARER, replacement("m", 2000, discount=500))),
    # What is left over is kept by the shop, or given on a card of the portal's: Medusa is told neither.
    "forfeited": Golden(medusa_order(CHEAPER)),
    "residue": Golden(medusa_order(replacement("m", 2000, discount=700))),
    "gift": Golden(GIFT),
    "again": Golden(AGAIN, before=medusa_order(DEARER), sent=True),
    "again-found-by-number": Golden(
        replace(AGAIN, bought_order_id="", customer=CASES["even"].customer),
        before=medusa_order(DEARER),
        sent=True,
    ),
    "taxed-fee": Golden(TAXED, {"fee_tax": "added"}, shop={"tax_rate_ppm": 100_000, "orders": [TWO_TEES]}),
    "cancel": Golden(medusa_order(DEARER), before=medusa_order(DEARER), course=_cancel),
    "cancel-with-return-shipping": Golden(
        medusa_order(DEARER), ALL_SET, before=medusa_order(DEARER), course=_cancel
    ),
    "mark-as-paid": Golden(medusa_order(DEARER), before=medusa_order(DEARER), course=_mark_as_paid),
    "pay-back": Golden(medusa_order(CHEAPER), before=medusa_order(CHEAPER), course=_pay_back),
}
