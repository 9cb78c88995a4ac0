"""What a placed message costs the database: a batch is read, prepared and recorded as one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import event

from app.domain.exchange_status import Status
from app.models import db
from tests.services.dispatch_cases import Acme, exchange_of
from tests.services.test_dispatch_together import carry_out, claims_of

ALONE, SMALL, LARGE = 1, 4, 8
A_BATCH = 36
COMMITS = 3  # claimed, made ready, recorded


@contextmanager
def counted() -> Iterator[Counter[str]]:
    """Statements and commits of the application's database meanwhile."""
    seen: Counter[str] = Counter()

    def on_statement(*_: object) -> None:
        seen["statements"] += 1

    def on_commit(_: object) -> None:
        seen["commits"] += 1

    event.listen(db.engine, "before_cursor_execute", on_statement)
    event.listen(db.engine, "commit", on_commit)
    yield seen
    event.remove(db.engine, "before_cursor_execute", on_statement)
    event.remove(db.engine, "commit", on_commit)


def cost_of(shop: Acme, messages: int) -> Counter[str]:
    """What it takes to place so many in one batch."""
    ids = [shop.confirm(f"AC-{messages}-{number}") for number in range(messages)]
    with counted() as seen:
        carry_out(shop.dispatcher(), claims_of(shop))
    assert {exchange_of(each).state for each in ids} == {Status.PLACED}
    return seen


def test_a_larger_batch_costs_hardly_more_statements_and_no_more_commits(shop: Acme) -> None:
    alone, small, large = (cost_of(shop, messages) for messages in (ALONE, SMALL, LARGE))
    assert alone["statements"] <= A_BATCH
    assert small["statements"] == large["statements"] <= A_BATCH
    assert alone["commits"] == small["commits"] == large["commits"] == COMMITS
