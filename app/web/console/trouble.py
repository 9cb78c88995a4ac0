"""What is wrong for a whole store, said above the queue and the overview: no single exchange shows it."""

from __future__ import annotations

from dataclasses import dataclass

from flask import g

from app.queries.card_pool import codes_left_if_few
from app.services.payment_trouble import PaymentTrouble, payment_trouble
from app.services.unsent import Unsent, unsent
from app.web.clock import now


@dataclass(frozen=True)
class StoreTrouble:
    """Each is None where all is well. `codes_left` counts the gift card codes of the pool."""

    payment: PaymentTrouble | None
    unsent: Unsent | None
    codes_left: int | None


def store_trouble() -> StoreTrouble:
    """Of the store in scope; three questions to the database."""
    return StoreTrouble(payment_trouble(), unsent(now()), codes_left_if_few(g.store_row.policy))
