"""The commands themselves: `demo run`, `demo orders`, `demo agents`, `demo seed` and `demo reset`."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import click
import flask_migrate
from flask import current_app
from flask.cli import AppGroup

from app.cli.demo import agents as demo_agents
from app.cli.demo import emptying, listing, running, seeding
from app.cli.demo.stores import STORES
from app.cli.refusals import Refused
from app.models import db
from app.services.connector_settings import Connections
from app.settings import Settings

commands = AppGroup("demo", help="Two stores to try everything with: run them, list their orders, reset.")


@commands.command("run")
def run() -> None:
    """Migrate, fill and run everything until Ctrl-C: portal, worker, sandbox platform.

    HOST, PORT, SANDBOX_PORT and SANDBOX_MAIL_PORT say where, VAR_DIR where its files and logs are kept.
    """
    settings, stop = _settings(), running.StopAsked()
    stop.watch()
    with _said_plainly():
        running.check_ports(settings)
        _prepare(settings)
        root = Path(current_app.root_path)
        running.run_parts(settings, root, stop, click.echo, _greeting(settings))


@commands.command("orders")
@click.option("--json", "as_json", is_flag=True, help="As JSON: a list of objects.")
def orders(as_json: bool) -> None:
    """List the demo's orders with what opens them and the case that each shows."""
    listed = list(listing.entries(STORES))
    if as_json:
        data = [listing.as_data(entry) for entry, _ in listed]
        click.echo(json.dumps(data, ensure_ascii=False, indent=2))
        return
    rows = [(e.store, e.number, e.email, e.postcode, e.case, hint) for e, hint in listed]
    for line in listing.table(("store", "number", "email", "postcode", "case", "try"), rows):
        click.echo(line)


@commands.command("agents")
@click.option("--json", "as_json", is_flag=True, help="As JSON: a list of objects.")
def agents(as_json: bool) -> None:
    """List who can sign in to the console, with the password and the code of this moment."""
    now = datetime.now(UTC)
    listed = [demo_agents.as_data(agent, now) for agent in demo_agents.agents_of(STORES)]
    if as_json:
        click.echo(json.dumps(listed, indent=2))
        return
    heads = ("store", "role", "email", "code", "password")
    for line in listing.table(heads, [tuple(data[name] for name in heads) for data in listed]):
        click.echo(line)


@commands.command("seed")
def seed() -> None:
    """Migrate the database and add what is missing of the demo; what is there is left alone."""
    with _said_plainly():
        added = _prepare(_settings())
    click.echo(f"{added} orders added.")


@commands.command("reset")
@click.confirmation_option(prompt="Delete the demo's stores with all their orders and exchanges?")
def reset() -> None:
    """Delete the demo's stores and everything in them, and make them anew with today's dates."""
    settings = _settings()
    with _said_plainly():
        flask_migrate.upgrade()
        for store in STORES:
            emptying.remove(store)
        emptying.forget(settings.sandbox_port, running.sandbox_state(settings))
        added = _prepare(settings)
    click.echo(f"The demo is as new: {added} orders.")


def _prepare(settings: Settings) -> int:
    """Bring tables and demo up to date; how many orders are new."""
    flask_migrate.upgrade()
    connections: Connections = current_app.extensions["evenly.connections"]
    # The sandbox listens on this machine; the parts started by `run` are told so by their environment.
    connections = replace(connections, allow_loopback=True)
    sandbox_url, now = f"http://127.0.0.1:{settings.sandbox_port}", datetime.now(UTC)
    portal_url = f"http://127.0.0.1:{settings.port}"
    added = sum(seeding.seed(store, connections, sandbox_url, now, portal_url) for store in STORES)
    for store in STORES:
        demo_agents.seed_agents(store, connections.box, now)
    if any(seeding.has_aged(store, now) for store in STORES):
        click.echo(
            "These orders were made a while ago, so their exchange windows close or have closed."
            " `flask --app wsgi demo reset` makes them anew."
        )
    db.session.remove()
    db.engine.dispose()
    return added


def _greeting(settings: Settings) -> Callable[[], None]:
    def greet() -> None:
        for line in _welcome(settings):
            click.echo(line)

    return greet


def _welcome(settings: Settings) -> Iterator[str]:
    yield "Evenly is running."
    yield ""
    places = [(store.name, f"{settings.public_url}/{store.slug}/") for store in STORES]
    places.append(("Console", f"{settings.public_url}/console/"))
    places.append(("Sandbox platform", f"http://127.0.0.1:{settings.sandbox_port}/"))
    places.append(("Mailbox", f"http://127.0.0.1:{settings.sandbox_port}/mailbox"))
    yield from (f"  {name:<18}{url}" for name, url in places)
    yield ""
    rows = [(e.number, e.email, e.case) for e in listing.first_entries(STORES)]
    yield from (f"  {line}" for line in listing.table(("order number", "email", "case"), rows))
    yield ""
    yield f"  All {len(list(listing.entries(STORES)))} orders: flask --app wsgi demo orders"
    yield "  Who can sign in to the console: flask --app wsgi demo agents"
    yield f"  Logs: {settings.var_dir}"
    yield ""
    yield "Ctrl-C stops."


@contextmanager
def _said_plainly() -> Iterator[None]:
    """What stands in the way as one sentence instead of a stack of calls."""
    try:
        yield
    except seeding.NotTheDemos as foreign:
        raise Refused(
            f"There is a store {foreign} that is not the demo's. Give the demo a database of its own:"
            " see VAR_DIR and DATABASE_URL."
        ) from None
    except running.CannotRun as problem:
        raise click.ClickException(str(problem)) from None


def _settings() -> Settings:
    settings: Settings = current_app.extensions["evenly.settings"]
    return settings
