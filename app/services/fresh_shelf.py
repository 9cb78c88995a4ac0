"""Having the shop tell what it has of a product, when a shopper is about to choose from it.

Asked at most once within what the store's connector calls fresh, waited for no longer than a shopper would,
and outside any transaction. Whatever goes wrong, the catalogue stays as it was, and the exchange is
checked again at Confirm like any other.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from sqlalchemy import func, select

from app.connectors.base import Done, Outcome, Refused, Reply, Request
from app.connectors.http import HttpSender, Limits
from app.connectors.on_shelf import OnShelf
from app.connectors.settings import InvalidSettings
from app.connectors.shelf_source import ShelfQuestion, ShelfSource
from app.models import Connector, Product, Store, Variant, db, writing
from app.services import audit
from app.services.bearer_tokens import Sender, TokenShelf
from app.services.connector_settings import Connections, NotConnected, source_for
from app.services.importing.optoro_catalogue import shown_price
from app.services.proving import Courier
from app.services.secret_box import WrongKey

PATIENCE = Limits(connect_seconds=1, total_seconds=2)  # a shopper waits
REST = timedelta(seconds=30)
ACTOR = "portal"
log = logging.getLogger("evenly.shelf")


@dataclass(frozen=True)
class ShelfReader:
    """What it takes to ask; wired once, in `create_app`. Tokens stay in this process."""

    connections: Connections
    limits: Limits = PATIENCE

    @cached_property
    def sender(self) -> Sender:
        """Made when it is first needed: most stores ask nobody."""
        return HttpSender(self.limits, allow_loopback=self.connections.allow_loopback)

    @cached_property
    def tokens(self) -> TokenShelf:
        return TokenShelf()


@dataclass(frozen=True)
class _Wanted:
    """A product to ask about, and whom."""

    product_id: int
    question: ShelfQuestion
    source: ShelfSource


def read_shelf(reader: ShelfReader, product_id: int | None, now: datetime) -> bool:
    """Ask about this product of the store in scope, if anybody can be asked and it is time to.

    True after asking, whatever came of it: what was loaded before is let go then, as in every use case that
    writes.
    """
    wanted = _wanted(reader.connections, product_id, now)
    if wanted is None:
        return False
    # Nothing may be open while the other side thinks.
    db.session().expunge_all()
    db.session().rollback()
    found = _ask(reader, wanted, now)
    with writing():
        row = db.session.scalar(select(Connector).where(Connector.system == wanted.source.system))
        if isinstance(found, OnShelf):
            _take_over(wanted, found, now)
            _answered(row, wanted, now)
        else:
            log.warning("What is on the shelf could not be read from %s: %s", wanted.source.system, found)
            _failed(row, wanted, now)
    return True


def _wanted(connections: Connections, product_id: int | None, now: datetime) -> _Wanted | None:
    """Whom to ask what; None where nobody can be asked, or the last reading is still fresh."""
    row = db.session.scalar(select(Connector).where(Connector.system.in_(connections.sources)))
    if row is None or product_id is None or (row.closed_until and row.closed_until > now):
        return None
    try:
        source = source_for(connections, row.system)
    except (NotConnected, InvalidSettings, WrongKey) as problem:
        log.warning("%s cannot be asked what is on the shelf: %s", row.system, problem)
        return None
    read_at = select(func.max(Variant.stock_read_at)).where(Variant.product_id == Product.id)
    product = db.session.execute(
        select(Product.platform_id, read_at.scalar_subquery()).where(Product.id == product_id)
    ).one_or_none()
    if product is None:
        return None
    platform_id, last = product
    if last is not None and now - last < timedelta(seconds=source.fresh_seconds):
        return None
    return _Wanted(product_id, ShelfQuestion(platform_id), source)


def _ask(reader: ShelfReader, wanted: _Wanted, now: datetime) -> OnShelf | str:
    """What there is, or why that is not known."""
    source = wanted.source
    request = source.next_step(wanted.question, [])
    if not isinstance(request, Request):
        return request.reason if isinstance(request, Refused) else "there was nothing to ask"
    courier = Courier(reader.sender, ACTOR, lambda: now, reader.tokens)
    sent = courier.send(source, request)[-1].sent
    if not isinstance(sent, Reply):
        return sent.reason
    if source.outcome(sent) is not Outcome.DELIVERED:
        return source.explain(sent)
    end = source.next_step(wanted.question, [sent])
    if isinstance(end, Done) and isinstance(end.result, OnShelf):
        return end.result
    return end.reason if isinstance(end, Refused) else "the answer is no end of it"


def _take_over(wanted: _Wanted, found: OnShelf, now: datetime) -> None:
    """Price and stock of every variant of the product. What the answer leaves out cannot be had now.

    A SKU that the catalogue does not know is an import's business.
    """
    rows = db.session.scalars(
        select(Variant).where(Variant.product_id == wanted.product_id).with_for_update(key_share=True)
    ).all()
    store = db.session.get_one(Store, db.session.info["store_id"]).facts()
    for row in rows:
        if row.stock_read_at and row.stock_read_at > now:
            continue  # an import came in between
        stocked = found.variants.get(row.sku)
        row.stock = stocked.stock if stocked else 0
        if stocked:
            row.price = stocked.price if wanted.source.with_tax else shown_price(stocked.price, 0, 0, store)
        row.stock_read_at = now


def _answered(row: Connector | None, wanted: _Wanted, now: datetime) -> None:
    if row is not None and row.failures:
        row.failures, row.closed_until = 0, None
        _note(row, "shelf read again", wanted, now)


def _failed(row: Connector | None, wanted: _Wanted, now: datetime) -> None:
    """Leave it alone for a while; the first failure of a row is noted."""
    if row is None:
        return
    if not row.failures:
        _note(row, "shelf not read", wanted, now)
    row.failures += 1
    row.closed_until = now + REST


def _note(row: Connector, act: str, wanted: _Wanted, now: datetime) -> None:
    details = {"system": row.system, "product": wanted.question.product}
    audit.record(f"store:{row.store_id}", ACTOR, act, details, now)
