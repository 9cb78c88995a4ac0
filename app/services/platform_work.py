"""What an exchange is followed up with at its platform: queueing it, and what all such work has in common.

One message at a time for an exchange, and for all exchanges of one bought order: at a platform like Medusa
two that are under way together spoil the order, so a later one waits for those before it. A definite no is
for a person; the exchange stays as it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, ClassVar

from sqlalchemy import Select, exists, or_, select

from app.domain.exchange_order import ExchangeOrder
from app.domain.flags import FlagKind
from app.domain.idempotency import dispatch_key
from app.domain.retry_policy import PATIENT, Patience
from app.models import Dispatch, DispatchState, DispatchStep, Exchange, Order, Purpose, Store, db
from app.services.dispatch_endings import ACTOR, fail, finish, postpone, wait_for_a_connector
from app.services.moving import ask_for_attention, withdraw_attention

AT_THE_PLATFORM = (Purpose.PLACE, Purpose.SETTLE, Purpose.PAY_BACK, Purpose.CANCEL)
# What goes with the message where the work needs it: minor units, and what was said when it was placed.
AMOUNT, NOTED = "amount", "noted"
BESIDE = frozenset({AMOUNT, NOTED})
UNTIL_THE_OTHERS_ENDED = timedelta(minutes=1)


def system_of(exchange: Exchange) -> str | None:
    """The platform that an exchange's placing went to, None before there is one."""
    return db.session.scalar(
        select(Dispatch.system).where(Dispatch.exchange_id == exchange.id, Dispatch.purpose == Purpose.PLACE)
    )


def follow_up(
    exchange: Exchange,
    purpose: Purpose,
    now: datetime,
    *,
    key: str = "",
    more: Mapping[str, Any] = MappingProxyType({}),
) -> Dispatch:
    """The dispatch for this purpose at the platform that placed the exchange, queued if it is not yet.

    `more` goes with the message, by the names in `BESIDE`. Runs within the caller's transaction. Raises
    LookupError where nothing was placed by a platform.
    """
    placed = db.session.scalars(
        select(Dispatch).where(Dispatch.exchange_id == exchange.id, Dispatch.purpose == Purpose.PLACE)
    ).one_or_none()
    if placed is None:
        raise LookupError(f"exchange {exchange.id} was not placed")
    slug = db.session.get_one(Store, exchange.store_id).slug
    key = key or dispatch_key(slug, exchange.order.number, exchange.generation or 0, purpose, placed.system)
    known = db.session.scalar(select(Dispatch).where(Dispatch.key == key).with_for_update())
    if known is not None:
        return known
    made = Dispatch(
        store_id=exchange.store_id,
        exchange_id=exchange.id,
        system=placed.system,
        purpose=purpose,
        key=key,
        message={**placed.message, **more},
        state=DispatchState.WAITING,
        due_at=now,
        created_at=now,
    )
    db.session.add(made)
    return made


def waits_its_turn(exchange: Exchange, dispatch: Dispatch, now: datetime) -> bool:
    """Whether another exchange out of the same bought order is under way at the platform; then be due later.

    An order and the exchange orders that came out of it can be one order at the platform, as at Medusa.
    Whoever has begun goes on; of those that have not, the older message goes first.
    """
    root = exchange.order.root_id
    if dispatch.steps or (root is None and not exchange.generation):
        return False
    root = root or exchange.order_id
    alone = db.session.scalar(select(Order.id).where(Order.id == root).with_for_update(skip_locked=True))
    if alone is not None and db.session.scalar(_under_way(root, dispatch, now)) is None:
        return False
    _be_due_later(dispatch, now)
    return True


def _under_way(root: int, dispatch: Dispatch, now: datetime) -> Select[int]:
    begun = exists().where(DispatchStep.dispatch_id == Dispatch.id)
    before = (Dispatch.leased_until > now) & (Dispatch.id < dispatch.id)
    return (
        select(Dispatch.id)
        .join(Exchange, Exchange.id == Dispatch.exchange_id)
        .join(Order, Order.id == Exchange.order_id)
        .where(
            or_(Order.id == root, Order.root_id == root),
            Dispatch.id != dispatch.id,
            Dispatch.purpose.in_(AT_THE_PLATFORM),
            Dispatch.state == DispatchState.WAITING,
            or_(begun, before),
        )
        .limit(1)
    )


def _be_due_later(dispatch: Dispatch, now: datetime) -> None:
    postpone(dispatch, now + UNTIL_THE_OTHERS_ENDED, "it waits for what is under way at the platform")
    dispatch.tries, dispatch.first_tried_at = 0, None


class PlatformWork:
    """See `app.services.dispatch_work.Work`. `what` begins the sentence when it failed, a flag of `kind`."""

    patience: Patience = PATIENT
    what: ClassVar[str]
    kind: ClassVar[FlagKind] = FlagKind.SENDING

    def read(self, data: Mapping[str, Any]) -> ExchangeOrder:
        return ExchangeOrder.from_data({name: data[name] for name in data if name not in BESIDE})

    def waits_for_others(self, exchange: Exchange, dispatch: Dispatch, now: datetime) -> bool:
        """Whether an earlier message, or another exchange of the order, is under way; then be due later."""
        earlier = select(Dispatch.id).where(
            Dispatch.exchange_id == dispatch.exchange_id,
            Dispatch.id < dispatch.id,
            Dispatch.purpose.in_(AT_THE_PLATFORM),
            Dispatch.state == DispatchState.WAITING,
        )
        if db.session.scalar(earlier.limit(1)) is None:
            return waits_its_turn(exchange, dispatch, now)
        _be_due_later(dispatch, now)
        return True

    def unconnected(
        self, exchange: Exchange, dispatch: Dispatch, problem: Exception, _draw: float, now: datetime
    ) -> None:
        wait_for_a_connector(
            exchange, dispatch, f"{self.what} at {dispatch.system}: not yet, {problem}.", now
        )

    def got_through(self, exchange: Exchange, dispatch: Dispatch, now: datetime) -> None:
        withdraw_attention(exchange, dispatch.last_error or "", ACTOR, now)

    def refused(self, exchange: Exchange, dispatch: Dispatch, reason: str, now: datetime) -> None:
        fail(
            exchange, dispatch, f"{self.what} at {dispatch.system}: it was refused. {reason}", now, self.kind
        )

    def ran_out(self, exchange: Exchange, dispatch: Dispatch, last: str, now: datetime) -> None:
        tries = f"Given up after {dispatch.tries} tries; the last: {last}."
        fail(exchange, dispatch, f"{self.what} at {dispatch.system}: {tries}", now, self.kind)

    def unknown(self, exchange: Exchange, dispatch: Dispatch, reason: str, now: datetime) -> None:
        sentence = f"{self.what} at {dispatch.system}: nobody knows whether it was done. {reason} Look there."
        finish(dispatch, DispatchState.UNKNOWN, now, sentence)
        ask_for_attention(exchange, sentence, ACTOR, now, self.kind)

    def fault(self, exchange: Exchange, reason: str, now: datetime) -> None:
        ask_for_attention(exchange, reason, ACTOR, now, self.kind)
