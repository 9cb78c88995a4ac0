"""The pretend merchant who is told of returns: what it takes, what it refuses, and that it knows a repeat."""

from typing import Any

import httpx2
import pytest

from tests.sandbox.bodies import changed, without
from tests.sandbox.conftest import Bench

HEADERS = {"X-Optiturn-Id": "harbour", "X-Optiturn-Api-Version": "3"}


def rma(**changes: object) -> dict[str, Any]:
    """The published sample of a created RMA, with the fields that its schema requires."""
    return {
        "rma_identifier": "rma1234",
        "status": "CREATED",
        "created_at": "2018-08-30T15:39:42.025Z",
        "items": [
            {
                "order_line_item_identifier": "1",
                "order_identifier": "o12345",
                "return_reason": "Too Small",
                "sku": "Sku1234",
                "upc": "",
                "refund_financials": {
                    "estimated_refund_amount_cents": 1000,
                    "optoro_refund_amount_cents": 1000,
                    "shopper_refund_amount_cents": 0,
                },
                "refund_type": "INSTANT_EXCHANGE",
            }
        ],
        "return_method": "mail-back",
        "return_shipping_cost_cents": 100,
        "bonus_credit_amount_cents": 0,
        "gift_refund_only": False,
        **changes,
    }


def tell(bench: Bench, body: object, **headers: str) -> httpx2.Response:
    return bench.client.post("/optoro/rmas", json=body, headers=HEADERS | headers)


def test_the_sample_is_taken_and_known_again(bench: Bench) -> None:
    assert [tell(bench, rma()).status_code for _ in range(2)] == [200, 200]
    assert tell(bench, rma(status="CANCELED")).status_code == 200
    assert [each["replayed"] for each in bench.requests()] == [False, True, False]
    assert bench.orders() == 0


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (without(rma(), "rma_identifier"), "rma_identifier"),
        (without(rma(), "items.0.upc"), "items[0].upc"),
        (changed(rma(), "items.0.refund_type", "GIFT"), "items[0].refund_type"),
        (
            changed(rma(), "items.0.refund_financials.shopper_refund_amount_cents", 1),
            "items[0].refund_financials",
        ),
        (rma(items=[]), "items"),
        (rma(status="OPEN"), "status"),
        (rma(created_at="yesterday"), "created_at"),
        (rma(return_method="pigeon"), "return_method"),
        (rma(bonus_credit_amount_cents=-1), "bonus_credit_amount_cents"),
        (rma(colour="red"), "colour"),
        ([], "body"),
    ],
)
def test_what_the_page_does_not_describe_is_refused(bench: Bench, body: object, field: str) -> None:
    refused = tell(bench, body)
    assert refused.status_code == 422
    assert field in [error["field"] for error in refused.json()["errors"]]


@pytest.mark.parametrize(
    ("headers", "status"), [({"X-Optiturn-Api-Version": "2"}, 400), ({"X-Optiturn-Id": ""}, 422)]
)
def test_its_headers(bench: Bench, headers: dict[str, str], status: int) -> None:
    assert tell(bench, rma(), **headers).status_code == status
    assert bench.client.get("/optoro/rmas", headers=HEADERS).status_code == 405


def test_who_is_let_in(bench: Bench) -> None:
    settings = {"system": "optoro", "credential": {"header": "X-Key", "value": "s3cret"}}
    bench.client.post("/settings", json=settings)
    assert tell(bench, rma()).status_code == 401
    assert tell(bench, rma(), **{"X-Key": "s3cret"}).status_code == 200
