"""`flask --app wsgi store connectors|disconnect`: how a store's connectors stand, and taking one away."""

from __future__ import annotations

from datetime import UTC, datetime

import click
from flask import current_app
from flask.cli import with_appcontext

from app.cli.refusals import Refused, store_named
from app.connectors.settings import InvalidSettings
from app.models import store_scope
from app.queries.connectors import ConnectorState, connector_states
from app.services.connector_roles import does_what
from app.services.connector_settings import Connections, NotConnected, disconnect_store
from app.services.secret_box import WrongKey


@click.command("connectors")
@click.argument("slug")
@with_appcontext
def connectors(slug: str) -> None:
    """Each connector of a store: what it does, its last answer, what waits for it, and its breaker."""
    store = store_named(slug)
    connections: Connections = current_app.extensions["evenly.connections"]
    with store_scope(store.id):
        states = connector_states()
        if not states:
            click.echo(f"Store {slug} is not connected to anything.")
        for state in states:
            click.echo(_described(connections, state, datetime.now(UTC)))


@click.command("disconnect")
@click.argument("slug")
@click.argument("system")
@with_appcontext
def disconnect(slug: str, system: str) -> None:
    """Take a connector away, with its settings and its secret. What waits for it waits on."""
    store = store_named(slug)
    try:
        disconnect_store(store.id, system, datetime.now(UTC))
    except NotConnected as refused:
        raise Refused(f"{str(refused).capitalize()}.") from None
    click.echo(f"Store {slug} is no longer connected to {system}.")


def _described(connections: Connections, state: ConnectorState, now: datetime) -> str:
    try:
        roles = does_what(connections, state.system)
    except (NotConnected, InvalidSettings, WrongKey) as problem:
        roles = f"cannot be used: {problem}"
    answer = f"{state.status} on {state.answered_at:%d %B %Y %H:%M} UTC" if state.answered_at else "none yet"
    lines = [
        f"{state.system}: {roles}",
        f"  last answer   {answer}",
        f"  waiting       {state.waiting}",
        f"  breaker       {_breaker(state, now)}",
    ]
    if state.problem:
        since = f"since {state.problem_since:%d %B %Y %H:%M} UTC: " if state.problem_since else ""
        lines.append(f"  no payments   {since}{state.problem}")
    return "\n".join(lines)


def _breaker(state: ConnectorState, now: datetime) -> str:
    if state.closed_until is None:
        return f"closed ({state.failures} failures in a row)" if state.failures else "closed"
    when = f"at {state.closed_until:%H:%M:%S} UTC" if state.closed_until > now else "now"
    return f"open after {state.failures} failures in a row; one message tries again {when}"
