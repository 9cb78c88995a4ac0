"""`flask --app wsgi store callback-token`: what an outside system must carry when it calls back."""

from __future__ import annotations

from datetime import UTC, datetime

import click
from flask import current_app
from flask.cli import with_appcontext

from app.cli.refusals import Refused, store_named
from app.services.callback_tokens import TokenExists, make_callback_token
from app.services.connector_settings import Connections, NotConnected, UnknownSystem


@click.command("callback-token")
@click.argument("slug")
@click.argument("system")
@click.option("--rotate", is_flag=True, help="Make a new one; the one before ends at once.")
@with_appcontext
def callback_token(slug: str, system: str, rotate: bool) -> None:
    """Make the token that SYSTEM carries when it calls back, and print it this once."""
    connections: Connections = current_app.extensions["evenly.connections"]
    store_id, now = store_named(slug).id, datetime.now(UTC)
    try:
        made = make_callback_token(connections.box, store_id, system, now, replace=rotate)
    except (UnknownSystem, NotConnected) as refused:
        raise Refused(f"{str(refused)[:1].upper()}{str(refused)[1:]}.") from None
    except TokenExists:
        raise Refused(
            f"Store {slug} has a token for {system}, shown when it was made. --rotate makes a new one."
        ) from None
    click.echo("The token follows on standard output; keep it, it is not shown again.", err=True)
    click.echo(made)
