"""`flask --app wsgi store …`: open a store, brand it, connect it, and the keys of its signed links.

A secret never stands in the arguments, where every process of the machine and the shell's history
could read it: it comes in on standard input, and a new link key goes out on standard output once.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import click
from flask import Flask, current_app
from flask.cli import AppGroup
from sqlalchemy import select

from app.cli.api_keys import api_key
from app.cli.callbacks import callback_token
from app.cli.policy import policy
from app.cli.refusals import Refused, store_named
from app.cli.store_connectors import connectors, disconnect
from app.cli.webhooks import webhook, webhook_secret
from app.connectors.settings import InvalidSettings
from app.models import Connector, Store, TaxMode, db, store_scope
from app.queries.stores import all_stores
from app.services import portal_links
from app.services.connector_settings import Connections, PlaceTaken, UnknownSystem, connect_store
from app.services.stores import InvalidStore, NewStore, StoreExists, brand_store, create_store

SECRET_NAME = re.compile(
    r"secret|passw|passphrase|token|credential|private|apikey|(^|[_-])key$", re.IGNORECASE
)
LONGEST_SECRET = 10_000

commands = AppGroup(
    "store", help="Stores: open, brand, connect, show, their policy, and the keys of links, API and webhooks."
)
for command in (policy, connectors, disconnect, api_key, webhook, webhook_secret, callback_token):
    commands.add_command(command)


def register(app: Flask) -> None:
    """Attach `store …`."""
    app.cli.add_command(commands)


@commands.command("create")
@click.argument("slug")
@click.option("--name", required=True, help="The store's name, as shoppers know it.")
@click.option("--currency", required=True, help="ISO 4217 code, such as USD.")
@click.option("--locale", required=True, help="How amounts and dates are written, such as en_US.")
@click.option("--timezone", "time_zone", required=True, help="Whose days count, such as America/New_York.")
@click.option("--tax-mode", default=str(TaxMode.EXCLUSIVE), help="inclusive or exclusive prices.")
@click.option("--tax-rate", default="0", help="Percentage where no order tells one, such as 8.25.")
def create(**typed: str) -> None:
    """Open a store under /SLUG/."""
    try:
        create_store(NewStore(**typed), datetime.now(UTC))
    except InvalidStore as refused:
        raise Refused(f"{refused}.") from None
    except StoreExists:
        raise Refused(f"There is a store {typed['slug']!r} already.") from None
    click.echo(f"Store {typed['slug']} is open. Next: connect its platform with `store connect`.")


@commands.command("brand")
@click.argument("slug")
@click.option("--accent", help="A colour such as #1f2a44; its contrast is looked after.")
@click.option("--logo-url", help="A picture on one of the image hosts, or below /static/.")
@click.option("--help-url", help="Where the store's customers find help.")
@click.option(
    "--label-url", help="Where a return label is printed, such as https://labels.example/{rma}; https only."
)
@click.option("--support-email", help="Where they write when there is no such page.")
@click.option("--image-host", "image_hosts", multiple=True, help="Host that pictures come from; repeatable.")
def brand(slug: str, image_hosts: tuple[str, ...], **branding: str | None) -> None:
    """Change how a store looks. An empty text takes a part away."""
    store_named(slug)
    given = {name: text for name, text in branding.items() if text is not None}
    if not given and not image_hosts:
        raise Refused("Say what to change: see --help.")
    try:
        brand_store(slug, given, list(image_hosts) or None, datetime.now(UTC))
    except InvalidStore as refused:
        raise Refused(f"{refused}.") from None
    click.echo(f"Store {slug} is branded.")


@commands.command("connect")
@click.argument("slug")
@click.argument("system")
@click.argument("settings", nargs=-1, metavar="[NAME=VALUE]...")
@click.option("--secret-stdin", is_flag=True, help="Read the secret from standard input.")
def connect(slug: str, system: str, settings: tuple[str, ...], secret_stdin: bool) -> None:
    """Connect a store: `store connect acme optoro url=https://… optiturn_id=… api_version=2`."""
    store = store_named(slug)
    read = dict(setting(text) for text in settings)
    secret = secret_from_stdin() if secret_stdin else None
    connections: Connections = current_app.extensions["evenly.connections"]
    try:
        connect_store(connections, store.id, system, read, secret, datetime.now(UTC))
    except (UnknownSystem, PlaceTaken) as refused:
        raise Refused(f"{refused}.") from None
    except InvalidSettings as refused:
        lines = [f"  {name} {sentence}" for name, sentence in refused.problems.items()]
        raise Refused("\n".join([f"These settings do not fit {system}:", *lines])) from None
    click.echo(f"Store {slug} is connected to {system}.")


@commands.command("show")
@click.argument("slug")
def show(slug: str) -> None:
    """Everything about a store but its secrets."""
    for line in _described(store_named(slug)):
        click.echo(line)


@commands.command("list")
def list_all() -> None:
    """Every store, one a line: slug, currency, name."""
    for store in all_stores():
        click.echo(f"{store.slug}\t{store.currency}\t{store.name}")


@commands.command("link-key")
@click.argument("slug")
@click.option("--rotate", is_flag=True, help="Make a new key; the one before ends after the overlap.")
@click.option("--overlap-days", type=click.IntRange(0, 366), default=30, show_default=True)
def link_key(slug: str, rotate: bool, overlap_days: int) -> None:
    """Make the key that signs links, and print its secret this once. See docs/links.md."""
    store = store_named(slug)
    connections: Connections = current_app.extensions["evenly.connections"]
    overlap = timedelta(days=overlap_days)
    try:
        made = portal_links.make_key(
            connections.box, store.id, datetime.now(UTC), replace=rotate, overlap=overlap
        )
    except portal_links.KeyExists as there:
        raise Refused(
            f"Store {slug} has key {there.name}; its secret was shown when it was made and cannot be shown"
            " again. --rotate makes a new one."
        ) from None
    click.echo(
        f"Key {made.name}. Its secret follows on standard output; keep it, it is not shown again.", err=True
    )
    click.echo(made.secret)


def setting(text: str) -> tuple[str, str]:
    """A NAME=VALUE argument. Raises Refused for anything that looks like a secret."""
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise Refused(f"Settings are given as NAME=VALUE, not {name!r}.")
    if SECRET_NAME.search(name):
        raise Refused(
            f"{name} looks like a secret. Arguments can be read by others: use --secret-stdin and"
            " give it on standard input."
        )
    if re.match(r"[a-z][a-z0-9+.-]*://[^/]*@", value, re.IGNORECASE):
        raise Refused(f"{name} holds a user or password. Give secrets with --secret-stdin.")
    return name, value


def secret_from_stdin() -> str:
    if sys.stdin.isatty():
        click.echo("Type or paste the secret, then Enter:", err=True)
    secret = sys.stdin.readline(LONGEST_SECRET).strip()
    if not secret:
        raise Refused("--secret-stdin was given, but nothing came in on standard input.")
    return secret


def _described(store: Store) -> Iterator[str]:
    yield f"{store.slug}: {store.name}"
    yield f"  currency      {store.currency}"
    yield f"  locale        {store.locale}"
    yield f"  time zone     {store.time_zone}"
    yield f"  tax           {store.tax_mode}, {store.tax_rate_ppm / 10_000:g} % where no order tells"
    yield f"  policy        version {store.policy_version}, {store.policy.window_days} days"
    for name, text in sorted(store.branding.items()):
        yield f"  {name.replace('_', ' '):<13} {text}"
    if store.image_hosts:
        yield f"  pictures      {', '.join(store.image_hosts)}"
    with store_scope(store.id):
        rows = list(db.session.scalars(select(Connector).order_by(Connector.system)))
    for row in rows:
        settings = " ".join(f"{name}={value}" for name, value in row.settings.items() if value)
        yield f"  connected     {row.system} {settings}{' (with a secret)' if row.secrets else ''}"
    for key in portal_links.keys_of(store.id):
        until = f", until {key.retires_at:%d %B %Y %H:%M} UTC" if key.retires_at else ""
        yield f"  link key      {key.name}{until}"
