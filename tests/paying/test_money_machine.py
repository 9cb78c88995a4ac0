"""Any order of paying, news, answers, cancelling, judging and kills conserves the money (R15, R18, R22).

What is chosen is dearer, even with a fee, or cheaper with money or a card back. The shopper pays or does
not, the provider tells or does not or takes nothing, the platform says yes or no, an agent decides or
takes back what was placed, and the worker is killed in the middle. After each step no unpaid exchange is
placed, nothing is taken or paid back twice; at the end, when all has settled, the provider holds exactly
what is due of what was placed, and a refund or a card went out once for what was placed and not at all
for the rest.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
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
from app.domain.reasons import Reason
from app.models import GOOD as GOOD_PAYMENTS
from app.models import Exchange, MovementKind, Payment, PaymentState, db, store_scope
from app.services import crashpoints
from app.services.agent_decisions import CannotDecide, Decision, approve, decline
from app.services.baskets import VARIANT
from app.services.cancelling import TooLate, cancel_exchange
from app.services.cancelling_placed import cancelled_by_hand
from app.services.gift_card_pool import fill_pool
from app.services.mailing import turn_on
from app.services.payment_attempts import TooManyTries, payment_under_way
from app.services.payment_ledger import movements_of
from app.services.payment_watch import look_soon
from app.services.starting_to_pay import start_to_pay
from app.services.wishes import Wish
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
from tests.services.dispatch_cases import TO_L, TO_XL, Clock, exchange_of

NUMBERS = count(1)
CHEAPER = Wish(Reason.DIFFERENT_COLOUR, VARIANT, {"Colour": "Moss", "Size": "M"})
WISHES = {"dearer": TO_XL, "even with a fee": TO_L, "money back": CHEAPER, "card back": CHEAPER}
Start = tuple[str, str | None]  # what is chosen, and what the provider refuses
STARTS: tuple[Start, ...] = (("dearer", None), ("dearer", "capture"), *((kind, None) for kind in WISHES))
PAID_FIRST = ("dearer", "even with a fee")
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
    starts: ClassVar[tuple[Start, ...]]

    @initialize(
        start=st.integers(0, 999),
        begun=st.sampled_from(["paid", "open", "judged", "confirmed"]),
        waits=st.booleans(),
    )
    def open_shop(self, start: int, begun: str, waits: bool) -> None:
        run = next(NUMBERS)
        kind, bank = self.kind, self.bank = self.starts[start % len(self.starts)]
        self.clock.now = NOW  # the order's exchange window counts from there
        policy: dict[str, Any] = {"undo_minutes": 15, "pay_attempts": 3}
        policy |= {"value_review_limit": 5000} if begun == "judged" else {}
        policy |= {"release": "received"} if waits else {}
        policy |= {"shipping_fee": DUE} if kind == "even with a fee" else {}
        policy |= {"refund_to": "gift_card"} if kind == "card back" else {}
        store_id = make_store(f"p{run}", policy_data=policy)
        self.scope = store_scope(store_id)
        self.scope.__enter__()
        box = self.app.extensions["evenly.connections"].box
        self.peer.script.clear()
        self.shop: PayingShop = new_shop(store_id, self.peer, self.provider, self.clock, box)
        parka = Bought(self.shop.acme.parka["Navy / M"], discount=1290, tax=958)
        self.number = f"P{run}-1"
        self.past = f"past_{self.number}_12568_USD"
        order_id = make_order(store_id, parka, number=self.number, payment_reference=self.past)
        self.provider.configure(refuses=bank)
        fill_pool(box, store_id, "CARD-1\nCARD-2\n", self.clock())
        self.draft = self.shop.acme.draft_of(order_id, WISHES[kind])
        self.shop.confirm_draft(self.draft)
        url = self.shop.open(self.draft) if begun in ("paid", "open") and kind in PAID_FIRST else None
        if begun == "paid" and url:
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

    @precondition(lambda self: self.state is Status.PLACED)
    @rule(mood=st.integers(0, 9))
    def take_back(self, mood: int) -> None:
        """An agent cancels what was placed."""
        if mood < 5:
            return
        try:
            cancelled_by_hand(self.draft, DESK, self.clock())
            self.done["taken back"] += 1
        except CannotDecide:
            self.done["not taken back"] += 1

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
        if hasattr(self, "draft") and self.kind in PAID_FIRST and self.number in self.peer.orders:
            assert any(kind == MovementKind.AUTHORISED for kind, _ in ledger_of(self.draft))
            good = any(payment.standing in GOOD_PAYMENTS for payment in self.payments())
            assert good or self.state not in PLACED_ONCE, self.state

    @invariant()
    def the_ledger_never_pays_out_more_than_came_in(self) -> None:
        if not hasattr(self, "draft"):
            return
        for payment in self.payments():
            lines = Counter(kind for kind, _ in self.lines_of(payment))
            assert max(lines.values(), default=0) <= 1, lines
            assert payment.refunded <= payment.captured <= DUE
            assert not (lines[MovementKind.VOIDED] and lines[MovementKind.CAPTURED])

    @invariant()
    def a_card_is_given_once_and_for_what_was_placed(self) -> None:
        if not hasattr(self, "draft"):
            return
        given = [amount for kind, amount in ledger_of(self.draft) if kind == MovementKind.ISSUED]
        assert len(given) <= 1
        if given:
            row = exchange_of(self.draft)
            assert (row.state in PLACED_ONCE, given) == (True, [row.card_total])

    def settle(self) -> None:
        """Everybody does what is left, the shopper pays no more: then the books are looked at."""
        for _ in range(8):
            self.clock.forward(minutes=50)
            self.shop.watch(0)
            self.shop.send()
        if self.kind in PAID_FIRST:
            self.what_was_paid()
        else:
            self.what_went_back()

    def what_was_paid(self) -> None:
        lines = dict(ledger_of(self.draft))
        held, refused = 0, self.bank == "capture" and self.state in PLACED_ONCE
        for payment in self.payments():
            there = self.provider.record(payment.page) if payment.page else {}
            held += there.get("captured", 0) - there.get("refunded", 0)
            if self.state is not Status.IN_REVIEW and not self.waits_for_parcel() and not refused:
                assert payment.standing in MONEY_IS_DONE, (self.state, payment.standing)
                assert there.get("status", "over") != "authorised"
        if refused:
            assert (held, lines[MovementKind.OWED]) == (0, DUE)
            self.done["placed and owed"] += 1
        elif self.state in PLACED_ONCE:
            assert held == DUE
            self.done["placed and paid"] += 1
        elif not self.waits_for_parcel() and self.state is not Status.IN_REVIEW:
            assert held == 0, self.state
            self.done[f"nothing kept: {self.state}"] += 1

    def what_went_back(self) -> None:
        """A cancelled exchange's refund that had gone out is owed; else it never left."""
        row, lines = exchange_of(self.draft), ledger_of(self.draft)
        there = self.provider.app.ledger.record("cards", self.past) or {"refunded": 0}
        due = row.refund_due or 0
        if row.state in PLACED_ONCE:
            assert there["refunded"] == due
            assert (MovementKind.ISSUED, row.card_total) in lines or not row.card_total
            self.done[f"placed: {self.kind}"] += 1
        else:
            kept = sum(amount for kind, amount in lines if kind == MovementKind.OWED)
            assert there["refunded"] == kept, row.state
            assert kept in (0, due)

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
        turn_on(db.engine)  # a card is given to somebody who can be told
        Paying.app, Paying.peer, Paying.provider, Paying.clock = app, peer, provider, clock
        Paying.done = Counter()
        yield Paying


def run(
    machine: type[Paying], examples: int, steps: int, *, random: bool, starts: tuple[Start, ...] = STARTS
) -> None:
    machine.starts = starts
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


# How often each start is tried in an ordinary run.
SHARES: Mapping[Start, int] = {
    ("dearer", None): 10,
    ("dearer", "capture"): 2,
    ("even with a fee", None): 1,
    ("money back", None): 4,
    ("card back", None): 2,
}


def test_any_order_of_steps_conserves_the_money(machine: type[Paying]) -> None:
    for start, examples in SHARES.items():
        run(machine, examples, steps=16, random=False, starts=(start,))
    # A machine that never gets anywhere would prove nothing.
    done = machine.done
    assert done["placed and paid"] > 2, done
    assert len([name for name in done if name.startswith("nothing kept")]) > 1, done
    assert any(name.startswith("killed at") for name in done), done
    for reached in ("placed and owed", "placed: money back", "placed: card back", "taken back"):
        assert done[reached], done


@pytest.mark.soak
def test_many_orders_of_steps_conserve_the_money(machine: type[Paying]) -> None:
    run(machine, examples=500, steps=40, random=True)
