"""How a command says no: one plain sentence on standard error, and exit status 2."""

from __future__ import annotations

import click

from app.models import Store
from app.queries.stores import store_with


class Refused(click.ClickException):
    """Something that was asked for cannot be done; the message says why and what to do."""

    exit_code = 2


def store_named(slug: str) -> Store:
    """The store with this slug. Raises Refused."""
    store = store_with(slug)
    if store is None:
        raise Refused(f"There is no store {slug!r}. `flask --app wsgi store list` shows those there are.")
    return store
