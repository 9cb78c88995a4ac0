"""Moving money at the payment provider: what each ending of a capture, a void and a refund means.

Each is asked for under a derived key, so that the provider does it once however often it hears of it. What it
has done is written into the ledger together with the end of the dispatch.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from app.connectors.base import Done
from app.connectors.gateway import Gateway
from app.connectors.moved import Moved
from app.domain.exchange_status import ENDED_WITHOUT_PLACING, PLACED_ONCE, Status
from app.domain.flags import FlagKind
from app.domain.money import major_units
from app.domain.payment import MoneyAct, MoneyMove
from app.domain.retry_policy import PATIENT, Patience
from app.models import (
    Dispatch,
    DispatchState,
    Exchange,
    MovementKind,
    Payment,
    PaymentState,
    Purpose,
    db,
)
from app.services.captures_under_way import capture_under_way
from app.services.connector_settings import Connections, gateway_for
from app.services.dispatch_endings import ACTOR, fail, finish, postpone, wait_for_a_connector
from app.services.money_news import tell_of_move
from app.services.moving import ask_for_attention, move_exchange, withdraw_attention
from app.services.payment_ledger import note_movement
from app.services.payment_moves import give_back_rest, let_go
from app.services.perhaps_done import may_be_done
from app.services.refund_by_hand import end_refund
from app.services.refund_news import tell_of_refund
from app.services.settling_at_platform import enqueue_settlement
from app.services.waiting_for import waits_for

UNTIL_JUDGED = timedelta(minutes=5)
UNTIL_CAPTURED = timedelta(seconds=30)
TROUBLE: Mapping[MoneyAct, str] = {
    MoneyAct.CAPTURE: "The payment of {amount} could not be taken",
    MoneyAct.VOID: "The reserved {amount} could not be let go of",
    MoneyAct.REFUND: "{amount} could not be paid back",
}


class MovingMoney:
    """See `app.services.dispatch_work.Work`. The three purposes differ in when they may begin."""

    patience: Patience = PATIENT

    def read(self, data: Mapping[str, Any]) -> MoneyMove:
        return MoneyMove.from_data(data)

    def connector(self, connections: Connections, dispatch: Dispatch) -> Gateway:
        return gateway_for(connections, dispatch.system)

    def begins(self, _exchange: Exchange, _dispatch: Dispatch, _now: datetime) -> bool:
        return True

    def unconnected(
        self, exchange: Exchange, dispatch: Dispatch, problem: Exception, _draw: float, now: datetime
    ) -> None:
        wait_for_a_connector(exchange, dispatch, f"{self._trouble(dispatch)} yet: {problem}.", now)

    def got_through(self, exchange: Exchange, dispatch: Dispatch, now: datetime) -> None:
        withdraw_attention(exchange, dispatch.last_error or "", ACTOR, now)

    def done(self, exchange: Exchange, dispatch: Dispatch, following: Done, now: datetime) -> None:
        moved = following.result
        if not isinstance(moved, Moved):
            raise TypeError(f"{dispatch.system} is no payment provider")
        finish(dispatch, DispatchState.DELIVERED, now, result={"reference": moved.reference})
        message = self.read(dispatch.message)
        payment = payment_of(exchange, message)
        take_moved(exchange, payment, message, moved, now)
        tell_of_move(exchange, payment, message, moved, dispatch.system, now)

    def refused(self, exchange: Exchange, dispatch: Dispatch, reason: str, now: datetime) -> None:
        fail(exchange, dispatch, f"{self._trouble(dispatch)}: {reason}", now, FlagKind.MONEY)

    def ran_out(self, exchange: Exchange, dispatch: Dispatch, last: str, now: datetime) -> None:
        given_up = f"given up after {dispatch.tries} tries; the last: {last}."
        fail(exchange, dispatch, f"{self._trouble(dispatch)}: {given_up}", now, FlagKind.MONEY)

    def unknown(self, exchange: Exchange, dispatch: Dispatch, reason: str, now: datetime) -> None:
        sentence = f"{self._trouble(dispatch)} for certain: {reason} Look at the payment provider."
        finish(dispatch, DispatchState.UNKNOWN, now, sentence)
        ask_for_attention(exchange, sentence, ACTOR, now, FlagKind.MONEY)

    def fault(self, exchange: Exchange, _reason: str, now: datetime) -> None:
        sentence = "A fault of this portal keeps a payment from being settled; the worker's log has it."
        ask_for_attention(exchange, sentence, ACTOR, now, FlagKind.MONEY)

    def _trouble(self, dispatch: Dispatch) -> str:
        message = self.read(dispatch.message)
        amount = f"{major_units(message.amount, message.currency)} {message.currency}"
        return TROUBLE[message.act].format(amount=amount)


class Capturing(MovingMoney):
    """Taking what is reserved, unless it is being let go of."""

    def begins(self, exchange: Exchange, dispatch: Dispatch, now: datetime) -> bool:
        payment = payment_of(exchange, self.read(dispatch.message))
        if payment is not None and payment.standing is PaymentState.RELEASING and may_be_done(dispatch):
            return True  # it may have been taken: the same key tells, and then it is paid back
        if payment is None or payment.standing is not PaymentState.AUTHORISED:
            finish(dispatch, DispatchState.CANCELLED, now, "the payment is not reserved any more")
            return False
        if exchange.state in (Status.SCREENING, Status.IN_REVIEW) or waits_for(exchange, Purpose.SCREEN):
            postpone(dispatch, now + UNTIL_JUDGED, "the exchange is being judged")
            dispatch.tries, dispatch.first_tried_at = 0, None
            return False
        return True

    def refused(self, exchange: Exchange, dispatch: Dispatch, reason: str, now: datetime) -> None:
        """Placed already, the amount is owed; not placed yet, it is not placed unpaid."""
        super().refused(exchange, dispatch, reason, now)
        message = self.read(dispatch.message)
        if exchange.state in PLACED_ONCE:
            _note_owed(exchange, message, now)
            return
        payment = payment_of(exchange, message)
        if payment is not None:
            let_go(exchange, payment, now)
        if exchange.state in (Status.SUBMITTED, Status.SCREENING, Status.APPROVED):
            move_exchange(exchange, Status.IN_REVIEW, ACTOR, now, {"dispatch": dispatch.id})

    def ran_out(self, exchange: Exchange, dispatch: Dispatch, last: str, now: datetime) -> None:
        """Placed already, the amount is owed; not placed yet, settling asks once more."""
        super().ran_out(exchange, dispatch, last, now)
        if exchange.state in PLACED_ONCE:
            _note_owed(exchange, self.read(dispatch.message), now)


class Refunding(MovingMoney):
    """Paying back; a refund due of an exchange that was cancelled since only where it may have begun."""

    def begins(self, exchange: Exchange, dispatch: Dispatch, now: datetime) -> bool:
        due = payment_of(exchange, self.read(dispatch.message)) is None
        if due and exchange.state in ENDED_WITHOUT_PLACING and not may_be_done(dispatch):
            finish(dispatch, DispatchState.CANCELLED, now, f"the exchange is {exchange.status}")
            return False
        return True


class Voiding(MovingMoney):
    """Letting go of what is reserved, once it is certain that it was not taken."""

    def begins(self, exchange: Exchange, dispatch: Dispatch, now: datetime) -> bool:
        message = self.read(dispatch.message)
        payment = payment_of(exchange, message)
        if capture_under_way(exchange, message.payment):
            postpone(dispatch, now + UNTIL_CAPTURED, "a capture is under way")
            dispatch.tries, dispatch.first_tried_at = 0, None
            return False
        if payment is not None and payment.captured:
            finish(dispatch, DispatchState.CANCELLED, now, "it was taken, so it is paid back instead")
            return False
        return True


def payment_of(exchange: Exchange, message: MoneyMove) -> Payment | None:
    """The try that this moves the money of; None where it is the payment of the original order."""
    return db.session.scalar(
        select(Payment)
        .where(Payment.exchange_id == exchange.id, Payment.payment == message.payment)
        .with_for_update()
    )


def take_moved(
    exchange: Exchange, payment: Payment | None, message: MoneyMove, moved: Moved, now: datetime
) -> None:
    """Write down what the provider did, within the caller's transaction."""
    kind, part = KINDS[message.act], message.key.rpartition(f":{message.act}:")[2]
    amount = message.amount if message.act is MoneyAct.VOID else moved.amount
    note_movement(
        exchange,
        kind,
        amount,
        part,
        now,
        payment=payment,
        reference=moved.reference,
        currency=message.currency,
    )
    if payment is None:
        tell_of_refund(exchange, amount, part, now)
        end_refund(exchange, now)
        return
    if message.act is MoneyAct.CAPTURE:
        _captured(exchange, payment, amount, now)
    elif message.act is MoneyAct.VOID:
        payment.state, payment.ended_at = PaymentState.VOIDED, now
    else:
        payment.refunded += amount
        if payment.refunded >= payment.captured:
            payment.state, payment.ended_at = PaymentState.REFUNDED, now


def _captured(exchange: Exchange, payment: Payment, amount: int, now: datetime) -> None:
    """What ended while it was being taken gets it back."""
    unwanted = payment.standing is PaymentState.RELEASING or exchange.state in ENDED_WITHOUT_PLACING
    payment.captured, payment.state, payment.next_look_at = amount, PaymentState.CAPTURED, None
    if unwanted:
        let_go(exchange, payment, now)
        return
    give_back_rest(exchange, payment, now)  # where it was under way when the platform counted less
    enqueue_settlement(exchange, now)


def _note_owed(exchange: Exchange, message: MoneyMove, now: datetime) -> None:
    due = message.amount if exchange.final_due is None else exchange.final_due
    note_movement(exchange, MovementKind.OWED, due, "not captured", now)


KINDS: Mapping[MoneyAct, MovementKind] = {
    MoneyAct.CAPTURE: MovementKind.CAPTURED,
    MoneyAct.VOID: MovementKind.VOIDED,
    MoneyAct.REFUND: MovementKind.REFUNDED,
}
