"""All that is known of one exchange as data: its state, its frozen sum, its messages, its numbers.

For operators and scripts. Evidence is shown as it was stored, with secrets masked already; what a
shopper or a gift's recipient may see is decided elsewhere.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from app.models import (
    Attempt,
    Dispatch,
    DispatchStep,
    Exchange,
    Movement,
    MovementKind,
    Purpose,
    Store,
    db,
)


def exchanges_called(reference: str) -> list[Exchange]:
    """The exchanges with this reference: one a store at the most. Looks into every store."""
    wanted = reference.strip().upper()
    return list(
        db.session.scalars(
            select(Exchange)
            .where(Exchange.reference == wanted)
            .options(joinedload(Exchange.order), selectinload(Exchange.items))
            .execution_options(all_stores=True)
        )
    )


def record_of(exchange: Exchange) -> dict[str, Any]:
    """The exchange as JSON data; amounts in minor units of `currency`, times in UTC."""
    quote = exchange.quote_data or {}
    return {
        "reference": exchange.reference,
        "store": db.session.get_one(Store, exchange.store_id).slug,
        "order": exchange.order.number,
        "state": exchange.status,
        "currency": quote.get("currency"),
        "quote_version": exchange.quote_version,
        "policy_version": exchange.policy_version,
        "quote": {
            name: quote.get(name)
            for name in ("difference", "charges", "refund_to", "refund_when", "refund_by", "card")
        },
        "lines": quote.get("lines", []),
        "amount_due": exchange.amount_due,
        "refund_due": exchange.refund_due,
        "gift_card": exchange.card_total,
        "gift_card_ends_in": _ends_in(exchange.id),
        "rma": exchange.rma,
        "platform_order": exchange.platform_order,
        "platform_reply": exchange.platform_reply,
        "drift": exchange.drift,
        "attention": exchange.attention,
        "flags": [
            {"id": flag.id, "kind": flag.kind, "since": _text(flag.since), "words": flag.words}
            for flag in exchange.open_flags
        ],
        "doubts": exchange.doubts,
        "shopper_note": exchange.shopper_note,
        "decision": _decision(exchange),
        "submitted_at": _text(exchange.submitted_at),
        "release": exchange.release,
        "parcel_seen_at": _text(exchange.parcel_seen_at),
        "parcel_received_at": _text(exchange.parcel_received_at),
        "placed_at": _text(exchange.placed_at),
        "tracking_number": exchange.tracking_number,
        "delivery_estimate": exchange.delivery_estimate.isoformat() if exchange.delivery_estimate else None,
        "dispatches": [_dispatch(row) for row in _dispatches(exchange.id)],
    }


def _ends_in(exchange_id: int) -> str | None:
    """The last signs of the code of a gift card that was given from here."""
    given = select(Movement.reference).where(
        Movement.exchange_id == exchange_id, Movement.kind == MovementKind.ISSUED
    )
    return db.session.scalar(given.execution_options(all_stores=True)) or None


def _decision(exchange: Exchange) -> dict[str, Any] | None:
    """What a person decided, or without `at` and `by` what declined it of itself."""
    if exchange.decision_reason is None:
        return None
    return {
        "at": _text(exchange.decided_at),
        "by": exchange.decided_by,
        "reason": exchange.decision_reason,
        "words": exchange.decision_words,
    }


def _dispatches(exchange_id: int) -> list[Dispatch]:
    return list(
        db.session.scalars(
            select(Dispatch)
            .where(Dispatch.exchange_id == exchange_id)
            .options(selectinload(Dispatch.steps).selectinload(DispatchStep.attempts))
            .order_by(Dispatch.id)
            .execution_options(all_stores=True)
        )
    )


def _dispatch(row: Dispatch) -> dict[str, Any]:
    return {
        "system": row.system,
        "purpose": row.purpose,
        "key": row.key,
        "state": row.state,
        "due_at": _text(row.due_at),
        "last_error": row.last_error,
        "result": row.result,
        "finished_at": _text(row.finished_at),
        "steps": [_step(step, mail=row.purpose == Purpose.MAIL) for step in row.steps],
    }


def _step(step: DispatchStep, *, mail: bool) -> dict[str, Any]:
    # Links in a mail open an order to whoever has them: of a mail only the head is told.
    body = step.body.partition(b"\r\n\r\n")[0] if mail else step.body
    return {
        "name": step.name,
        "request": f"{step.method} {step.url}",
        "body": body.decode("utf-8", "replace"),
        "status": step.answer_status,
        "answered_at": _text(step.answered_at),
        "attempts": [_attempt(attempt) for attempt in step.attempts],
    }


def _attempt(attempt: Attempt) -> dict[str, Any]:
    return {
        "number": attempt.number,
        "at": _text(attempt.started_at),
        "duration_ms": attempt.duration_ms,
        "outcome": attempt.outcome,
        "status": attempt.status,
        "error": attempt.error,
    }


def _text(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
