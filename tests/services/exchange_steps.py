"""Every step that shoppers, browsers, a desk, a worker and time can take, for the state machine test.

Each is done to the database and to the model of `exchange_model`. Two browsers want parkas of which there
are one and two; one of the three orders has to be judged.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from itertools import count
from typing import ClassVar

from flask import Flask
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
)
from sqlalchemy import select

from app.domain.exchange_status import Status
from app.domain.reasons import Reason
from app.models import Exchange, Variant, db, store_scope, writing
from app.services.agent_decisions import Decision, approve, decline
from app.services.baskets import GIFT_CARD, VARIANT, load_basket
from app.services.cancelling import TooLate, cancel_exchange
from app.services.choosing import CannotChoose, NotADraft
from app.services.draft_exchange import choose_items, choose_replacement, open_draft
from app.services.quotes import quote
from app.services.submit_checks import NotReady
from app.services.submit_exchange import AnotherExchange, Confirmation, QuoteMoved, submit
from app.services.sweeping import sweep
from app.services.wishes import Wish
from tests.factories import Bought, line_ids, make_order, make_store
from tests.faults.peer import Peer
from tests.services.dispatch_cases import Acme, exchange_of
from tests.services.exchange_model import Model, Shown

STOCK = {"Navy / L": 1, "Navy / XL": 2}
WISHES = {
    words: Wish(Reason.TOO_SMALL, VARIANT, dict(zip(("Colour", "Size"), words.split(" / "), strict=True)))
    for words in STOCK
} | {
    "card": Wish(Reason.CHANGED_MIND, GIFT_CARD, {}),
    "one of it": Wish(Reason.TOO_SMALL, VARIANT, {"Colour": "Navy", "Size": "XL"}, units=1),
}
POLICY = {"undo_minutes": 15, "hold_minutes": 20, "quote_minutes": 60, "value_review_limit": 20_000}
NOBODY_TO_ASK = Decision("desk", "looked at it")
NUMBERS = count(1)
PICK = st.integers(0, 11)
# Minutes; now and then so many that drafts expire, or that the window closes.
PASSING = [0, 1, 14, 16, 21, 61] * 4 + [2 * 1440, 15 * 1440]


def one_of(those: list[int], pick: int) -> int:
    """One of them, the same for the same pick."""
    return those[pick % len(those)]


class ExchangeSteps(RuleBasedStateMachine):
    """`app` and `peer` are set by the test; every run has a store of its own in the same database."""

    app: ClassVar[Flask]
    peer: ClassVar[Peer]
    done: ClassVar[Counter[str]]

    @initialize()
    def open_shop(self) -> None:
        run = self.run = next(NUMBERS)
        store_id = make_store(f"m{run}", policy_data=POLICY)
        self.scope = store_scope(store_id)
        self.scope.__enter__()
        self.shop, self.model = Acme(store_id, self.peer), Model()
        self.shop.connect()
        with writing():
            for words, stock in STOCK.items():
                db.session.get_one(Variant, self.shop.parka[words]).stock = stock
        parka = self.shop.parka["Navy / M"]
        self.orders = [
            make_order(store_id, Bought(parka, tax=1064), Bought(parka, tax=1064), number=f"M{run}-A"),
            make_order(store_id, Bought(parka, quantity=2, product=25800), number=f"M{run}-B"),
            make_order(store_id, Bought(parka, discount=1290, tax=958), number=f"M{run}-C"),
        ]

        self.drafts: list[int] = []
        for order in range(3):
            self.look_up(order, "one")

    def teardown(self) -> None:
        if hasattr(self, "scope"):
            self.scope.__exit__(None, None, None)
        db.session.rollback()

    @rule(order=st.integers(0, 2), browser=st.sampled_from(["one", "two"]))
    def look_up(self, order: int, browser: str) -> None:
        public_id = open_draft(self.orders[order], browser, self.shop.clock())
        found = db.session.scalars(select(Exchange.id).where(Exchange.public_id == public_id)).one()
        if found not in self.drafts:
            self.drafts.append(found)

    @rule(pick=PICK, units=st.lists(st.integers(0, 2), min_size=2, max_size=2))
    def choose(self, pick: int, units: list[int]) -> None:
        draft = one_of(self.drafts, pick)
        lines = line_ids(exchange_of(draft).order_id)
        wanted = {line: some for line, some in zip(lines, units, strict=False) if some}
        self.tried("choose", lambda: choose_items(draft, wanted, self.shop.clock()))

    @rule(pick=PICK, place=st.integers(0, 2), wish=st.sampled_from(sorted(WISHES)))
    def change(self, pick: int, place: int, wish: str) -> None:
        draft = one_of(self.drafts, pick)
        items = load_basket(draft, self.shop.clock()).items
        if place < len(items):
            item = items[place].id
            self.tried("change", lambda: choose_replacement(draft, item, WISHES[wish], self.shop.clock()))

    @rule(pick=PICK, wish=st.sampled_from(sorted(WISHES)))
    def review(self, pick: int, wish: str) -> None:
        """Look at Review, with something chosen on the way there if nothing was."""
        draft = one_of(self.drafts, pick)
        if exchange_of(draft).state is not Status.DRAFT:  # the pages show its status, never a new sum
            return
        if not exchange_of(draft).items:
            lines = dict.fromkeys(line_ids(exchange_of(draft).order_id), 1)
            self.tried("choose", lambda: choose_items(draft, lines, self.shop.clock()))
        for each in (wish, "card"):  # a wish for one of two leaves the other to be wished for
            for item in load_basket(draft, self.shop.clock()).items:
                if not item.settled:
                    self.tried("change", lambda: self._choose(draft, item.id, each))  # noqa: B023
        shown = quote(load_basket(draft, self.shop.clock()))
        if shown is not None:
            amounts = (shown.amount_due, shown.refund_due, shown.card.total if shown.card else None)
            self.model.shown[draft] = Shown(shown.version, amounts, self.shop.clock())

    @rule(
        pick=PICK,
        wish=st.sampled_from(sorted(WISHES)),
        how=st.sampled_from(["at once", "at once", "at once", "blind", "late"]),
    )
    def confirm(self, pick: int, wish: str, how: str) -> None:
        """Confirm what was shown at some time, or what is shown now, at once or after a long while."""
        if how != "blind":
            self.review(pick, wish)
        if how == "late":
            self.wait(61)
        open_ones = sorted(set(self.model.shown) - set(self.model.confirmed))
        if not open_ones:
            return
        draft = one_of(open_ones, pick)
        shown, now = self.model.shown[draft], self.shop.clock()
        try:
            submit(Confirmation(draft, shown.version, "shopper", quoted_at=shown.at), now)
        except (AnotherExchange, NotReady, QuoteMoved) as refused:
            self.done[type(refused).__name__] += 1
            return
        row = exchange_of(draft)
        if row.submitted_at is not None:
            units: Counter[int] = Counter()
            for item in row.items:
                units[item.line_item_id] += item.quantity
            self.done["split"] += len(row.items) > len(units)
            self.model.confirm(row.order_id, draft, units, now, asks=bool(row.doubts))
            self.done["confirmed"] += 1

    @precondition(lambda self: bool(self.model.live))
    @rule(pick=PICK)
    def cancel(self, pick: int) -> None:
        draft = one_of(sorted(self.model.live.values()), pick)
        allowed = self.model.may_cancel(draft, self.shop.clock())
        try:
            cancel_exchange(draft, "shopper", self.shop.clock())
        except TooLate:
            assert not allowed
            self.done["too late"] += 1
            return
        assert allowed
        self.model.end(draft)
        self.done["cancelled"] += 1

    # Two rules and not one with a flag: a generator that likes one value of a flag would leave the other out.
    @precondition(lambda self: bool(self.model.waiting))
    @rule()
    def say_yes(self) -> None:
        waiting = min(self.model.waiting)
        approve(waiting, NOBODY_TO_ASK, self.shop.clock())
        self.model.waiting.discard(waiting)
        self.done["approved"] += 1

    @precondition(lambda self: bool(self.model.waiting))
    @rule()
    def say_no(self) -> None:
        waiting = min(self.model.waiting)
        decline(waiting, NOBODY_TO_ASK, self.shop.clock())
        self.model.end(waiting)
        self.done["declined"] += 1

    @rule(words=st.sampled_from(sorted(STOCK)), price=st.sampled_from([9900, 12900, 13950]))
    def reprice(self, words: str, price: int) -> None:
        with writing():
            db.session.get_one(Variant, self.shop.parka[words]).price = price

    @rule(minutes=st.sampled_from(PASSING), worker=st.booleans())
    def time_passes(self, minutes: int, worker: bool) -> None:
        """And the worker does what it does between two of its naps, or is away."""
        self.wait(minutes)
        if worker:
            sweep(self.shop.clock())
            self.shop.send()
            self.model.send(self.shop.clock())
            self.done["worked"] += 1

    def wait(self, minutes: int) -> None:
        self.shop.clock.now += timedelta(minutes=minutes)

    def _choose(self, draft: int, item: int, wish: str) -> None:
        choose_replacement(draft, item, WISHES[wish], self.shop.clock())

    def tried(self, what: str, act: Callable[[], None]) -> None:
        """Do what may be refused; a refusal changes nothing, which the invariants see."""
        try:
            act()
        except (CannotChoose, NotADraft) as refused:
            self.done[f"{what}: {type(refused).__name__}"] += 1
