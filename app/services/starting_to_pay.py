"""Starting to pay for an exchange that awaits it: again after trouble, or by the link of a person's yes."""

from __future__ import annotations

from datetime import datetime

from app.domain.exchange_status import Status
from app.domain.flags import STOPS_PAYING
from app.models import writing
from app.services.connected_systems import paying_system
from app.services.locking import locked_exchange
from app.services.payment_attempts import begin_payment


def start_to_pay(exchange_id: int, pay_at: str, now: datetime) -> int | None:
    """The try to open a page for, begun if none is under way; None where nothing is to be paid any more.

    Raises TooManyTries.
    """
    with writing():
        exchange = locked_exchange(exchange_id)
        gateway = paying_system()
        flagged = exchange.pay_until is None and any(
            flag.kind in STOPS_PAYING for flag in exchange.open_flags
        )
        if exchange.state is not Status.AWAITING_PAYMENT or gateway is None or flagged:
            return None
        return begin_payment(exchange, gateway, pay_at, now).id
