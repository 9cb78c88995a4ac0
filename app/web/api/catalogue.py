"""`PUT …/products/<id>`: a product with all its variants, stored as an import stores it."""

from __future__ import annotations

from flask import Blueprint
from flask.typing import ResponseReturnValue

from app.services.api_keys import Caller, Scope
from app.services.importing import Unusable, store_product
from app.web.api.gate import json_body, needs
from app.web.api.orders import CREATED, unusable
from app.web.clock import now


def register(blueprint: Blueprint) -> None:
    # An id may hold a slash.
    blueprint.add_url_rule("/stores/<slug>/products/<path:product>", "product", put_product, methods=["PUT"])


@needs(Scope.PRODUCTS_WRITE)
def put_product(caller: Caller, product: str) -> ResponseReturnValue:
    """Store the product: 201 when it is new, 200 when it was known. Variants left out are no longer sold."""
    try:
        stored = store_product(caller.store_id, product, json_body(), now())
    except Unusable as refused:
        raise unusable("product", refused) from None
    answer = {"product": product, "result": stored.result, "notes": list(stored.notes)}
    return answer, CREATED[stored.created]
