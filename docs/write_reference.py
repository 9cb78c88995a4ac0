"""Writes the pages of this folder that are made from the code: settings, commands, policy and rules.

    .venv/bin/python docs/write_reference.py

`tests/docs` compares the pages with what this writes, so they cannot lag behind.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import click
from flask import Flask

DOCS = Path(__file__).resolve().parent
sys.path.insert(0, str(DOCS.parent))

from app import Settings  # noqa: E402 - the checkout is not installed
from app.cli import register  # noqa: E402
from app.cli.demo.listing import FIRST_CASES, Entry, entries  # noqa: E402
from app.cli.demo.stores import STORES  # noqa: E402
from app.domain.policy import KINDS, POLICY_FIELDS, Policy  # noqa: E402
from app.services.policies import VERSION  # noqa: E402
from tests.domain.cases.page import rules_page  # noqa: E402


def settings_page() -> str:
    """Every setting with its default and what it does."""
    rows = [
        f"| `{entry.name.upper()}` | {_kind(entry.default)} | {_default(entry.default)} "
        f"| {entry.metadata['help']} |"
        for entry in fields(Settings)
    ]
    head = (
        "# Settings\n\nRead from the environment when the portal, the worker or a command starts. A value"
        " that cannot be read stops it, by name.\n\n"
        "| Name | Kind | Default | What it does |\n|---|---|---|---|"
    )
    return "\n".join([head, *rows]) + "\n"


def commands_page() -> str:
    """Every command with its arguments and options."""
    parts = [
        "# Commands\n\nRun as `flask --app wsgi COMMAND`, from the checkout with `.venv/bin/flask`."
        " `--help` after any of them says the same.\n"
    ]
    for command in _commands():
        parts += _described(command, command.name or "")
    return "\n".join(parts).rstrip() + "\n"


POLICY_HEAD = """# Policy

What a store allows and charges is data, not code. It is shown, changed, written out and read in with one
command:

```sh
flask --app wsgi store policy acme                                 # show it
flask --app wsgi store policy acme window_days=45 shipping_fee=595 # change fields of it
flask --app wsgi store policy acme --export > acme.json            # write it out
flask --app wsgi store policy acme --file acme.json                # and take it in again
```

Amounts are in the smallest unit of the store's currency: `595` is $5.95, and ¥595. Lists are separated by
commas, an empty list and a limit that does not exist are `none`. A change is made whole or not at all: every
field that cannot be is named, in one sentence each.

Each change makes a new version, kept with who made it and when. An exchange keeps the number of the version
that it was confirmed under. A shopper who looks at Review while the policy changes is shown both sums and
asked again.

What follows from all this is argued case by case in [rules.md](rules.md).

## Fees

- Shipping is charged once for an exchange that sends something out. A reason that waives fees frees its own
  item; while another item has to be sent anyway, its shipping stays due.
- Restocking is charged for each unit that comes back, so that a line costs the same whether it becomes one
  replacement or several.
- Faster shipping is offered on Review where it has a price. It is asked for, so no reason waives it.
- Fees of items that something is sent for join the price difference. Fees of items given for a gift card come
  off the card, which never goes below nothing.
- `even_tolerance` looks at the whole difference, fees among it.

## Fields

| Field | Default | It must be | What it does |
|---|---|---|---|"""


def policy_page() -> str:
    """Every policy field with its default and what it may hold."""
    default = Policy()
    rows = []
    for name, each in POLICY_FIELDS.items():
        if name != VERSION:
            cells = (f"`{name}`", _policy_value(getattr(default, name)), KINDS[name].must)
            rows.append(f"| {' | '.join(cells)} | {each.metadata['words']} |")
    return "\n".join([POLICY_HEAD, *rows]) + "\n"


def _policy_value(value: object) -> str:
    if value is None or value == ():
        return "none"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    return f"`{','.join(value)}`" if isinstance(value, tuple) else f"`{value}`"


def demo_table() -> str:
    """One order for every case of the first store, and for the main ones of the other."""
    first: dict[tuple[str, str], tuple[Entry, str]] = {}
    for entry, hint in entries(STORES):
        if entry.store == STORES[0].slug or entry.case in FIRST_CASES:
            first.setdefault((entry.store, entry.case), (entry, hint))
    rows = [
        f"| {entry.case} | {entry.store} | `{entry.number}` | `{entry.email}` | {hint} |"
        for entry, hint in first.values()
    ]
    return "\n".join(
        ["| Case | Store | Order number | Email | What happens |", "|---|---|---|---|---|", *rows]
    )


def _commands() -> list[click.Command]:
    app = Flask("reference")
    register(app)
    return [app.cli.commands[name] for name in sorted(app.cli.commands)]


def _described(command: click.Command, path: str) -> Iterator[str]:
    if isinstance(command, click.Group):
        yield f"## {path}\n\n{_text(command)}\n"
        for name in command.list_commands(click.Context(command)):
            yield from _described(command.commands[name], f"{path} {name}")
        return
    level = "###" if " " in path else "##"
    yield f"{level} {path}\n"
    arguments = " ".join(p.make_metavar(click.Context(command)) for p in _arguments(command))
    yield f"`flask --app wsgi {path} {arguments}`".replace(" `", "`") + f"\n\n{_text(command)}\n"
    options = [f"- `{', '.join(o.opts)}`: {o.help or ''}".rstrip(": ") for o in _options(command)]
    if options:
        yield "\n".join(options) + "\n"


def _arguments(command: click.Command) -> list[click.Argument]:
    return [p for p in command.params if isinstance(p, click.Argument)]


def _options(command: click.Command) -> list[click.Option]:
    return [p for p in command.params if isinstance(p, click.Option)]


def _text(command: click.Command) -> str:
    return " ".join((command.help or "").split())


def _kind(default: object) -> str:
    if isinstance(default, bool):
        return "1 or 0"
    return "number" if isinstance(default, int) else "text"


def _default(default: object) -> str:
    if default == "":
        return "empty"
    return f"`{int(default)}`" if isinstance(default, bool) else f"`{default}`"


PAGES = {
    "settings.md": settings_page,
    "commands.md": commands_page,
    "policy.md": policy_page,
    "rules.md": rules_page,
}

if __name__ == "__main__":
    for name, page in PAGES.items():
        (DOCS / name).write_text(page(), encoding="utf-8")
    readme = DOCS.parent / "README.md"
    around = re.split(r"(?s)(?<=<!-- demo orders -->\n).*(?=<!-- end -->)", readme.read_text("utf-8"))
    readme.write_text(f"\n{demo_table()}\n\n".join(around), encoding="utf-8")
