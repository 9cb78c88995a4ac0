"""A course of many requests, written as one function that yields each and is given its answer.

`play` runs it over the answers there are, from the start every time: nothing is remembered between two
steps but the answers, so a course must ask the same for the same answers. Nothing is sent here.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from app.connectors.base import Done, Refused, Reply, Request, Step
from app.connectors.found import OrderFound, PlacedFound, ProductsFound
from app.connectors.moved import Moved
from app.connectors.results import Placed, Told
from app.connectors.seen import Seen

Value = TypeVar("Value")
Course = Generator[Request, Reply, Value]
Result = TypeVar("Result", Placed, Told, Moved, Seen, OrderFound, PlacedFound, ProductsFound)


class NoWayOn(Exception):
    """The course ends in a refusal; the message is for an agent to read."""


class NotReadable(NoWayOn):
    """The answer is no order or product that could be used; the message names the field at fault."""


@dataclass(frozen=True)
class Through(Generic[Value]):
    """The course has come to its end."""

    value: Value


def play(course: Course[Result], answers: Sequence[Reply]) -> Step:
    """What comes after these answers."""
    try:
        wanted = follow(course, answers)
    except NoWayOn as refusal:
        return Refused(str(refusal))
    return Done(wanted.value) if isinstance(wanted, Through) else wanted


def follow(course: Course[Value], answers: Sequence[Reply]) -> Request | Through[Value]:
    """The request after these answers, or what the course ended with. Raises NoWayOn."""
    try:
        wanted = next(course)
        for reply in answers:
            wanted = course.send(reply)
    except StopIteration as end:
        return Through(end.value)
    except UnicodeEncodeError:
        raise NoWayOn("a text holds a character that UTF-8 cannot carry") from None
    return wanted
