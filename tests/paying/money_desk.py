"""What agents, a screener and time itself do to the money: the machine's other rules."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from app.domain.exchange_status import Status
from app.services.agent_decisions import CannotDecide, Decision, approve, decline
from app.services.awaiting import expire_unpaid
from app.services.cancelling_placed import cancelled_by_hand
from app.services.collecting_later import left_to_collect, mark_collected
from app.services.dispatch_recovery import CannotRecover, retry
from app.services.payment_ledger import movements_of, payments_of
from app.services.settling_flags import Settling, settle_flag, ways_to_settle
from tests.paying.money_rules import MoneyMachine
from tests.paying.money_world import WORDS, advises
from tests.services.dispatch_cases import exchange_of

DESK = Decision("desk", "looked at it", "Sorry.")
MOST_LAPSES = 2  # so that the order's exchange window stays open


class Desk(MoneyMachine):
    """Everybody who is neither the shopper nor the worker."""

    @property
    def is_flagged(self) -> bool:
        return exchange_of(self.draft).attention_since is not None

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

    @precondition(lambda self: self.is_flagged)
    @rule(bank_is_well=st.booleans())
    def send_again(self, bank_is_well: bool) -> None:
        """An agent, who may have seen to it at the provider first."""
        if bank_is_well:
            self.bank.refuses(None)
        try:
            retry(self.shop.acme.connections, self.draft, DESK, self.clock())
            self.done["sent again"] += 1
        except CannotRecover:
            self.done["not sent again"] += 1

    @precondition(lambda self: self.is_flagged)
    @rule()
    def collected(self) -> None:
        """The shop got what is owed by its own means."""
        if left_to_collect(exchange_of(self.draft), movements_of(self.draft)):
            mark_collected(self.draft, DESK, self.clock())
            self.done["collected"] += 1

    @precondition(lambda self: self.is_flagged)
    @rule()
    def settled(self) -> None:
        """An agent has looked at every flag, and nothing follows from it."""
        exchange, payments = exchange_of(self.draft), payments_of(self.draft)
        flags = [
            flag.id
            for flag in exchange.open_flags
            if Settling.ACCEPT in ways_to_settle(exchange, flag, payments)
        ]
        for flag in flags:
            settle_flag(self.draft, flag, Settling.ACCEPT, DESK, self.clock())
            self.done["flag settled"] += 1

    @precondition(lambda self: self.start.screened)
    @rule(word=st.sampled_from(WORDS))
    def judges(self, word: str) -> None:
        """The screener thinks otherwise, or comes back, or goes away."""
        self.screener.otherwise = advises(word)
        self.done[f"screener: {word}"] += 1

    @precondition(lambda self: self.lapses < MOST_LAPSES)
    @rule(days=st.sampled_from([6, 8]), mood=st.integers(0, 9))
    def time_passes(self, days: int, mood: int) -> None:
        """A reservation is about to lapse, or has. Seldom: the ends of a range are drawn more often."""
        if mood != 3:
            return
        self.lapses += 1
        self.clock.forward(days=days, hours=1)
        self.bank.lapse(self.clock())
        expire_unpaid(self.clock())
        self.shop.watch(0)
        self.shop.send()
        self.done[f"{days} days"] += 1
