"""Whether an exchange owes money that must be there before anything is placed for it."""

from __future__ import annotations

from app.domain.collecting import Collecting
from app.models import GOOD, Exchange
from app.services.payment_ledger import payments_of

LAPSED = (
    "The reserved payment would have lapsed before this was placed, so it was let go of. Approving it sends"
    " the shopper a new link to pay."
)
UNPAID = "It is not paid for, so it was not placed. Approving it sends the shopper a link to pay."


def owes_before_placing(exchange: Exchange) -> bool:
    """Whether an amount due is to be paid at the provider, and no payment of it is good."""
    if exchange.collect != Collecting.GATEWAY or not exchange.amount_due:
        return False
    return not any(payment.standing in GOOD for payment in payments_of(exchange.id))
