"""Any order of paying, news, answers, cancelling, judging and kills conserves the money (R15, R18, R22).

The shopper pays or does not, the provider tells or does not, the platform says yes or no, an agent decides,
and the worker is killed in the middle. After each step no unpaid exchange is placed, nothing is taken or paid
back twice; at the end, when all has settled, the provider holds exactly what is due of what was placed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import count
from typing import Any, ClassVar

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select

from app.domain.exchange_status import PLACED_ONCE, Status
from app.models import Exchange, MovementKind, Payment, PaymentState, db, store_scope
from app.services import crashpoints
from app.services.agent_decisions import CannotDecide, Decision, approve, decline
from app.services.cancelling import TooLate, cancel_exchange
from app.services.payment_attempts import TooManyTries, payment_under_way
from app.services.payment_ledger import movements_of
from app.services.payment_watch import look_soon
from app.services.starting_to_pay import start_to_pay
from tests.factories import NOW, Bought, make_order, make_store
from tests.faults.behaviours import says
from tests.faults.peer import Peer
from tests.paying.shop_with_till import (
    DECLINED,
    DUE,
    GOOD,
    PAY_AT,
    PayingShop,
    Provider,
    ledger_of,
    new_shop,
    running_provider,
)
from tests.services.dispatch_cases import TO_XL, Clock, exchange_of

NUMBERS = count(1)
DESK = Decision("desk", "looked at it", "Sorry.")
POINTS = [
    "page-before-open",
    "page-after-open",
    "paid-before-commit",
    "paid-after-commit",
    "after-claim",
    "before-send",
    "after-send",
    "record-before-commit",
    "after-record",
]
TROUBLES: list[dict[str, Any]] = [{"kind": "lost_answer"}, {"kind": "status", "status": 503}]
MONEY_IS_DONE = frozenset(
    {PaymentState.OVER, PaymentState.CAPTURED, PaymentState.VOIDED, PaymentState.REFUNDED}
)


class Killed(BaseException):
    """The process is gone."""


class Paying(RuleBasedStateMachine):
    """One order of one store; `app`, `peer` and `provider` are set by the test."""

    app: ClassVar[Flask]
    peer: ClassVar[Peer]
    provider: ClassVar[Provider]
    clock: ClassVar[Clock]
    done: ClassVar[Counter[str]]

    @initialize(begun=st.sampled_from(["paid", "open", "judged", "confirmed"]), waits=st.booleans())
    def open_shop(self, begun: str, waits: bool) -> None:
        run = next(NUMBERS)
        self.clock.now = NOW  # the order's exchange window counts from there
        policy: dict[str, Any] = {"undo_minutes": 15, "pay_attempts": 3}
        policy |= {"value_review_limit": 5000} if begun == "judged" else {}
        policy |= {"release": "received"} if waits else {}
        store_id = make_store(f"p{run}", policy_data=policy)
        self.scope = store_scope(store_id)
        self.scope.__enter__()
        box = self.app.extensions["evenly.connections"].box
        self.peer.script.clear()
        self.shop: PayingShop = new_shop(store_id, self.peer, self.provider, self.clock, box)
        parka = Bought(self.shop.acme.parka["Navy / M"], discount=1290, tax=958)
        self.number = f"P{run}-1"
        self.draft = self.shop.acme.draft_of(make_order(store_id, parka, number=self.number), TO_XL)
        self.shop.confirm_draft(self.draft)
        url = self.shop.open(self.draft) if begun in ("paid", "open") else None
        if begun == "paid":
            self.shop.pay(url)
            self.shop.watch()

    def teardown(self) -> None:
        if hasattr(self, "draft"):
            self.settle()
        if hasattr(self, "scope"):
            self.scope.__exit__(None, None, None)
        db.session.rollback()

    @property
    def state(self) -> Status:
        return exchange_of(self.draft).state

    @precondition(lambda self: self.state is Status.DRAFT)
    @rule()
    def confirm(self) -> None:
        """Once more, back from paying."""
        self.done["again"] += 1
        try:
            self.shop.confirm_draft(self.draft)
        except TooManyTries:
            self.done["too many"] += 1

    @precondition(lambda self: self.state is Status.AWAITING_PAYMENT)
    @rule(card=st.sampled_from([GOOD, GOOD, DECLINED, ""]), trouble=st.sampled_from([None, None, *TROUBLES]))
    def pay(self, card: str, trouble: dict[str, Any] | None) -> None:
        """To the page, and pay there or do not."""
        try:
            start_to_pay(self.draft, PAY_AT, self.clock())
        except TooManyTries:
            return
        if payment_under_way(self.draft) is None:
            return
        self.shop.provider.well()
        if trouble:
            self.shop.provider.will(**trouble)
        url = self.shop.open(self.draft)
        if url and card:
            self.shop.pay(url, card)
            self.done[f"card {card}"] += 1

    @precondition(lambda self: self.state is Status.AWAITING_PAYMENT)
    @rule()
    def go_back(self) -> None:
        self.done[f"left: {self.shop.leave(self.draft)}"] += 1

    @precondition(lambda self: payment_under_way(self.draft) is not None)
    @rule()
    def hear(self) -> None:
        """A message of the provider's, about whichever page."""
        for page in db.session.scalars(select(Payment.page).where(Payment.exchange_id == self.draft)).all():
            if page:
                look_soon("cards", page, self.clock())

    @rule(minutes=st.sampled_from([0, 1, 16, 46]), answer=st.sampled_from([200, 200, 422]))
    def work(self, minutes: int, answer: int) -> None:
        self.clock.forward(minutes=minutes)
        self.peer.script.clear()
        if answer != 200:
            self.peer.script.append(says(b"no", answer))
        self.shop.watch(0)
        self.shop.send()
        self.peer.script.clear()

    @rule(point=st.sampled_from(POINTS), minutes=st.sampled_from([0, 16]))
    def killed(self, point: str, minutes: int) -> None:
        """Somebody pays or works, and ends at this point."""
        self.clock.forward(minutes=minutes)
        crashpoints.arm(point)
        try:
            if self.state is Status.AWAITING_PAYMENT and payment_under_way(self.draft):
                self.shop.pay(self.shop.open(self.draft) or "http://127.0.0.1:9", GOOD)
            self.shop.watch(0)
            self.shop.send()
        except Killed:
            self.done[f"killed at {point}"] += 1
        except OSError:
            self.done["no page"] += 1
        finally:
            crashpoints.arm("")
            db.session.rollback()
            db.session.expunge_all()

    @precondition(lambda self: self.state not in (Status.DRAFT, Status.CANCELLED))
    @rule(mood=st.integers(0, 9))
    def cancel(self, mood: int) -> None:
        if mood < 8:  # few do
            return
        try:
            cancel_exchange(self.draft, "shopper", self.clock())
            self.done["cancelled"] += 1
        except TooLate:
            self.done["too late"] += 1

    @precondition(lambda self: self.state is Status.IN_REVIEW)
    @rule(yes=st.booleans())
    def decide(self, yes: bool) -> None:
        try:
            (approve if yes else decline)(self.draft, DESK, self.clock())
            self.done["yes" if yes else "no"] += 1
        except CannotDecide:
            self.done["cannot decide"] += 1

    @invariant()
    def nothing_is_placed_unpaid(self) -> None:
        if hasattr(self, "draft") and self.number in self.peer.orders:
            assert any(kind == MovementKind.AUTHORISED for kind, _ in ledger_of(self.draft))

    @invariant()
    def the_ledger_never_pays_out_more_than_came_in(self) -> None:
        if not hasattr(self, "draft"):
            return
        for payment in self.payments():
            lines = Counter(kind for kind, _ in self.lines_of(payment))
            assert max(lines.values(), default=0) <= 1, lines
            assert payment.refunded <= payment.captured <= DUE
            assert not (lines[MovementKind.VOIDED] and lines[MovementKind.CAPTURED])

    def settle(self) -> None:
        """Everybody does what is left, the shopper pays no more: then the books are looked at."""
        for _ in range(8):
            self.clock.forward(minutes=50)
            self.shop.watch(0)
            self.shop.send()
        placed = self.state in PLACED_ONCE
        held = 0
        for payment in self.payments():
            there = self.provider.record(payment.page) if payment.page else {}
            held += there.get("captured", 0) - there.get("refunded", 0)
            if self.state is not Status.IN_REVIEW and not self.waits_for_parcel():
                assert payment.standing in MONEY_IS_DONE, (self.state, payment.standing)
                assert there.get("status", "over") != "authorised"
        if placed:
            assert held == DUE
            self.done["placed and paid"] += 1
        elif not self.waits_for_parcel() and self.state is not Status.IN_REVIEW:
            assert held == 0, self.state
            self.done[f"nothing kept: {self.state}"] += 1

    def waits_for_parcel(self) -> bool:
        row: Exchange = exchange_of(self.draft)
        return row.release == "received" and row.state in (Status.SUBMITTED, Status.APPROVED)

    def payments(self) -> list[Payment]:
        exchange_of(self.draft)
        return list(db.session.scalars(select(Payment).where(Payment.exchange_id == self.draft)))

    def lines_of(self, payment: Payment) -> list[tuple[str, int]]:
        return [
            (line.kind, line.amount) for line in movements_of(self.draft) if line.payment_id == payment.id
        ]


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    return sqlite_database_url


@pytest.fixture
def machine(app: Flask, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Paying]]:
    """The machine on this test's database, with a platform and a provider of its own."""

    def end(_pid: int, _signal: int) -> None:
        raise Killed

    monkeypatch.setattr("app.services.crashpoints.os.kill", end)
    with Peer() as peer, running_provider(clock) as provider, app.app_context():
        Paying.app, Paying.peer, Paying.provider, Paying.clock = app, peer, provider, clock
        Paying.done = Counter()
        yield Paying


def run(machine: type[Paying], examples: int, steps: int, *, random: bool) -> None:
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


def test_any_order_of_steps_conserves_the_money(machine: type[Paying]) -> None:
    run(machine, examples=14, steps=16, random=False)
    # A machine that never gets anywhere would prove nothing.
    assert machine.done["placed and paid"] > 2, machine.done
    assert len([name for name in machine.done if name.startswith("nothing kept")]) > 1, machine.done
    assert any(name.startswith("killed at") for name in machine.done), machine.done


@pytest.mark.soak
def test_many_orders_of_steps_conserve_the_money(machine: type[Paying]) -> None:
    run(machine, examples=500, steps=40, random=True)
