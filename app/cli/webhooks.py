"""`store webhook|webhook-secret` and `cards webhook`: where a store wants messages, and who may send it some.

Secrets are made here and go out on standard output once.
"""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta

import click
from flask import current_app
from flask.cli import with_appcontext

from app.cli.refusals import Refused, store_named
from app.connectors.card_webhook import CardWebhook
from app.connectors.merchant_webhooks import MerchantWebhook
from app.connectors.settings import InvalidSettings
from app.services.connector_settings import Connections, NotConnected, connect_store, disconnect_store
from app.services.webhook_secrets import SecretExists, make_secret
from app.services.webhook_signatures import secret_text


@click.command("webhook-secret")
@click.argument("slug")
@click.option("--rotate", is_flag=True, help="Make a new one; the one before ends after the overlap.")
@click.option("--overlap-hours", type=click.IntRange(0, 24 * 30), default=24, show_default=True)
@with_appcontext
def webhook_secret(slug: str, rotate: bool, overlap_hours: int) -> None:
    """Make the secret that signs webhooks to this store, and print it this once. See docs/webhooks.md."""
    connections: Connections = current_app.extensions["evenly.connections"]
    store_id, overlap = store_named(slug).id, timedelta(hours=overlap_hours)
    try:
        made = make_secret(connections.box, store_id, datetime.now(UTC), replace=rotate, overlap=overlap)
    except SecretExists:
        raise Refused(
            f"Store {slug} has a secret, which was shown when it was made. --rotate makes a new one."
        ) from None
    click.echo("The secret follows on standard output; keep it, it is not shown again.", err=True)
    click.echo(made)


@click.command("webhook")
@click.argument("slug")
@click.option("--url", help="Where every change of an exchange is told, over HTTPS.")
@click.option("--remove", is_flag=True, help="Tell it nowhere any more.")
@with_appcontext
def webhook(slug: str, url: str | None, remove: bool) -> None:
    """Tell a program of the store every change of its exchanges, signed. See docs/webhooks.md.

    Prints the new secret this once. Given again it takes the place of the address and secret before.
    """
    _point(slug, MerchantWebhook.system, url, remove=remove)


@click.command("webhook")
@click.argument("slug")
@click.option("--url", help="What makes a gift card when it is asked to, over HTTPS.")
@click.option("--remove", is_flag=True, help="Give codes of the pool again.")
@with_appcontext
def card_webhook(slug: str, url: str | None, remove: bool) -> None:
    """Have a program of the store make the gift cards, one signed message each. See docs/gift-cards.md.

    Prints the new secret this once. Given again it takes the place of the address and secret before.
    """
    _point(slug, CardWebhook.system, url, remove=remove)


def _point(slug: str, system: str, url: str | None, *, remove: bool) -> None:
    """Connect the store to its own program at this address, or take that away. Raises Refused."""
    if (url is not None) == remove:
        raise Refused("Say one thing: --url ADDRESS or --remove.")
    connections: Connections = current_app.extensions["evenly.connections"]
    store_id, now = store_named(slug).id, datetime.now(UTC)
    if url is None:
        _remove(slug, store_id, system, now)
        return
    secret = secret_text(secrets.token_bytes(32))
    try:
        connect_store(connections, store_id, system, {"url": url}, secret, now)
    except InvalidSettings as refused:
        raise Refused(f"--url {refused.problems.get('url', refused)}.") from None
    click.echo("The secret follows on standard output; keep it, it is not shown again.", err=True)
    click.echo(secret)


def _remove(slug: str, store_id: int, system: str, now: datetime) -> None:
    try:
        disconnect_store(store_id, system, now)
    except NotConnected:
        raise Refused(f"Store {slug} has no such address.") from None
    click.echo(f"Store {slug} has no such address any more.")
