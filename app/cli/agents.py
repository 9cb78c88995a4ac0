"""`flask --app wsgi agents …`: who may sign in to the console.

Passwords come in on standard input, never in the arguments, where every process of the machine and the
shell's history could read them.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime

import click
from flask import Flask, current_app
from flask.cli import AppGroup

from app.cli.refusals import Refused, store_named
from app.models import Role
from app.queries.agents import members
from app.services.agents import people, reset_links
from app.services.agents.people import CannotMake, NewAgent, UnknownAgent
from app.services.agents.secrets_of_agents import WeakPassword
from app.settings import Settings

commands = AppGroup("agents", help="People of the console: add, list, disable, give a new password.")


def register(app: Flask) -> None:
    """Attach the commands."""
    app.cli.add_command(commands)


@commands.command("create")
@click.argument("email")
@click.option("--store", "slug", required=True, help="The store that they serve.")
@click.option(
    "--role", type=click.Choice([role.value for role in Role]), required=True, help="What they may."
)
@click.option("--name", default="", help="What colleagues call them.")
@click.option(
    "--known", is_flag=True, help="They can sign in already: no password, only this store and role."
)
def create(email: str, slug: str, role: str, name: str, known: bool) -> None:
    """Let EMAIL serve a store; the password is read from standard input, one line."""
    store = store_named(slug)
    new = NewAgent(email, Role(role), name, None if known else _password())
    try:
        people.create_agent(store.id, new, datetime.now(UTC))
    except (CannotMake, WeakPassword) as refused:
        raise Refused(str(refused)) from None
    click.echo(f"{email} serves {slug} as {role}.")


@commands.command("list")
def list_agents() -> None:
    """List who serves which store in which role."""
    for agent, slug, role in members():
        state = "disabled" if agent.disabled_at else ("ready" if agent.totp_since else "not signed in yet")
        click.echo(f"{slug}  {role:<5}  {agent.email}  {agent.name}  {state}")


@commands.command("disable")
@click.argument("email")
def disable(email: str) -> None:
    """Sign EMAIL out everywhere and let them in no more; `agents create … --known` lets them in again."""
    try:
        people.disable_agent(email, datetime.now(UTC))
    except UnknownAgent:
        raise _unknown(email) from None
    click.echo(f"{email} can sign in no more.")


@commands.command("reset")
@click.argument("email")
@click.option("--link", is_flag=True, help="Print a link with which they choose the password, once.")
@click.option("--authenticator", is_flag=True, help="With --link: the authenticator is set up anew too.")
def reset(email: str, link: bool, authenticator: bool) -> None:
    """Give EMAIL the password on standard input, and have the authenticator set up anew.

    With --link they choose it themselves, within an hour; until then all stays as it is.
    """
    if authenticator and not link:
        raise Refused("--authenticator belongs to --link; without a link it is set up anew in any case.")
    try:
        if link:
            click.echo(_reset_address(email, authenticator))
            return
        people.reset_agent(email, _password(), datetime.now(UTC))
    except UnknownAgent:
        raise _unknown(email) from None
    except WeakPassword as refused:
        raise Refused(str(refused)) from None
    click.echo(f"{email} has a new password and sets the authenticator up at the next sign-in.")


def _reset_address(email: str, authenticator: bool) -> str:
    token = reset_links.make_link(email, datetime.now(UTC), authenticator=authenticator)
    settings: Settings = current_app.extensions["evenly.settings"]
    return f"{settings.public_url.rstrip('/')}/console/reset/{token}"


def _password() -> str:
    if sys.stdin.isatty():
        return str(click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True))
    return sys.stdin.readline().rstrip("\r\n")


def _unknown(email: str) -> Refused:
    return Refused(f"Nobody has the address {email!r}. `flask --app wsgi agents list` shows who there is.")
