"""`flask --app wsgi audit verify`: whether anybody has changed what was written down.

The heads that it prints can be kept elsewhere; with one of them `--head` also shows that entries were cut
off at the end, which a chain of hashes alone cannot.
"""

from __future__ import annotations

import click
from flask import Flask
from flask.cli import AppGroup

from app.cli.refusals import store_named
from app.models import store_scope
from app.queries.audit_chains import Head, heads_of_all, holds_hash
from app.queries.stores import all_stores
from app.services.audit import verify

commands = AppGroup("audit", help="The audit trail: whether it is whole.")


class Broken(click.ClickException):
    """The trail is not what was written."""

    exit_code = 1


def register(app: Flask) -> None:
    """Attach the commands."""
    app.cli.add_command(commands)


@commands.command("verify")
@click.option("--store", "slug", help="Only this store.")
@click.option("--head", "kept", help="A hash that was printed before: an entry must still carry it.")
@click.option("--heads", is_flag=True, help="Print the head of every chain, to be kept elsewhere.")
def verify_trail(slug: str | None, kept: str | None, heads: bool) -> None:
    """Recompute every chain from its start. Exit status 1 where one does not fit."""
    stores = [store_named(slug)] if slug else all_stores()
    chains, entries, broken, seen = 0, 0, 0, False
    for store in stores:
        with store_scope(store.id):
            for head in heads_of_all():
                found = verify(head.chain)
                chains, entries = chains + 1, entries + found.entries
                if not found.whole:
                    broken += 1
                    click.echo(f"{store.slug} {head.chain}: entry {found.broken_at} was changed.", err=True)
                if heads:
                    click.echo(_line(store.slug, head))
            seen = seen or (kept is not None and holds_hash(kept))
    click.echo(f"{entries} entries in {chains} chains.")
    if broken:
        raise Broken(f"{broken} chains are not what was written.")
    if kept is not None and not seen:
        raise Broken("No entry carries that hash any more: entries were removed or changed.")


def _line(slug: str, head: Head) -> str:
    return f"{slug} {head.chain} {head.number} {head.hash}"
