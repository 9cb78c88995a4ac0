"""The console, under `/console/`: for the people who serve shoppers. Thin views over the same use cases.

Every page needs somebody who is signed in, and shows the one store that they serve (`desk`). Acting in a
shopper's place and store settings are not here yet.
"""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("console", __name__, url_prefix="/console")

from app.web.console import (  # noqa: E402 - the views attach themselves to the blueprint above
    account,
    acts,
    audit_page,
    desk,
    exchanges,
    orders,
    overview,
    people,
    queue,
    resetting,
    search,
    sign_in,
)

__all__ = [
    "account",
    "acts",
    "audit_page",
    "blueprint",
    "desk",
    "exchanges",
    "orders",
    "overview",
    "people",
    "queue",
    "resetting",
    "search",
    "sign_in",
]
