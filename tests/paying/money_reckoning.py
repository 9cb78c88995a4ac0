"""What must hold after each step of the money machine, and what the books must say in the end."""

from __future__ import annotations

from collections import Counter

from hypothesis.stateful import invariant
from sqlalchemy import select

from app.domain.exchange_status import PLACED_ONCE, Status
from app.domain.flags import FlagKind
from app.models import GOOD as GOOD_PAYMENTS
from app.models import Exchange, MovementKind, Payment, PaymentState, db
from app.services.collecting_later import left_to_collect
from app.services.payment_ledger import movements_of
from tests.paying.money_rules import MoneyMachine
from tests.paying.money_world import PAID_FIRST, There
from tests.paying.shop_with_till import DUE, ledger_of
from tests.services.dispatch_cases import exchange_of

MONEY_IS_DONE = frozenset(
    {PaymentState.OVER, PaymentState.CAPTURED, PaymentState.VOIDED, PaymentState.REFUNDED}
)


class Reckoning(MoneyMachine):
    """The provider's own record is compared with ours."""

    @invariant()
    def nothing_is_placed_unpaid(self) -> None:
        if self._has_begun() and self.start.kind in PAID_FIRST and self.number in self.peer.orders:
            lines = Counter(kind for kind, _ in ledger_of(self.draft))
            assert lines[MovementKind.AUTHORISED]
            good = any(payment.standing in GOOD_PAYMENTS for payment in self.payments())
            good = good or bool(lines[MovementKind.COLLECTED])
            assert good or self.state not in PLACED_ONCE, self.state

    @invariant()
    def the_ledger_never_pays_out_more_than_came_in(self) -> None:
        if not self._has_begun():
            return
        for payment in self.payments():
            lines = Counter(kind for kind, _ in self.lines_of(payment))
            assert max(lines.values(), default=0) <= 1, lines
            assert payment.refunded <= payment.captured <= DUE
            assert not (lines[MovementKind.VOIDED] and lines[MovementKind.CAPTURED])

    @invariant()
    def a_card_is_given_once_and_for_what_was_placed(self) -> None:
        if not self._has_begun():
            return
        given = [amount for kind, amount in ledger_of(self.draft) if kind == MovementKind.ISSUED]
        assert len(given) <= 1
        if given:
            row = exchange_of(self.draft)
            assert (row.state in PLACED_ONCE, given) == (True, [row.card_total])

    def settle(self) -> None:
        """Everybody does what is left, the shopper pays no more: then the books are looked at."""
        self.bank.well()
        for _ in range(8):
            self.clock.forward(minutes=50)
            self.shop.watch(0)
            self.shop.send()
        if self.start.kind in PAID_FIRST:
            self.what_was_paid()
        else:
            self.what_went_back()

    def what_was_paid(self) -> None:
        """Of what was placed all that is due was taken, collected or is owed; of the rest nothing is kept."""
        row, ours = exchange_of(self.draft), [*self.payments()]
        lines = movements_of(self.draft)
        there = [self.bank.record(payment) for payment in ours if payment.page]
        held = sum(each.captured - each.refunded for each in there)
        by_hand = sum(line.amount for line in lines if line.kind == MovementKind.COLLECTED)
        left = left_to_collect(row, lines)
        if row.state in PLACED_ONCE:
            assert held + by_hand + left == DUE, (held, by_hand, left)
            assert held in (0, DUE)
            assert held or self.start.refuses or self.lapses, "nothing kept it from being taken"
            self.done["placed and paid" if held else "placed and collected" if by_hand else "owed"] += 1
        elif not self.waits_for_parcel() and row.state is not Status.IN_REVIEW:
            assert (held, left) == (0, 0), row.state
            self.done[f"nothing kept: {row.state}"] += 1
            assert not by_hand or self._told(row, "collected"), "nobody gives back what was collected"
        if not left and row.state is not Status.IN_REVIEW and not self.waits_for_parcel():
            self._every_try_is_done(row, ours, there)

    def _every_try_is_done(self, row: Exchange, ours: list[Payment], there: list[There]) -> None:
        """Nothing is reserved any more, or a person was told that it could not be let go of."""
        if not self._told(row, "could not be let go of"):
            assert {payment.standing for payment in ours} <= MONEY_IS_DONE, row.state
        assert not any(each.reserved for each in there), row.state

    def what_went_back(self) -> None:
        """A cancelled exchange's refund that had gone out is owed; else it never left."""
        row, lines = exchange_of(self.draft), ledger_of(self.draft)
        due, back = row.refund_due or 0, self.bank.paid_back(self.past) if self.past else 0
        if row.state in PLACED_ONCE:
            assert back == (due if self.past else 0)
            assert self.past or self._told(row, "Pay back")
            assert (MovementKind.ISSUED, row.card_total) in lines or not row.card_total
            self.done[f"placed: {self.start.kind}"] += 1
        else:
            kept = sum(amount for kind, amount in lines if kind == MovementKind.OWED)
            assert back == kept, row.state
            assert kept in (0, due)

    def _told(self, row: Exchange, words: str) -> bool:
        """Whether a person was ever asked about this where money stands."""
        return any(flag.kind == FlagKind.MONEY and words in flag.words for flag in row.flags)

    def _has_begun(self) -> bool:
        return hasattr(self, "draft")

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
