"""Whether tags meet, in whatever spelling a shop and its policy have them."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache


def tagged(tags: Iterable[str], wanted: Iterable[str]) -> bool:
    """Whether two sets of tags meet; spelling variants such as FinalSale and final-sale are one."""
    return not _spelled_alike(frozenset(tags)).isdisjoint(_spelled_alike(frozenset(wanted)))


@lru_cache(maxsize=4096)
def _spelled_alike(tags: frozenset[str]) -> frozenset[str]:
    """The tags in one spelling: letters and digits only. Kept, as every line of a page asks."""
    plain = ("".join(letter for letter in tag.casefold() if letter.isalnum()) for tag in tags)
    return frozenset(plain) - {""}
