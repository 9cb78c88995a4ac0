"""Changing one variant of a store's catalogue by hand: all or nothing, and audited.

The catalogue as a whole comes from imports; the next one may say something else again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app.domain.money import LARGEST_AMOUNT, minor_units
from app.models import Store, Variant, db, store_scope, writing
from app.services import audit

FIELDS = ("price", "stock", "backorder", "active")
UNTRACKED = "untracked"
LARGEST_STOCK = 10**9

Value = int | bool | None


class UnknownVariant(LookupError):
    """The store has no variant with this SKU."""


class InvalidValues(ValueError):
    """What was typed cannot be: `problems` has one sentence's end for each field."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__("; ".join(f"{name} {problem}" for name, problem in problems.items()))
        self.problems = dict(problems)


@dataclass(frozen=True)
class VariantChange:
    """Each changed field before and after; `stock` None is untracked."""

    title: str
    changed: Mapping[str, tuple[Value, Value]]


def change_variant(
    store_id: int, sku: str, typed: Mapping[str, str], actor: str, now: datetime
) -> VariantChange:
    """Set these fields from what was typed. A stock that is set counts as read now.

    Prices are typed as they are shown ("149.50"). Raises UnknownVariant and InvalidValues; nothing is
    changed then.
    """
    with store_scope(store_id), writing():
        store = db.session.get_one(Store, store_id)
        values = read_typed(typed, store.currency)
        variant = db.session.scalar(select(Variant).where(Variant.sku == sku).with_for_update(key_share=True))
        if variant is None:
            raise UnknownVariant(sku)
        changed = {
            name: (getattr(variant, name), value)
            for name, value in values.items()
            if getattr(variant, name) != value
        }
        for name, value in values.items():
            setattr(variant, name, value)
        if "stock" in values:
            variant.stock_read_at = now
        if changed:
            details = {"sku": sku, "changed": {name: list(pair) for name, pair in changed.items()}}
            audit.record(f"store:{store_id}", actor, "variant changed", details, now)
        return VariantChange(variant.line_name, changed)


def read_typed(typed: Mapping[str, str], currency: str) -> dict[str, Value]:
    """Typed texts as values. Raises InvalidValues with every field at fault."""
    values: dict[str, Value] = {}
    problems: dict[str, str] = {}
    for name, text in typed.items():
        try:
            values[name] = _read(name, text.strip(), currency)
        except KeyError:
            problems[name] = f"is none of {', '.join(FIELDS)}"
        except ValueError:
            problems[name] = f"must be {MUST[name]}"
    if problems:
        raise InvalidValues(problems)
    return values


MUST = {
    "price": "an amount of the store's currency that is not below zero, such as 149.50",
    "stock": f"a whole number from 0, or {UNTRACKED}",
    "backorder": "true or false",
    "active": "true or false",
}


def _read(name: str, text: str, currency: str) -> Value:
    if name == "price":
        return _within(minor_units(text, currency), LARGEST_AMOUNT)
    if name == "stock":
        return None if text == UNTRACKED else _whole(text)
    if name in ("backorder", "active"):
        return _truth(text)
    raise KeyError(name)


def _whole(text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise ValueError(text)
    return _within(int(text[:20]), LARGEST_STOCK)


def _within(number: int, most: int) -> int:
    if not 0 <= number <= most:
        raise ValueError(number)
    return number


def _truth(text: str) -> bool:
    if text.lower() not in ("true", "false"):
        raise ValueError(text)
    return text.lower() == "true"
