"""`flask --app wsgi cards`: where a store's gift cards come from. Codes are never printed."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

import click
from flask import Flask, current_app
from flask.cli import AppGroup

from app.cli.refusals import Refused, store_named
from app.cli.webhooks import card_webhook
from app.domain.money import major_units
from app.services.connector_settings import Connections
from app.services.gift_card_pool import PoolRefused, count_pool, fill_pool
from app.services.gift_cards import issue_owed
from app.services.secret_box import WrongKey

LARGEST_FILE = 5 * 1024 * 1024
FILE = click.argument("file", type=click.Path(exists=True, dir_okay=False, readable=True, path_type=Path))

cards = AppGroup(
    "cards", help="The gift cards that a store gives: load and count codes, or say who makes them."
)


def register(app: Flask) -> None:
    """Attach the group."""
    app.cli.add_command(cards)


@cards.command("import")
@click.argument("slug")
@FILE
def import_codes(slug: str, file: Path) -> None:
    """Add the codes in FILE (CSV: code, or code and amount) to the store's pool, and give what is owed.

    Exit status 1 when a line was refused, 2 when the whole file was.
    """
    store = store_named(slug)
    connections: Connections = current_app.extensions["evenly.connections"]
    now = datetime.now(UTC)
    try:
        filled = fill_pool(connections.box, store.id, _text_of(file), now)
    except (PoolRefused, WrongKey) as refused:
        raise Refused(str(refused)) from None
    click.echo(f"{filled.added} codes added, {filled.known} were there before.")
    given = issue_owed(store.id, now)
    if given:
        click.echo(f"{given} cards that were owed are given now.")
    for problem in filled.problems:
        click.echo(f"Refused: {problem}.", err=True)
    sys.exit(1 if filled.problems else 0)


@cards.command("count")
@click.argument("slug")
def count(slug: str) -> None:
    """How many codes are left, by amount, and how many cards were given and are owed."""
    store = store_named(slug)
    counted = count_pool(store.id)
    for amount, number in sorted(counted.free.items(), key=lambda entry: entry[0] or 0):
        worth = f"{major_units(amount, store.currency)} {store.currency}" if amount else "any amount"
        click.echo(f"free, {worth}: {number}")
    if not counted.free:
        click.echo("free: 0")
    click.echo(f"given: {counted.given}")
    click.echo(f"owed: {counted.owed}")


cards.add_command(card_webhook)


def _text_of(file: Path) -> str:
    """Raises PoolRefused."""
    if file.stat().st_size > LARGEST_FILE:
        raise PoolRefused("The file is larger than 5 MiB.")
    try:
        return file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise PoolRefused("The file is not in UTF-8.") from None
