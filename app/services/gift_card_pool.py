"""A store's pool of gift card codes: filling it from a file, counting it, and taking one code out.

Codes are encrypted at rest and never shown again; what they are worth elsewhere is the shop's affair. Who
gets one is `app.services.gift_cards`.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation

from sqlalchemy import select, update

from app.domain.gift_card_code import SHAPE, is_code, tail_of
from app.domain.money import exponent
from app.models import GiftCard, GiftCardCode, Store, db, store_scope, writing
from app.services import audit
from app.services.secret_box import SecretBox

MOST_CODES = 100_000


class PoolRefused(ValueError):
    """The file cannot be taken at all; nothing was added. The message never holds a code."""


@dataclass(frozen=True)
class Filled:
    """What came of a file. `problems` name lines and never codes."""

    added: int
    known: int
    problems: tuple[str, ...]


@dataclass(frozen=True)
class PoolCount:
    """Codes that are free, by the amount they are for (None: any), and cards given and owed."""

    free: dict[int | None, int]
    given: int
    owed: int


@dataclass(frozen=True)
class _Code:
    text: str
    amount: int | None


def fill_pool(box: SecretBox, store_id: int, text: str, now: datetime, actor: str = "operator") -> Filled:
    """Add the codes of a CSV text: `code`, or `code,amount` with the amount as in 25.00.

    A code that the store has or had is passed over. Raises PoolRefused.
    """
    with store_scope(store_id), writing():
        store = db.session.scalars(select(Store).where(Store.id == store_id).with_for_update()).one()
        codes, problems = _read(text, store.currency)
        _mark_all(box)
        known = set(db.session.scalars(select(GiftCardCode.mark)))
        fresh = {code.text: code for code in codes if known.isdisjoint(box.marks(code.text))}
        db.session.add_all(_row(box, store_id, code, now) for code in fresh.values())
        if fresh:
            audit.record(f"store:{store_id}", actor, "gift card codes added", {"count": len(fresh)}, now)
        return Filled(len(fresh), len(codes) - len(fresh), tuple(problems))


def count_pool(store_id: int) -> PoolCount:
    """How the pool stands."""
    with store_scope(store_id):
        free = db.session.scalars(select(GiftCardCode.amount).where(GiftCardCode.given_at.is_(None))).all()
        cards = db.session.scalars(select(GiftCard.issued_at)).all()
    owed = cards.count(None)
    return PoolCount(dict(Counter(free)), len(cards) - owed, owed)


def take_code(amount: int, now: datetime) -> GiftCardCode | None:
    """One free code for this amount, given from now on; one of exactly that amount goes first.

    Within the caller's transaction. One statement picks and marks it, so that two never get the same.
    """
    codes = GiftCardCode.__table__
    store_id = db.session.info["store_id"]
    free = (codes.c.store_id == store_id) & codes.c.given_at.is_(None)
    pick = (
        select(codes.c.id)
        .where(free, (codes.c.amount == amount) | codes.c.amount.is_(None))
        .order_by(codes.c.amount.is_(None), codes.c.id)
        .limit(1)
        .with_for_update(skip_locked=True)
        .cte("pick")
    )
    taken = db.session.execute(
        update(GiftCardCode)
        .where(GiftCardCode.id.in_(select(pick.c.id)), GiftCardCode.given_at.is_(None))
        .values(given_at=now)
        .returning(GiftCardCode.id),
        execution_options={"synchronize_session": False},
    ).scalar_one_or_none()
    return None if taken is None else db.session.get(GiftCardCode, taken, populate_existing=True)


def _mark_all(box: SecretBox) -> None:
    """Mark what was loaded before there were marks. Raises WrongKey."""
    for row in db.session.scalars(select(GiftCardCode).where(GiftCardCode.mark.is_(None))):
        row.mark = box.marks(box.decrypt(row.secret))[0]
    db.session.flush()


def _row(box: SecretBox, store_id: int, code: _Code, now: datetime) -> GiftCardCode:
    return GiftCardCode(
        store_id=store_id,
        secret=box.encrypt(code.text),
        mark=box.marks(code.text)[0],
        tail=tail_of(code.text),
        amount=code.amount,
        imported_at=now,
    )


def _read(text: str, currency: str) -> tuple[list[_Code], list[str]]:
    codes: list[_Code] = []
    problems: list[str] = []
    for number, cells in _lines(text):
        if number == 1 and cells[0].casefold() == "code":
            continue
        if len(codes) >= MOST_CODES:
            raise PoolRefused(f"The file has more than {MOST_CODES} codes.")
        try:
            codes.append(_code(cells, currency))
        except ValueError as problem:
            problems.append(f"line {number}: {problem}")
    return codes, problems


def _lines(text: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text.removeprefix("\N{BYTE ORDER MARK}")), strict=True)
    try:
        for cells in reader:
            stripped = [cell.strip() for cell in cells]
            if any(stripped):
                yield reader.line_num, stripped
    except csv.Error as broken:
        raise PoolRefused(f"The file is no CSV from line {reader.line_num} on: {broken}.") from None


def _code(cells: list[str], currency: str) -> _Code:
    code, amount = cells[0], cells[1] if len(cells) > 1 else ""
    if not is_code(code):
        raise ValueError(f"a code is {SHAPE}")
    return _Code(code, _minor(amount, currency) if amount else None)


def _minor(text: str, currency: str) -> int:
    try:
        amount = Decimal(text).scaleb(exponent(currency))
    except InvalidOperation:
        amount = Decimal(0)
    if not amount.is_finite() or amount <= 0 or amount != amount.to_integral_value() or amount >= 2**53:
        raise ValueError(f"the amount must be one of {currency}, such as 25")
    return int(amount)
