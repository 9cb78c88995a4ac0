"""The HTTP API for other programs, `/api/v1/…`: orders and products in, exchanges out, news in.

Bearer keys only: no cookie is read here and none is set. What every call has in common is `gate`, what it
takes and answers is `description`, one file a subject has the rest. docs/api.md is for its users.
"""

from __future__ import annotations

from flask import Blueprint

from app.web.api import catalogue, description, exchanges, orders

blueprint = Blueprint("api", __name__, url_prefix="/api/v1")
for part in (orders, catalogue, exchanges, description):
    part.register(blueprint)
