"""Any order of looking up, choosing, confirming, cancelling, deciding and waiting keeps the promises (R18).

The steps are those of `exchange_steps`; after each of them the database and the model must agree.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import invariant, run_state_machine_as_test
from sqlalchemy import func, select

from app.domain.exchange_trail import states_told
from app.models import AuditEntry, Exchange, Hold, LineItem, Replacement, ReturnItem, db
from tests.faults.peer import Peer
from tests.services.dispatch_cases import exchange_of
from tests.services.exchange_steps import STOCK, ExchangeSteps

SEED = 1  # without one, any change of the machine's text would lead other ways
# The drafts of the three orders are 0, 1 and 2; what is looked up later follows.
WAY: list[tuple[Any, ...]] = [
    ("confirm", 0, "card", "at once"),
    ("cancel", 0),
    ("choose", 1, [2, 0]),
    ("confirm", 1, "one of it", "at once"),
    ("say_no",),
    ("look_up", 1, "one"),
    ("confirm", 3, "card", "at once"),
    ("say_yes",),
    ("time_passes", 16, True),
    ("cancel", 0),  # too late
    ("review", 2, "Navy / L"),
    ("reprice", "Navy / L", 13950),
    ("confirm", 0, "card", "blind"),
    ("review", 2, "Navy / L"),
    ("time_passes", 21, True),
    ("look_up", 0, "two"),
    ("choose", 4, [1, 0]),
    ("change", 4, 0, "Navy / L"),  # the last of them, which nobody held any more
    ("confirm", 0, "card", "blind"),
    ("confirm", 9, "card", "late"),
    ("look_up", 0, "one"),
    ("confirm", 5, "card", "at once"),
    ("review", 4, "card"),
    ("confirm", 1, "card", "blind"),  # another one of its order is confirmed
    ("time_passes", 15 * 1440, True),
]


class Exchanging(ExchangeSteps):
    """What holds after every step, and of the trail at the end of each run."""

    def teardown(self) -> None:
        """One query more a run, not a step: the trail keeps all that ever happened."""
        try:
            if hasattr(self, "orders"):
                self.the_trail_alone_tells_every_state()
        finally:
            super().teardown()

    def the_trail_alone_tells_every_state(self) -> None:
        entries = select(AuditEntry.chain, AuditEntry.act, AuditEntry.details)
        told: dict[str, list[tuple[str, dict[str, object]]]] = {}
        for chain, act, details in db.session.execute(entries.order_by(AuditEntry.chain, AuditEntry.number)):
            told.setdefault(chain, []).append((act, details))
        rows = db.session.execute(select(Exchange.id, Exchange.status)).all()
        assert set(self.drafts) <= {row.id for row in rows}
        for row in rows:
            states = states_told(told.get(f"exchange:{row.id}", ()))
            assert states[-1] == row.status, told
            self.done[" ".join(states)] += 1

    @invariant()
    def one_live_exchange_an_order(self) -> None:
        for order in getattr(self, "orders", []):
            held = db.session.scalars(
                select(Exchange.id).where(Exchange.order_id == order, Exchange.occupies_order)
            ).all()
            live = self.model.live.get(order)
            assert list(held) == ([live] if live else [])

    @invariant()
    def no_unit_is_exchanged_twice(self) -> None:
        if not hasattr(self, "orders"):
            return
        counted = self.model.committed()
        for line in db.session.scalars(select(LineItem).where(LineItem.order_id.in_(self.orders))):
            db.session.refresh(line)
            assert line.committed == counted[line.id] <= line.quantity

    @invariant()
    def nothing_is_promised_beyond_stock(self) -> None:
        if not hasattr(self, "orders"):
            return
        live = list(self.model.live.values())
        for words, stock in STOCK.items():
            variant = self.shop.parka[words]
            held = db.session.scalar(
                select(func.sum(Hold.units)).where(
                    Hold.variant_id == variant, Hold.expires_at > self.shop.clock()
                )
            )
            promised = db.session.scalar(
                select(func.sum(Replacement.quantity))
                .join(ReturnItem, ReturnItem.id == Replacement.item_id)
                .where(Replacement.variant_id == variant, ReturnItem.exchange_id.in_(live))
            )
            assert (held or 0) + (promised or 0) <= stock, words

    @invariant()
    def nobody_owes_what_they_did_not_confirm(self) -> None:
        if not hasattr(self, "orders"):
            return
        for exchange, shown in self.model.confirmed.items():
            row = exchange_of(exchange)
            assert (row.amount_due, row.refund_due, row.card_total) == shown.amounts

    @invariant()
    def the_platform_has_exactly_what_was_sent(self) -> None:
        if hasattr(self, "orders"):
            placed = {exchange_of(e).order.number for e in self.model.sent}
            ours = {number for number in self.peer.orders if number.startswith(f"M{self.run}-")}
            assert ours == placed


@pytest.fixture
def machine(app: Flask) -> Iterator[type[Exchanging]]:
    """The machine on this test's database and a platform of its own."""
    with Peer() as peer, app.app_context():
        Exchanging.app, Exchanging.peer, Exchanging.done = app, peer, Counter()
        yield Exchanging


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    return sqlite_database_url


def run(machine: type[Exchanging], examples: int, steps: int, *, random: bool) -> None:
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            derandomize=not random,
            database=None,
            phases=(Phase.generate, Phase.shrink) if random else (Phase.generate,),
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_any_order_of_steps_keeps_the_promises(machine: type[Exchanging]) -> None:
    run(seed(SEED)(machine), examples=60, steps=40, random=False)
    # A machine that never gets anywhere would prove nothing; how far it can get is the next test's to say.
    reached = {name for name, times in machine.done.items() if times}
    assert {"confirmed", "cancelled", "too late", "worked", "draft submitted cancelled"} <= reached, reached
    assert reached & {"approved", "declined"}, reached


def test_the_steps_lead_to_every_outcome(machine: type[Exchanging]) -> None:
    """On a way that is laid down: which outcomes a random one comes by is luck."""
    one = machine()
    one.open_shop()
    for step, *how in WAY:
        getattr(one, step)(*how)
        for each in one.invariants:
            each.function(one)
    one.teardown()
    assert {name for name, times in machine.done.items() if times} >= {
        *("confirmed", "cancelled", "approved", "declined", "too late", "split"),
        *("QuoteMoved", "NotReady", "QuoteTooOld", "AnotherExchange"),
        *("draft expired", "draft submitted cancelled", "draft submitted in_review declined"),
        "draft submitted in_review approved placing placed",
    }, machine.done


@pytest.mark.soak
def test_many_orders_of_steps_keep_the_promises(machine: type[Exchanging]) -> None:
    run(machine, examples=1_000, steps=100, random=True)
