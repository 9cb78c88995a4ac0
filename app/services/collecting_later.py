"""A person says that what a shopper owed was collected, by the shop's own means. Said twice it is once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from app.domain.exchange_status import PLACED_ONCE
from app.models import Exchange, Movement, MovementKind, PaymentState, writing
from app.models.payment import REFUND_KEPT
from app.services import audit
from app.services.agent_decisions import Decision, keep_reason, settled_by
from app.services.captures_under_way import end_captures
from app.services.locking import locked_exchange
from app.services.money_news import tell_collected
from app.services.moving import chain_of, withdraw_attention
from app.services.payment_ledger import movements_of, note_movement, payments_of
from app.services.payment_moves import let_go


def left_to_collect(exchange: Exchange, lines: Sequence[Movement]) -> int:
    """What the ledger has as owed and neither as collected nor as taken since, in minor units.

    `lines` in the order in which they were written. A cancelled exchange owes nothing but a refund that had
    gone out before.
    """
    counts = exchange.state in PLACED_ONCE
    owed = [each for each in lines if each.kind == MovementKind.OWED]
    due = sum(each.amount for each in owed if counts or each.key.endswith(f":{REFUND_KEPT}"))
    paid = sum(each.amount for each in lines if each.kind == MovementKind.COLLECTED)
    if counts and owed:
        since = lines[lines.index(owed[0]) :]
        paid += sum(each.amount for each in since if each.kind == MovementKind.CAPTURED)
    return max(0, due - paid)


def mark_collected(exchange_id: int, decision: Decision, now: datetime) -> None:
    """Write into the ledger that all that is owed for the exchange was collected, and keep the reason.

    What is still reserved for it is let go of, so that it is not taken as well. Raises CannotDecide where
    that is not theirs to say.
    """
    with writing():
        exchange = locked_exchange(exchange_id)
        lines = movements_of(exchange_id)
        amount = left_to_collect(exchange, lines)
        if not amount:
            return
        noted = settled_by(exchange, decision.person, amount)
        times = 1 + sum(line.kind == MovementKind.COLLECTED for line in lines)
        note_movement(exchange, MovementKind.COLLECTED, amount, str(times), now)
        if exchange.state in PLACED_ONCE:
            tell_collected(exchange, amount, times, now)
            _let_go_of_reserved(exchange, decision.by, now)
        keep_reason(exchange, decision, "collected", now)
        audit.record(chain_of(exchange), decision.by, "collected", {"amount": amount} | noted, now)


def _let_go_of_reserved(exchange: Exchange, by: str, now: datetime) -> None:
    for payment in payments_of(exchange.id):
        if payment.standing is PaymentState.AUTHORISED and let_go(exchange, payment, now):
            for capture in end_captures(exchange, payment, now):
                withdraw_attention(exchange, capture.last_error or "", by, now)
