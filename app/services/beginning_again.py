"""Choosing anew once an exchange is over: what ran out of time begins with what was chosen in it."""

from __future__ import annotations

import contextlib
from datetime import date, datetime

from sqlalchemy import select

from app.domain.exchange_status import Status
from app.models import Exchange, Replacement, ReturnItem, db, writing
from app.services.choosing import NotADraft, hold_again, locked_draft
from app.services.draft_exchange import open_draft


def begin_again(exchange_id: int, session_id: str, now: datetime) -> str:
    """The public id of a new draft of the same order, or of whatever holds the order meanwhile.

    The draft of one that expired has its choices, as far as they are still to be had.
    """
    over = db.session.get_one(Exchange, exchange_id)
    begun = open_draft(over.order_id, session_id, now)
    if over.state is Status.EXPIRED:
        with contextlib.suppress(NotADraft):  # then it is shown as it stands
            _choose_the_same(exchange_id, begun, now)
    return begun


def _choose_the_same(exchange_id: int, begun: str, now: datetime) -> None:
    """Raises NotADraft."""
    with writing():
        draft_id = db.session.scalars(select(Exchange.id).where(Exchange.public_id == begun)).one()
        basket, draft = locked_draft(draft_id, now)
        if draft.items:
            return
        may = {line.id for line in basket.order.lines if not basket.eligibility(line).refusal}
        before = db.session.get_one(Exchange, exchange_id).items
        draft.items = [_chosen(row, basket.today) for row in before if row.line_item_id in may]
        db.session.flush()
        locked_draft(draft_id, now)  # keeps to the units that are still open
        hold_again(draft, now)


def _chosen(row: ReturnItem, today: date) -> ReturnItem:
    return ReturnItem(
        store_id=row.store_id,
        line_item_id=row.line_item_id,
        position=row.position,
        quantity=row.quantity,
        first_chosen_on=today,
        reason=row.reason,
        outcome=row.outcome,
        option_choice=dict(row.option_choice),
        product_id=row.product_id,
        replacements=[
            Replacement(store_id=each.store_id, variant_id=each.variant_id, quantity=each.quantity)
            for each in row.replacements
        ],
    )
