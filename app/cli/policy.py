"""`flask --app wsgi store policy …`: show a store's policy, change fields of it, write it out as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import IO, Any

import click
from flask.cli import with_appcontext

from app.cli.refusals import Refused, store_named
from app.domain.policy import InvalidPolicy, Policy
from app.models import Store
from app.services.policies import change_policy, policy_at, policy_data, read_typed

ACTOR = "operator"


@click.command("policy")
@click.argument("slug")
@click.argument("typed", nargs=-1, metavar="[FIELD=VALUE]...")
@click.option("--file", "file", type=click.File("r", encoding="utf-8"), help="Set the fields of a JSON file.")
@click.option("--export", is_flag=True, help="Print the policy as JSON, which --file takes back.")
@click.option("--version", "version", type=int, help="Look at an earlier version: an exchange names its own.")
@with_appcontext
def policy(
    slug: str, typed: tuple[str, ...], file: IO[str] | None, export: bool, version: int | None
) -> None:
    """Show or change what a store allows: `store policy acme window_days=45 refund_to=gift_card`.

    Amounts are in the smallest unit of the currency, lists are separated by commas, an empty list or a
    limit that does not exist is `none`. See docs/policy.md for every field.
    """
    store = store_named(slug)
    if typed or file:
        if export or version is not None:
            raise Refused("Use --export and --version without fields: they only look.")
        _change(slug, {**_from_file(file), **read_typed(dict(_pair(text) for text in typed))})
        return
    shown = _version(store, store.policy_version if version is None else version)
    if export:
        click.echo(json.dumps(policy_data(shown), indent=2, ensure_ascii=False))
        return
    click.echo(f"Policy of {slug}, version {shown.version}:")
    for name, value in policy_data(shown).items():
        click.echo(f"  {name:<26}{_words(value)}")


def _version(store: Store, version: int) -> Policy:
    try:
        return policy_at(store, version)
    except LookupError:
        raise Refused(
            f"The policy of {store.slug} has no version {version}; it is at version {store.policy_version}."
        ) from None


def _change(slug: str, changes: Mapping[str, Any]) -> None:
    try:
        done = change_policy(slug, changes, ACTOR, datetime.now(UTC))
    except InvalidPolicy as refused:
        lines = [f"  {name} {problem}." for name, problem in refused.problems.items()]
        raise Refused("\n".join(["The policy was not changed:", *lines])) from None
    if not done.changed:
        click.echo(f"Nothing to change: the policy of {slug} stays version {done.policy.version}.")
        return
    click.echo(f"The policy of {slug} is now version {done.policy.version}:")
    for name, (before, after) in done.changed.items():
        click.echo(f"  {name}: {_words(before)} → {_words(after)}")


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise Refused(f"Fields are given as FIELD=VALUE, not {text!r}.")
    return name.strip(), value


def _from_file(file: IO[str] | None) -> dict[str, Any]:
    """The fields of a JSON object. Raises Refused for anything else."""
    if file is None:
        return {}
    try:
        data = json.load(file)
    except (ValueError, RecursionError) as problem:
        raise Refused(f"{file.name} is no JSON that can be read: {problem}.") from None
    if not isinstance(data, dict):
        raise Refused(f"{file.name} must hold a JSON object with policy fields.")
    return data


def _words(value: Any) -> str:
    """A value as it would be typed in."""
    if value is None or value in ((), []):
        return "none"
    if isinstance(value, bool):
        return str(value).lower()
    return ",".join(value) if isinstance(value, list | tuple) else str(value)
