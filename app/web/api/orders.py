"""`PUT …/orders/<number>`: one order as a snapshot, stored as an import stores it."""

from __future__ import annotations

from flask import Blueprint
from flask.typing import ResponseReturnValue

from app.services.api_keys import Caller, Scope
from app.services.importing import Unusable, store_order
from app.web.api.gate import json_body, needs
from app.web.clock import now
from app.web.problems import FieldProblem, Problem

CREATED = {True: 201, False: 200}


def register(blueprint: Blueprint) -> None:
    # A number may hold a slash.
    blueprint.add_url_rule("/stores/<slug>/orders/<path:number>", "order", put_order, methods=["PUT"])


@needs(Scope.ORDERS_WRITE)
def put_order(caller: Caller, number: str) -> ResponseReturnValue:
    """Store the order: 201 when it is new, 200 when it was known. The same body changes nothing."""
    try:
        stored = store_order(caller.store_id, number, json_body(), now())
    except Unusable as refused:
        raise unusable("order", refused) from None
    answer = {
        "order": number,
        "result": stored.result,
        "untied_lines": stored.untied_lines,
        "notes": list(stored.notes),
    }
    return answer, CREATED[stored.created]


def unusable(what: str, refused: Unusable) -> Problem:
    """422 with every field at fault."""
    errors = [FieldProblem(place, sentence) for place, sentence in refused.faults]
    return Problem(422, f"This {what} cannot be stored as it is. Nothing was changed.", errors)
