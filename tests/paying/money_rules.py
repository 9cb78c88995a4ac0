"""The money machine: one order of one store, its shopper, the provider's news, and workers that end."""

from __future__ import annotations

from collections import Counter
from itertools import count
from typing import Any, ClassVar

from flask import Flask
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule
from sqlalchemy import select

from app.domain.exchange_status import Status
from app.models import Payment, db, store_scope
from app.services import crashpoints
from app.services.cancelling import TooLate, cancel_exchange
from app.services.gift_card_pool import fill_pool
from app.services.payment_attempts import TooManyTries, payment_under_way
from app.services.payment_watch import look_soon
from app.services.starting_to_pay import start_to_pay
from tests.factories import NOW, Bought, make_order, make_store
from tests.faults.behaviours import says
from tests.faults.peer import Peer
from tests.paying.money_world import PAID_FIRST, WISHES, Bank, Start, advises
from tests.paying.shop_with_till import DECLINED, DUE, GOOD, PAY_AT, PayingShop
from tests.services.dispatch_cases import Clock, exchange_of
from tests.services.other_systems import Watchful

NUMBERS = count(1)
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


class Killed(BaseException):
    """The process is gone."""


class MoneyMachine(RuleBasedStateMachine):
    """`app`, `peer`, `screener` and `bank` are set by the test, as is what may be started with."""

    app: ClassVar[Flask]
    peer: ClassVar[Peer]
    screener: ClassVar[Peer]
    bank: ClassVar[Bank]
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
        self.start = self.starts[start % len(self.starts)]
        begun, waits = self.start.begun or begun, waits and self.start.begun is None
        self.lapses, self.number = 0, f"P{run}-1"
        self.clock.now = NOW  # the order's exchange window counts from there
        store_id = make_store(f"p{run}", policy_data=self._policy(begun, waits))
        self.scope = store_scope(store_id)
        self.scope.__enter__()
        self.peer.script.clear()
        self._connect(store_id)
        parka = Bought(self.shop.acme.parka["Navy / M"], discount=1290, tax=958)
        self.past = "" if self.start.kind == "back by hand" else self.bank.paid_before(self.number)
        order_id = make_order(store_id, parka, number=self.number, payment_reference=self.past or None)
        self.draft = self.shop.acme.draft_of(order_id, WISHES[self.start.kind])
        self.shop.confirm_draft(self.draft)
        self._go_on_to(begun)

    def _go_on_to(self, begun: str) -> None:
        """Where the walk begins."""
        first = self.start.kind in PAID_FIRST and begun in ("paid", "open", "placed")
        url = self.shop.open(self.draft) if first else None
        if begun in ("paid", "placed") and url:
            self.shop.pay(url)
            self.shop.watch()
        if begun == "placed":
            self.clock.forward(minutes=16)
            self.shop.send()

    def _policy(self, begun: str, waits: bool) -> dict[str, Any]:
        policy: dict[str, Any] = {"undo_minutes": 15, "pay_attempts": 3}
        policy |= {"value_review_limit": 5000} if begun == "judged" else {}
        policy |= {"release": "received"} if waits else {}
        policy |= {"shipping_fee": DUE} if self.start.kind == "even with a fee" else {}
        return policy | ({"refund_to": "gift_card"} if self.start.kind == "card back" else {})

    def _connect(self, store_id: int) -> None:
        """The platform, the provider, and a screener where the start has one."""
        box = self.app.extensions["evenly.connections"].box
        self.shop: PayingShop = self.bank.shop(store_id, self.peer, self.clock, box)
        self.bank.well()
        self.bank.refuses(self.start.refuses)
        if self.start.screened:
            self.shop.acme.screeners = {"watchful": Watchful}
            self.shop.acme.connect_to("watchful", self.screener)
            self.screener.otherwise = advises(self.start.screened)
        fill_pool(box, store_id, "CARD-1\nCARD-2\n", self.clock())

    def teardown(self) -> None:
        if hasattr(self, "draft"):
            self.settle()
        if hasattr(self, "scope"):
            self.scope.__exit__(None, None, None)
        db.session.rollback()

    def settle(self) -> None:
        """What is looked at in the end; see `tests.paying.money_reckoning`."""
        raise NotImplementedError

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
    @rule(
        card=st.sampled_from([GOOD, GOOD, DECLINED, ""]),
        trouble=st.sampled_from([None, None, "lost_answer", "status"]),
    )
    def pay(self, card: str, trouble: str | None) -> None:
        """To the page, and pay there or do not."""
        try:
            start_to_pay(self.draft, PAY_AT, self.clock())
        except TooManyTries:
            return
        if payment_under_way(self.draft) is None:
            return
        self.bank.well()
        if trouble:
            self.bank.trouble(trouble)
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
                look_soon(self.shop.gateway, page, self.clock())

    @rule(minutes=st.sampled_from([0, 1, 16, 46]), answer=st.sampled_from([200, 200, 422]))
    def work(self, minutes: int, answer: int) -> None:
        self.clock.forward(minutes=minutes)
        self.peer.script.clear()
        if answer != 200:
            self.peer.script.append(says(b"no", answer))
        self.shop.watch(0)
        self.shop.send()
        self.peer.script.clear()

    @rule(point=st.sampled_from(POINTS), minutes=st.sampled_from([16, 50]))
    def killed(self, point: str, minutes: int) -> None:
        """Somebody pays or works, and ends at this point."""
        self.clock.forward(minutes=minutes)
        crashpoints.arm(point)
        try:
            if self.state is Status.AWAITING_PAYMENT and payment_under_way(self.draft):
                url = self.shop.open(self.draft)
                self.done["no page"] += not url  # one that is asked for so late has too little time left
                if url:
                    self.shop.pay(url, GOOD)
            self.shop.watch(0)
            self.shop.send()
        except Killed:
            self.done[f"killed at {point}"] += 1
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
