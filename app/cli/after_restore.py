"""`flask --app wsgi after-restore`: what to say once the database has come back from a backup."""

from __future__ import annotations

from datetime import UTC, datetime

import click
from flask import Flask
from flask.cli import with_appcontext

from app.services.after_restore import doubt_what_waits


def register(app: Flask) -> None:
    """Attach the command."""
    app.cli.add_command(after_restore)


@click.command("after-restore")
@with_appcontext
def after_restore() -> None:
    """Treat every message that waits as one that may have been sent; for after a restore."""
    found = doubt_what_waits("operator", datetime.now(UTC))
    click.echo(f"{found} messages may have been sent since the backup was made. Workers may run now.")
