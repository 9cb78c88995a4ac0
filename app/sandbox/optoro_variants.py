"""What the pretend merchant has on the shelf: `GET /optoro/sku/{parent}/variants`.

Source: Exchange Variants 1.0.0: `{"variants": […]}`, of whose fields attributes, price, stock, SKU and title
are required. The page has version "1" only. What is there is what the settings say; for any other product
this merchant answers 404.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from app.sandbox.checks import Problem, list_of, record, text, whole_number
from app.sandbox.contract import Answer, Call

VARIANTS_PATH = re.compile(r"/sku/(?P<parent>.+)/variants", re.DOTALL)
API_VERSION = "1"
VARIANT = record(
    required={
        "attributes": list_of(record(required={"name": text(), "value": text()}, optional={}), at_least=0),
        "unit_price_amount_cents": whole_number(0),
        "quantity_in_stock": whole_number(0),
        "sku": text(),
        "title": text(),
    },
    optional={"image_url": text(), "product_url": text()},
)

Shelf = Mapping[str, Sequence[Mapping[str, Any]]]


def shelf_form(value: object, where: str) -> list[Problem]:
    """An object with the variants of each parent SKU."""
    if not isinstance(value, dict):
        return [Problem(where, "wrong_type")]
    return [
        problem
        for parent, variants in value.items()
        for problem in list_of(VARIANT, at_least=0)(variants, f"{where}.{parent}")
    ]


def shelf_answer(call: Call, shelf: Shelf) -> Answer:
    """The variants of the parent in the path; the caller is known already."""
    found = VARIANTS_PATH.fullmatch(call.path)
    if call.method != "GET":
        return Answer(405, {"message": "Variants are read with GET."}, headers={"Allow": "GET"})
    if call.headers.get("X-Optiturn-Api-Version") != API_VERSION:
        return Answer(400, {"message": f"X-Optiturn-Api-Version must be {API_VERSION}."})
    if not call.headers.get("X-Optiturn-Id", "").strip():
        return Answer(422, {"message": "X-Optiturn-Id is missing."})
    if found is None or found["parent"] not in shelf:
        return Answer(404, {"message": "There is no such product."})
    return Answer(200, {"variants": list(shelf[found["parent"]])})
