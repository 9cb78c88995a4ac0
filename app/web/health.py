"""Whether this process can serve: for load balancers and for the demo that waits for its parts."""

from __future__ import annotations

from flask import Flask, Response, current_app, jsonify
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from app.models import db


def register(app: Flask) -> None:
    """Attach `/health`."""
    app.add_url_rule("/health", "health", health)


def health() -> tuple[Response, int]:
    """200 when the database answers, else 503."""
    try:
        db.session.execute(text("SELECT 1"))
    except SQLAlchemyError as problem:
        current_app.logger.error("the database does not answer: %s", type(problem).__name__)
        return jsonify(status="unavailable"), 503
    return jsonify(status="ok"), 200
