"""`flask --app wsgi store api-key …`: make a key of the HTTP API, list a store's keys, revoke one."""

from __future__ import annotations

from datetime import UTC, datetime

import click
from flask.cli import with_appcontext

from app.cli.refusals import Refused, store_named
from app.models import ApiKey
from app.services.api_keys import InvalidKey, Scope, UnknownKey, keys_of, make_key, revoke_key


@click.command("api-key")
@click.argument("slug")
@click.option("--name", help="What the key is for, such as the program that will hold it.")
@click.option(
    "--scope", "scopes", multiple=True, type=click.Choice(list(map(str, Scope))), help="Repeatable."
)
@click.option("--list", "listing", is_flag=True, help="Show the store's keys without their secrets.")
@click.option("--revoke", metavar="ID", help="End the key with this id at once.")
@with_appcontext
def api_key(slug: str, name: str | None, scopes: tuple[str, ...], listing: bool, revoke: str | None) -> None:
    """Make a key of the HTTP API and print it this once: `--name … --scope …`. See docs/api.md."""
    store_id = store_named(slug).id
    making = name is not None or bool(scopes)
    if sum([making, listing, revoke is not None]) != 1:
        raise Refused("Say one thing: --name with --scope, or --list, or --revoke ID.")
    if listing:
        for row in keys_of(store_id):
            click.echo(_described(row))
    elif revoke is not None:
        _revoke(slug, store_id, revoke)
    else:
        _make(store_id, name or "", scopes)


def _make(store_id: int, name: str, scopes: tuple[str, ...]) -> None:
    try:
        made = make_key(store_id, name, scopes, datetime.now(UTC))
    except InvalidKey as refused:
        raise Refused(f"{str(refused).capitalize()}.") from None
    click.echo(f"Key {made.public_id} follows on standard output; keep it, it is not shown again.", err=True)
    click.echo(made.token)


def _revoke(slug: str, store_id: int, public_id: str) -> None:
    try:
        ended = revoke_key(store_id, public_id, datetime.now(UTC))
    except UnknownKey:
        raise Refused(f"Store {slug} has no key {public_id!r}. --list shows those there are.") from None
    click.echo(f"Key {public_id} is revoked." if ended else f"Key {public_id} was revoked before.")


def _described(row: ApiKey) -> str:
    """One key a line, tab separated: id, name, scopes, when it was made, seen and revoked."""
    seen = f"seen {row.last_seen_at:%Y-%m-%d %H:%M} UTC" if row.last_seen_at else "never used"
    ended = f"revoked {row.revoked_at:%Y-%m-%d %H:%M} UTC" if row.revoked_at else "in use"
    made = f"made {row.created_at:%Y-%m-%d}"
    return "\t".join([row.public_id, row.name, " ".join(row.scopes), made, seen, ended])
