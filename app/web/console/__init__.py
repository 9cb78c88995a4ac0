"""The console, under `/console/`: for the people who serve shoppers. Thin views over the same use cases.

Every page needs somebody who is signed in, and shows the one store that they serve (`desk`). Below
`/console/acting/` are the shopper's own screens. Store settings are not here yet.
"""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("console", __name__, url_prefix="/console")

from app.web.console import (  # noqa: E402 - the views attach themselves to the blueprint above
    account,
    acting,
    acts,
    approvals,
    audit_page,
    desk,
    exceptions,
    exchanges,
    flags,
    goods,
    hand_over,
    orders,
    overview,
    owed,
    own_sign_in,
    passkeys,
    people,
    queue,
    resetting,
    search,
    sign_in,
)

blueprint.register_blueprint(acting.screens)

__all__ = [
    "account",
    "acting",
    "acts",
    "approvals",
    "audit_page",
    "blueprint",
    "desk",
    "exceptions",
    "exchanges",
    "flags",
    "goods",
    "hand_over",
    "orders",
    "overview",
    "owed",
    "own_sign_in",
    "passkeys",
    "people",
    "queue",
    "resetting",
    "search",
    "sign_in",
]
