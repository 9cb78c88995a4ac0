"""`flask --app wsgi catalogue set …`: change one variant by hand."""

from __future__ import annotations

from datetime import UTC, datetime

import click
from flask import Flask
from flask.cli import AppGroup

from app.cli.refusals import Refused, store_named
from app.services.catalogue_changes import (
    UNTRACKED,
    InvalidValues,
    UnknownVariant,
    Value,
    change_variant,
)

ACTOR = "operator"

commands = AppGroup("catalogue", help="The catalogue: change a variant by hand.")


def register(app: Flask) -> None:
    """Attach the group."""
    app.cli.add_command(commands)


@commands.command("set")
@click.argument("slug")
@click.argument("sku")
@click.argument("typed", nargs=-1, required=True, metavar="FIELD=VALUE...")
def set_variant(slug: str, sku: str, typed: tuple[str, ...]) -> None:
    """Change a variant: `catalogue set acme PARKA-MOSS-L price=149.50 stock=12`.

    Fields: price as it is shown, stock (a number, or `untracked` for always available), backorder and
    active (true or false). A stock counts as read at this moment: what the platform placed before is
    taken to be in it. The next import may change the variant again.
    """
    store = store_named(slug)
    fields = dict(_pair(text) for text in typed)
    try:
        done = change_variant(store.id, sku, fields, ACTOR, datetime.now(UTC))
    except UnknownVariant:
        raise Refused(f"Store {slug} has no variant with the SKU {sku!r}.") from None
    except InvalidValues as refused:
        lines = [f"  {name} {problem}." for name, problem in refused.problems.items()]
        raise Refused("\n".join(["The variant was not changed:", *lines])) from None
    if not done.changed:
        click.echo(f"Nothing to change: {sku} has these values already.")
        return
    click.echo(f"{sku} was changed; amounts in the smallest unit of {store.currency}:")
    for name, (before, after) in done.changed.items():
        click.echo(f"  {name}: {_words(before)} → {_words(after)}")


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise Refused(f"Fields are given as FIELD=VALUE, not {text!r}.")
    return name.strip(), value


def _words(value: Value) -> str:
    if value is None:
        return UNTRACKED
    return str(value).lower() if isinstance(value, bool) else str(value)
