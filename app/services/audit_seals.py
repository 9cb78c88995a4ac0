"""Seals over the audit trail: what a chain of hashes alone cannot show is then found too.

A seal covers all acts of a store that no seal covers yet, and the seal before it, under a key that is not in
the database. So an act, a chain's end or a whole chain that is changed or gone breaks it, and whoever has the
database alone cannot make another. Seals taken off at the end show against one that was kept elsewhere.

Sealing is apart from writing, so that writers of different chains never wait for each other.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Select, func, select, update

from app.models import AuditEntry, AuditSeal, Store, db, store_scope, writing
from app.services.audit import take_turns
from app.services.secret_box import SecretBox

log = logging.getLogger("evenly.audit")

AT_ONCE = 2000
MOST_ACTS = 20_000  # that a page looks at: a tenth of a second
Act = tuple[str, int, str]  # its chain, its number there, its hash


@dataclass(frozen=True)
class SealCheck:
    """What was found: the first seal that does not fit, and how many acts wait for one.

    `seals` is how many were made again, which are not `all_of_them` where a part alone was asked for.
    """

    seals: int
    unsealed: int
    broken_at: int | None = None
    all_of_them: bool = True


def seal_everywhere(box: SecretBox, now: datetime) -> None:
    """Seal what is there, of every store. The log is one of the places where a head is kept."""
    for store_id, slug in db.session.execute(select(Store.id, Store.slug)).all():
        with store_scope(store_id):
            made = seal_up(box, store_id, now)
        if made is not None:
            log.info("The audit trail of %s is sealed up to entry %s: %s", slug, made.total, made.hash)


def seal_up(box: SecretBox, store_id: int, now: datetime) -> AuditSeal | None:
    """Seal all acts of the store in scope; the last seal made, None where there was nothing to seal."""
    made = None
    while (one := _seal_some(box, store_id, now)) is not None:
        made = one
    return made


def verify_seals(box: SecretBox) -> SealCheck:
    """Make every seal of the store in scope again and compare."""
    waits = db.session.scalar(select(func.count(AuditEntry.id)).where(AuditEntry.seal.is_(None))) or 0
    seals, acts = _seals(), _acts_by_seal()
    if made_meanwhile := acts.keys() - seals.keys():
        seals |= _seals(made_meanwhile)
    total, before = 0, ""
    for place, number in enumerate(sorted({*seals, *acts}), start=1):
        seal, covered = seals.get(number), acts.get(number, [])
        total += len(covered)
        follows = seal is not None and (seal.number, seal.total, seal.before) == (place, total, before)
        if seal is None or not follows or not _fits(box, seal, covered):
            return SealCheck(len(seals), waits, broken_at=number)
        before = seal.hash
    return SealCheck(len(seals), waits)


def verify_seals_over(chain: str, box: SecretBox, most: int = MOST_ACTS) -> SealCheck:
    """The same for one chain; what waits is counted of this chain alone.

    All seals are made again as long as they cover no more than `most` acts. Of a longer trail only those over
    the chain are, the newest first, up to as many acts: that shows a change, and not that an end was cut off.
    """
    of_chain = select(AuditEntry.seal, func.count(AuditEntry.id)).where(AuditEntry.chain == chain)
    counts = dict(db.session.execute(of_chain.group_by(AuditEntry.seal)).all())
    waits, last = counts.pop(None, 0), head()
    if last is None or last.total <= most:
        found = verify_seals(box)
        return SealCheck(found.seals, waits, found.broken_at)
    # Each covers one act at least, so of a chain under more seals than that the oldest need not be read.
    numbers = sorted((number for number in counts if number is not None), reverse=True)[:most]
    seals = _seals(numbers)
    wanted = list(_newest(seals, numbers, most))
    acts = _acts_by_seal(wanted)
    wrong = [
        number for number in wanted if number not in seals or not _fits(box, seals[number], acts[number])
    ]
    return SealCheck(len(wanted), waits, min(wrong, default=None), all_of_them=False)


def head() -> AuditSeal | None:
    """The last seal of the store in scope."""
    return db.session.scalar(select(AuditSeal).order_by(AuditSeal.number.desc()).limit(1))


def _seal_some(box: SecretBox, store_id: int, now: datetime) -> AuditSeal | None:
    waiting = _acts().where(AuditEntry.seal.is_(None)).order_by(AuditEntry.id).limit(AT_ONCE)
    if db.session.execute(waiting.limit(1)).first() is None:
        return None  # without keeping anybody from writing
    with writing():
        take_turns(["seals"], store_id)
        rows, last = db.session.execute(waiting).all(), head()
        if not rows:
            return None
        seal = AuditSeal(
            store_id=store_id,
            number=last.number + 1 if last else 1,
            at=now.astimezone(UTC),
            entries=len(rows),
            total=(last.total if last else 0) + len(rows),
            before=last.hash if last else "",
        )
        seal.hash = box.seal(seal.content(_digest((row.chain, row.number, row.hash) for row in rows)))
        db.session.add(seal)
        covered = update(AuditEntry).where(AuditEntry.id.in_([row.id for row in rows]))
        db.session.execute(covered.values(seal=seal.number), execution_options={"synchronize_session": False})
    return seal


def _seals(numbers: Collection[int] | None = None) -> dict[int, AuditSeal]:
    """By their numbers, in that order; all of them where none are named."""
    wanted = select(AuditSeal).order_by(AuditSeal.number)
    if numbers is not None:
        wanted = wanted.where(AuditSeal.number.in_(numbers))
    return {seal.number: seal for seal in db.session.scalars(wanted)}


def _acts_by_seal(numbers: Collection[int] | None = None) -> dict[int, list[Act]]:
    covered = AuditEntry.seal.is_not(None) if numbers is None else AuditEntry.seal.in_(numbers)
    rows = db.session.execute(_acts().where(covered).order_by(AuditEntry.seal))
    return {
        number: [(row.chain, row.number, row.hash) for row in group]
        for number, group in groupby(rows, key=lambda row: row.seal)
    }


def _newest(seals: Mapping[int, AuditSeal], numbers: Iterable[int], most: int) -> Iterator[int]:
    """As many of these as cover no more than `most` acts, and one in any case; those that are gone, too."""
    acts = 0
    for place, number in enumerate(numbers):
        acts += seals[number].entries if number in seals else 0
        if place and acts > most:
            return
        yield number


def _fits(box: SecretBox, seal: AuditSeal, covered: Iterable[Act]) -> bool:
    return box.is_seal(seal.content(_digest(covered)), seal.hash)


def _acts() -> Select[*tuple[Any, ...]]:
    return select(AuditEntry.id, AuditEntry.chain, AuditEntry.number, AuditEntry.hash, AuditEntry.seal)


def _digest(acts: Iterable[Act]) -> str:
    """In an order of our own: databases sort texts in different ways."""
    lines = "".join(f"{chain}\0{number}\0{digest}\n" for chain, number, digest in sorted(acts))
    return hashlib.sha256(lines.encode()).hexdigest()
