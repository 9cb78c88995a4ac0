"""What a catalogue source's answer comes to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Stocked:
    """One variant: its price in minor units of the store's currency, and how many there are."""

    price: int
    stock: int


@dataclass(frozen=True)
class OnShelf:
    """Every variant of a product that can be had, by SKU."""

    variants: Mapping[str, Stocked]
    reply: Mapping[str, Any] = field(default_factory=dict)
