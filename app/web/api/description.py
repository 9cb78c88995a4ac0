"""`/api/v1/openapi.json`: what the API takes and answers, in OpenAPI 3.1.

Bodies are described by the very models that read them; tests hold every route and answer against this.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from flask import Blueprint, jsonify, url_for
from flask.typing import ResponseReturnValue
from pydantic.json_schema import models_json_schema

from app.services.api_keys import Scope
from app.services.importing import PushedProduct, Result, SnapshotOrder
from app.web.api.news_body import NewsBody
from app.web.problems import MIME_TYPE

JSON = "application/json"
COMPONENT = "#/components/schemas/{model}"
Data = dict[str, Any]


def register(blueprint: Blueprint) -> None:
    blueprint.add_url_rule("/openapi.json", "description", show_description)


def show_description() -> ResponseReturnValue:
    """The description; no key is needed to read it."""
    base = url_for("api.description", _external=False).removesuffix("/openapi.json")
    return jsonify(document() | {"servers": [{"url": base}]})


@cache
def document() -> Data:
    """The description without the address that it was asked at."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Evenly",
            "version": "1",
            "description": "Orders, products and news into the exchange portal; exchanges out of it.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "security": [{"key": []}],
        "paths": _paths(),
        "components": {
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
            "schemas": _schemas(),
        },
    }


def _paths() -> Data:
    return {
        "/openapi.json": {
            "get": _call(
                "description", "This description", {200: _json({"type": "object"})}, open_to_all=True
            )
        },
        "/stores/{slug}/orders/{number}": {
            "parameters": [_part("slug"), _part("number")],
            "put": _call(
                "order", "Store one order", _stored("StoredOrder"), Scope.ORDERS_WRITE, _body("SnapshotOrder")
            ),
        },
        "/stores/{slug}/products/{product}": {
            "parameters": [_part("slug"), _part("product")],
            "put": _call(
                "product",
                "Store one product with all its variants",
                _stored("StoredProduct"),
                Scope.PRODUCTS_WRITE,
                _body("PushedProduct"),
            ),
        },
        "/stores/{slug}/exchanges/{reference}": {
            "parameters": [_part("slug"), _part("reference")],
            "get": _call(
                "exchange",
                "Everything about one exchange",
                {200: _json(_ref("Exchange"))},
                Scope.EXCHANGES_READ,
            ),
        },
        "/stores/{slug}/exchanges/{reference}/news": {
            "parameters": [_part("slug"), _part("reference"), _idempotency_key()],
            "post": _call(
                "news",
                "Say what happened to an exchange's parcels",
                {
                    200: _json(_ref("Taken")),
                    409: _problem("It cannot be true, or is still being taken down."),
                },
                Scope.EXCHANGES_WRITE,
                _body("NewsBody"),
            ),
        },
    }


def _call(
    name: str,
    summary: str,
    answers: dict[int, Data],
    scope: Scope | None = None,
    body: Data | None = None,
    *,
    open_to_all: bool = False,
) -> Data:
    described: Data = {"operationId": name, "summary": summary}
    if open_to_all:
        described["security"] = []
        return described | {"responses": _texts(answers)}
    described["description"] = f"Needs a key with the scope `{scope}`."
    refusals = {
        401: _problem("No key, or none that is in use."),
        403: _problem("The key lacks the scope, or the call came over plain HTTP."),
        404: _problem("Not in this store, or not the key's store."),
        429: _problem("Too many calls; Retry-After says how long to wait."),
        503: _problem("Busy; Retry-After says how long to wait."),
    }
    if body:
        described["requestBody"] = body
        refusals |= {
            400: _problem("The body is not JSON, or a header is missing."),
            413: _problem("The body is too large."),
            415: _problem("The body is not said to be JSON."),
            422: _problem("Fields are at fault: see errors."),
        }
    return described | {"responses": _texts(refusals | answers)}


def _texts(answers: dict[int, Data]) -> Data:
    return {str(status): answer for status, answer in sorted(answers.items())}


def _part(name: str) -> Data:
    return {"name": name, "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}}


def _idempotency_key() -> Data:
    return {
        "name": "Idempotency-Key",
        "in": "header",
        "required": True,
        "description": "A value of your own, new for each call; the same one again gets the same answer.",
        "schema": {"type": "string", "pattern": r"^[!#-\[\]-~]{1,255}$"},
    }


def _body(model: str) -> Data:
    return {"required": True, "content": {JSON: {"schema": _ref(model)}}}


def _stored(model: str) -> dict[int, Data]:
    return {200: _json(_ref(model), "It was known."), 201: _json(_ref(model), "It is new.")}


def _json(schema: Data, words: str = "As asked.") -> Data:
    return {"description": words, "content": {JSON: {"schema": schema}}}


def _problem(words: str) -> Data:
    return {"description": words, "content": {MIME_TYPE: {"schema": _ref("Problem")}}}


def _ref(model: str) -> Data:
    return {"$ref": COMPONENT.format(model=model)}


def _schemas() -> Data:
    models = [(model, "validation") for model in (SnapshotOrder, PushedProduct, NewsBody)]
    _, made = models_json_schema(models, ref_template=COMPONENT)  # type: ignore[arg-type]
    found: Data = dict(made["$defs"])
    text, whole = {"type": "string"}, {"type": "integer"}
    result = {"enum": [str(each) for each in Result]}
    notes = {"type": "array", "items": text}
    found["StoredOrder"] = _object(order=text, result=result, untied_lines=whole, notes=notes)
    found["StoredProduct"] = _object(product=text, result=result, notes=notes)
    found["Taken"] = _object(reference=text, state=text)
    found["Exchange"] = _exchange() | {"additionalProperties": True}
    fault = _object(pointer=text, detail=text)
    found["Problem"] = _object(type=text, title=text, status=whole, detail=text)
    found["Problem"]["properties"]["errors"] = {"type": "array", "items": fault}
    return found


def _object(**properties: Data) -> Data:
    return {"type": "object", "properties": properties, "required": list(properties)}


def _exchange() -> Data:
    """What is promised of an exchange; there is more in it, and more may come."""
    text, maybe_text = {"type": "string"}, {"type": ["string", "null"]}
    moment = {"type": ["string", "null"], "format": "date-time"}
    amount = {"type": ["integer", "null"], "description": "In minor units of currency."}
    return _object(
        reference=text,
        store=text,
        order=text,
        state=text,
        currency=maybe_text,
        lines={"type": "array"},
        amount_due=amount,
        refund_due=amount,
        gift_card=amount,
        rma=maybe_text,
        platform_order=maybe_text,
        tracking_number=maybe_text,
        carrier=maybe_text,
        delivery_estimate={"type": ["string", "null"], "format": "date"},
        submitted_at=moment,
        placed_at=moment,
        parcel_seen_at=moment,
        parcel_received_at=moment,
        dispatches={"type": "array"},
    )
