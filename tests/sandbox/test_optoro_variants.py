"""The pretend merchant's shelf: what the settings put there, to callers it knows, and to nobody else."""

import httpx2
import pytest

from tests.sandbox.conftest import Bench

LARGE = {
    "attributes": [{"name": "Size", "value": "L"}],
    "unit_price_amount_cents": 12900,
    "quantity_in_stock": 3,
    "sku": "JACKET-L",
    "title": "Rain jacket, L",
}
HEADERS = {"X-Optiturn-Id": "harbour", "X-Optiturn-Api-Version": "1"}


def configure(bench: Bench, **settings: object) -> httpx2.Response:
    return bench.client.post("/settings", json={"system": "optoro", **settings})


def ask(bench: Bench, parent: str = "JACKET", **headers: str) -> httpx2.Response:
    return bench.client.get(f"/optoro/sku/{parent}/variants", headers=HEADERS | headers)


def test_what_is_on_the_shelf(bench: Bench) -> None:
    assert configure(bench, variants={"JACKET": [LARGE], "CAP": []}).status_code == 200
    assert ask(bench).json() == {"variants": [LARGE]}
    assert ask(bench, "CAP").json() == {"variants": []}
    assert ask(bench, "BOOTS").status_code == 404
    assert ask(bench, "J%41CKET").json() == {"variants": [LARGE]}


def test_who_is_let_in(bench: Bench) -> None:
    configure(bench, variants={"JACKET": [LARGE]}, credential={"header": "X-Key", "value": "s3cret"})
    assert ask(bench).status_code == 401
    assert ask(bench, **{"X-Key": "s3cret"}).status_code == 200


@pytest.mark.parametrize(
    ("headers", "status"), [({"X-Optiturn-Api-Version": "2"}, 400), ({"X-Optiturn-Id": ""}, 422)]
)
def test_its_headers(bench: Bench, headers: dict[str, str], status: int) -> None:
    configure(bench, variants={"JACKET": [LARGE]})
    assert ask(bench, **headers).status_code == status
    assert bench.client.post("/optoro/sku/JACKET/variants", headers=HEADERS).status_code == 405


@pytest.mark.parametrize(
    "wrong", [[], {"JACKET": {}}, {"JACKET": [{**LARGE, "sku": 7}]}, {"JACKET": [{"sku": "JACKET-L"}]}]
)
def test_a_shelf_that_cannot_be_is_refused(bench: Bench, wrong: object) -> None:
    assert configure(bench, variants=wrong).status_code == 422
    assert ask(bench).status_code == 404
