"""`flask --app wsgi crashpoints`: the points at which a test can end a process."""

from __future__ import annotations

import click
from flask import Flask

from app.services.crashpoints import POINTS


def register(app: Flask) -> None:
    """Attach the command."""
    app.cli.add_command(crashpoints)


@click.command("crashpoints")
def crashpoints() -> None:
    """List the points at which EVENLY_CRASH_AT ends web or worker, for tests (docs/dispatch.md)."""
    for name, what in POINTS.items():
        click.echo(f"{name}\t{what}")
