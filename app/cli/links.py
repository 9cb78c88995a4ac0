"""`flask --app wsgi link SLUG ORDER`: the signed address that opens one order."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from app.cli.refusals import Refused, store_named
from app.models import store_scope
from app.services import portal_links
from app.services.connector_settings import Connections
from app.services.find_order import NoMatch, order_by_number
from app.services.gift_codes import gift_code_of
from app.services.portal_links import Purpose
from app.settings import Settings


def register(app: Flask) -> None:
    """Attach `link`."""
    app.cli.add_command(link)


@click.command("link")
@click.argument("slug")
@click.argument("order")
@click.option(
    "--purpose",
    type=click.Choice([purpose.value for purpose in Purpose]),
    default=Purpose.BUYER.value,
    show_default=True,
    help="Whose view it opens: a gift's recipient sees no amounts.",
)
@click.option("--days", type=click.IntRange(1, 366), default=30, show_default=True, help="How long it opens.")
@with_appcontext
def link(slug: str, order: str, purpose: str, days: int) -> None:
    """Print the address that opens ORDER without asking for anything else.

    For a gift its gift code is printed too, on standard error; an order that has none gets one.
    """
    store = store_named(slug)
    order = order.strip().removeprefix("#")
    try:
        with store_scope(store.id):
            order_id = order_by_number(order)
    except NoMatch:
        raise Refused(f"Store {slug} has no order {order!r}.") from None
    now = datetime.now(UTC)
    settings: Settings = current_app.extensions["evenly.settings"]
    connections: Connections = current_app.extensions["evenly.connections"]
    if not portal_links.keys_of(store.id):
        made = portal_links.make_key(connections.box, store.id, now)
        click.echo(f"Store {slug} had no key for links, so {made.name} was made.", err=True)
    expires_at = now + timedelta(days=days)
    if purpose == Purpose.GIFT:
        with store_scope(store.id):
            click.echo(f"Gift code: {gift_code_of(order_id, 'operator', now)}", err=True)
    token = portal_links.sign(connections.box, store.id, order, Purpose(purpose), expires_at)
    click.echo(portal_links.address_of(settings.public_url, slug, token))
