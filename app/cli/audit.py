"""`flask --app wsgi audit`: whether anybody has changed what was written down, and who did what.

A head that is kept elsewhere and given back to `verify --head` also shows that the trail was cut off at its
end, with all the seals over that end.
"""

from __future__ import annotations

from datetime import UTC, datetime

import click
from flask import Flask, current_app
from flask.cli import AppGroup

from app.cli.refusals import store_named
from app.models import Store, store_scope
from app.queries.audit_chains import chains_of_store, holds_hash
from app.queries.stores import all_stores
from app.services.audit import verify
from app.services.audit_seals import head, seal_up, verify_seals
from app.services.secret_box import SecretBox

commands = AppGroup("audit", help="The audit trail: whether it is whole, and what stands in it.")


class Broken(click.ClickException):
    """The trail is not what was written."""

    exit_code = 1


def register(app: Flask) -> None:
    """Attach the commands."""
    app.cli.add_command(commands)


@commands.command("verify")
@click.option("--store", "slug", help="Only this store.")
@click.option("--head", "kept", help="A head that was printed before: it must still be there.")
@click.option("--heads", is_flag=True, help="Seal what is there and print the head, to be kept elsewhere.")
def verify_trail(slug: str | None, kept: str | None, heads: bool) -> None:
    """Recompute every chain and every seal. Exit status 1 where one does not fit."""
    stores = [store_named(slug)] if slug else all_stores()
    wrong, seen = 0, False
    for store in stores:
        with store_scope(store.id):
            found = _wrong_in(store)
            wrong += found
            seen = seen or (kept is not None and holds_hash(kept))
            if heads and not found:
                click.echo(_head_of(store))
    if wrong:
        raise Broken("The trail is not what was written.")
    if kept is not None and not seen:
        raise Broken("That head is nowhere any more: entries were removed, with the seals over them.")


def _wrong_in(store: Store) -> int:
    """How many chains and seals do not fit; each is told."""
    chains, entries, wrong = 0, 0, 0
    for chain in chains_of_store():
        found = verify(chain)
        chains, entries = chains + 1, entries + found.entries
        if not found.whole:
            wrong += 1
            click.echo(f"{store.slug} {chain}: entry {found.broken_at} was changed.", err=True)
    sealed = verify_seals(_box())
    if sealed.broken_at is not None:
        wrong += 1
        told = "entries under it were changed, removed or added, or it was"
        click.echo(f"{store.slug} seal {sealed.broken_at}: {told}.", err=True)
    waits = f", {sealed.unsealed} not sealed yet" if sealed.unsealed else ""
    click.echo(f"{store.slug}: {entries} entries in {chains} chains under {sealed.seals} seals{waits}.")
    return wrong


def _head_of(store: Store) -> str:
    seal_up(_box(), store.id, datetime.now(UTC))
    last = head()
    return f"{store.slug} {last.total} {last.hash}" if last else f"{store.slug} 0"


def _box() -> SecretBox:
    box: SecretBox = current_app.extensions["evenly.connections"].box
    return box
