"""`flask --app wsgi connector check`: try a merchant's endpoint out before a store is connected to it.

What is asked and expected is `app.connectors.platforms.optoro_contract`; nothing is written to the database.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import click
from flask import Flask, current_app
from flask.cli import AppGroup

from app.cli.refusals import Refused
from app.cli.store import secret_from_stdin, setting
from app.connectors.contract import Case, Weight
from app.connectors.http import HttpSender, Limits
from app.connectors.platforms.optoro import OptoroPlacer
from app.connectors.platforms.optoro_contract import cases_of
from app.connectors.platforms.optoro_trial import CannotTry, Goods, Trial
from app.connectors.settings import InvalidSettings
from app.services.contract_check import Checker, Result
from app.services.proving import Courier
from app.settings import Settings

VERSIONS = {"1": ("1",), "2": ("2",), "both": ("1", "2")}
LONGEST_PREFIX = 60
connector = AppGroup("connector", help="Systems that stores are connected to: try one out.")


def register(app: Flask) -> None:
    """Attach the commands."""
    app.cli.add_command(connector)


@dataclass(frozen=True)
class Wanted:
    """What was asked for on the command line. `prefix` is what this run's order numbers begin with."""

    url: str
    prefix: str
    goods: Goods
    settings: dict[str, str]
    secret: str | None


@connector.command("check")
@click.argument("system", type=click.Choice(["optoro"]))
@click.argument("settings", nargs=-1, metavar="[NAME=VALUE]...")
@click.option("--url", required=True, help="The endpoint's address, as for `store connect`.")
@click.option("--order-prefix", required=True, help="What all its order numbers begin with, such as TEST-.")
@click.option("--api-version", type=click.Choice([*VERSIONS]), default="both", show_default=True)
@click.option("--run", default="", help="What tells this run's orders from another's (default: the time).")
@click.option("--currency", default="USD", show_default=True, help="ISO 4217 code of all orders.")
@click.option("--sku", default=Goods.sku, show_default=True, help="What goes out.")
@click.option("--returned-sku", default=Goods.returned_sku, show_default=True, help="What comes back.")
@click.option("--card-sku", default=Goods.card_sku, show_default=True, help="The gift card's SKU.")
@click.option("--price", type=click.IntRange(10, 10**9), default=Goods.price, show_default=True,
              help="Price of one unit in the currency's smallest unit.")  # fmt: skip
@click.option("--secret-stdin", is_flag=True, help="Read the secret from standard input.")
@click.option("--yes", is_flag=True, help="Do not ask before orders are made.")
def check(
    system: str,  # noqa: ARG001 (there is only one so far)
    settings: tuple[str, ...],
    url: str,
    order_prefix: str,
    api_version: str,
    run: str,
    secret_stdin: bool,
    yes: bool,
    **goods: Any,
) -> None:
    """Run a platform's contract against an endpoint: `connector check optoro --url … --order-prefix TEST-`.

    Settings such as optiturn_id=… and auth=… are those of `store connect`. It makes real exchange orders:
    use a test shop. Exit status 1 when something has to be mended. See docs/connectors/optoro-check.md.
    """
    read = dict(setting(text) for text in settings)
    secret = secret_from_stdin() if secret_stdin else None
    prefix = f"{_prefix(order_prefix)}{run or _now_words()}-"
    wanted = Wanted(url, prefix, Goods(**goods), read, secret)
    trials = [_trial(wanted, version) for version in VERSIONS[api_version]]
    cases = {trial.placer.api_version: _cases(trial) for trial in trials}
    _ask_first(wanted, sum(case.orders for each in cases.values() for case in each), yes=yes)
    failed = sum(_run_version(version, each) for version, each in cases.items())
    if failed:
        click.echo(f"\n{failed} of these have to be mended.")
        raise SystemExit(1)
    click.echo("\nThe endpoint keeps the contract.")


def _trial(wanted: Wanted, version: str) -> Trial:
    """One version's trial. Raises Refused."""
    known = {"optiturn_id": "evenly-check", **wanted.settings, "url": wanted.url, "api_version": version}
    app_settings: Settings = current_app.extensions["evenly.settings"]
    try:
        placer = OptoroPlacer.configure(
            known, wanted.secret, allow_loopback=app_settings.allow_loopback_connectors
        )
    except InvalidSettings as refused:
        lines = [f"  {name} {sentence}" for name, sentence in refused.problems.items()]
        raise Refused("\n".join(["These settings do not fit optoro:", *lines])) from None
    return Trial(placer, wanted.goods, f"{wanted.prefix}V{version}-")


def _cases(trial: Trial) -> list[Case]:
    """Raises Refused when these goods cannot stand in an order at all."""
    try:
        trial.request(trial.message("PLACES", trial.variant(), card=trial.card()))
    except CannotTry as trouble:
        raise Refused(f"No order can be made of this: {trouble}.") from None
    return cases_of(trial)


def _ask_first(wanted: Wanted, orders: int, *, yes: bool) -> None:
    click.echo(f"Up to {orders} exchange orders are made at {wanted.url},")
    click.echo(f"all for order numbers that begin with {wanted.prefix}.")
    if not yes and not click.confirm("Is that a test shop, and shall they be made?"):
        raise Refused("Nothing was sent.")


def _run_version(version: str, cases: Iterable[Case]) -> int:
    """Run and print; how many cases failed."""
    click.echo(f"\nVersion {version}")
    results = []
    for result in _checker().run(cases):
        results.append(result)
        for line in _lines(result):
            click.echo(line)
    missing = len(list(cases)) - len(results)
    if missing:
        click.echo(f"  Not reached, so {missing} more were not tried.")
    return sum(not result.passed for result in results)


def _checker() -> Checker:
    settings: Settings = current_app.extensions["evenly.settings"]
    loopback = settings.allow_loopback_connectors
    connect, whole = settings.connect_seconds, settings.reply_seconds

    def hasty(seconds: float) -> HttpSender:
        return HttpSender(Limits(connect, seconds), allow_loopback=loopback)

    sender = HttpSender(Limits(connect, whole), allow_loopback=loopback)
    return Checker(Courier(sender, "check", lambda: datetime.now(UTC)), hasty, time.sleep)


def _lines(result: Result) -> Iterable[str]:
    yield f"  {'pass' if result.passed else 'FAIL'}  {result.case.name}: {result.case.promise}"
    for finding in result.findings:
        yield f"        {'mend' if finding.weight is Weight.MEND else 'note'}: {finding.words}."


def _prefix(text: str) -> str:
    fits = 0 < len(text) <= LONGEST_PREFIX and text.isprintable() and text.strip() == text
    if not fits:
        raise Refused("--order-prefix must be a short text without spaces around it, such as TEST-.")
    return text


def _now_words() -> str:
    return f"{datetime.now(UTC):%Y%m%d%H%M%S}"
