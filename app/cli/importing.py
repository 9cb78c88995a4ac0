"""`import products` and `import orders`: a shop's exports into one store, with a report.

Exit code 0: everything loaded; 1: something was refused; 2: the command itself was wrong.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import click
from flask import Flask
from flask.cli import AppGroup

from app.cli.refusals import store_named
from app.services.importing import (
    FileRefused,
    Listener,
    Problem,
    Report,
    import_orders,
    import_products,
)

ROWS_A_LINE = 10_000  # progress, where nobody watches a terminal
ROWS_A_REDRAW = 500

FILE = click.argument("file", type=click.Path(exists=True, dir_okay=False, readable=True, path_type=Path))
STORE = click.option("--store", "slug", required=True, metavar="SLUG", help="The store that it is for.")


def register(app: Flask) -> None:
    """Attach the group to `flask --app wsgi`."""
    app.cli.add_command(importing)


importing = AppGroup("import", help="Load products and orders from a shop's exports.")


@importing.command("products")
@FILE
@STORE
def products(file: Path, slug: str) -> None:
    """Load FILE, a Shopify product export (CSV)."""
    _run(file, slug, lambda watch: import_products(slug, file, now=datetime.now(UTC), listener=watch))


@importing.command("orders")
@FILE
@STORE
@click.option(
    "--shift-dates",
    is_flag=True,
    help="Move all dates so that the newest order is five days old; for trying old files.",
)
def orders(file: Path, slug: str, shift_dates: bool) -> None:
    """Load FILE, a Shopify order export (CSV) or an Optoro order snapshot (JSON)."""
    _run(
        file,
        slug,
        lambda watch: import_orders(
            slug, file, now=datetime.now(UTC), shift_dates=shift_dates, listener=watch
        ),
    )


def _run(file: Path, slug: str, load: Callable[[Listener], Report]) -> None:
    store_named(slug)
    progress = Progress()
    try:
        report = load(Listener(progress.rows_read, progress.refused, progress.noted))
    except FileRefused as refused:
        raise click.ClickException(f"Nothing was loaded. {refused}") from None
    finally:
        progress.wipe()
    click.echo(summary(file, report))
    sys.exit(1 if report.refused else 0)


def summary(file: Path, report: Report) -> str:
    """What happened, in a few lines."""
    counts = f"{report.new:,} new, {report.changed:,} changed, {report.unchanged:,} unchanged"
    lines = [f"{file.name}: {report.kind}, {report.encoding}"]
    if report.shifted_days:
        lines.append(f"All dates were moved by {report.shifted_days:+,} days.")
    lines.append(f"{counts}, {report.refused:,} refused.")
    if report.untied_lines:
        items = "1 line item is" if report.untied_lines == 1 else f"{report.untied_lines:,} line items are"
        lines.append(f"{items} tied to no product and can only be exchanged for a gift card.")
    return "\n".join(lines)


class Progress:
    """Rows read and problems met, on standard error: redrawn on a terminal, else a line now and then."""

    def __init__(self) -> None:
        self._rows = 0
        self._drawn = 0
        self._terminal = sys.stderr.isatty()

    def rows_read(self, rows: int) -> None:
        self._rows += rows
        step = ROWS_A_REDRAW if self._terminal else ROWS_A_LINE
        if self._rows - self._drawn < step:
            return
        self._drawn = self._rows
        click.echo(
            f"\r{self._rows:,} rows read" if self._terminal else f"{self._rows:,} rows read",
            err=True,
            nl=not self._terminal,
        )

    def refused(self, problem: Problem) -> None:
        self.wipe()
        click.echo(f"Refused, {problem}", err=True)

    def noted(self, problem: Problem) -> None:
        self.wipe()
        click.echo(f"Note, {problem}", err=True)

    def wipe(self) -> None:
        """Clear the redrawn line, so that other text starts on an empty one."""
        if self._terminal:
            click.echo("\r\x1b[K", err=True, nl=False)
