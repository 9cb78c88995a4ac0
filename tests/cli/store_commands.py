"""Running store commands in tests: a store as it is usually made, and how a command refuses."""

from __future__ import annotations

from click.testing import Result
from flask import Flask
from sqlalchemy import select

from app.models import Store, db

GOOD = {"--name": "Acme", "--currency": "USD", "--locale": "en_US", "--timezone": "America/New_York"}
OPTORO = ("url=https://api.example/optoro", "optiturn_id=acme", "api_version=2")


def run(app: Flask, *arguments: str, given: str | None = None) -> Result:
    return app.test_cli_runner().invoke(args=list(arguments), input=given)


def create(app: Flask, slug: str = "acme", **changed: str) -> Result:
    options = GOOD | {f"--{name.replace('_', '-')}": value for name, value in changed.items()}
    return run(app, "store", "create", slug, *(part for pair in options.items() for part in pair))


def stored(app: Flask, slug: str = "acme") -> Store:
    with app.app_context():
        return db.session.scalars(select(Store).where(Store.slug == slug)).one()


def refused(result: Result, words: str) -> None:
    """Exit status 2, the words on standard error, no traceback."""
    assert result.exit_code == 2, result.output
    assert words in result.stderr
    assert "Traceback" not in result.output
