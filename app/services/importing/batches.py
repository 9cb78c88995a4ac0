"""Batches of parsed things: small enough for the memory, large enough for the database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeVar

Thing = TypeVar("Thing")
MOST_PARTS = 4000  # lines or variants of one batch; they are looked up in one query


def in_batches(things: Iterator[Thing], size: int, parts: Callable[[Thing], int]) -> Iterator[list[Thing]]:
    """Lists of at most `size` things, closed early when together they have many parts."""
    batch: list[Thing] = []
    weight = 0
    for thing in things:
        batch.append(thing)
        weight += parts(thing)
        if len(batch) == size or weight >= MOST_PARTS:
            yield batch
            batch, weight = [], 0
    if batch:
        yield batch
