"""A rack of parkas and the one of them that a shopper has, for tests of what may replace it."""

from __future__ import annotations

from app.domain.facts import VariantFacts
from app.domain.policy import Policy
from tests.domain.examples import line, variant

PLAIN = Policy()
MINE = line(variant_id=101, quantity=3)


def parka(number: int, colour: str, size: str, stock: int | None = 5) -> VariantFacts:
    return variant(id=number, options=(("Colour", colour), ("Size", size)), stock=stock)


# Navy in four sizes (M is the shopper's, XL sold out), Red in two, Sand in one that is sold out.
# There is no Red S and no Sand but L.
RACK = (
    parka(100, "Navy", "S"),
    parka(101, "Navy", "M"),
    parka(102, "Navy", "L", stock=None),
    parka(103, "Navy", "XL", stock=0),
    parka(104, "Red", "M", stock=1),
    parka(105, "Red", "XL", stock=0),
    parka(106, "Sand", "L", stock=0),
)
