"""A course of many requests, written as one function that yields each and is given its answer.

`play` runs it over the answers there are, from the start every time: nothing is remembered between two
steps but the answers, so a course must ask the same for the same answers. Nothing is sent here.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import TypeVar

from app.connectors.base import Done, Placed, Refused, Reply, Request, Step, Told

Value = TypeVar("Value")
Course = Generator[Request, Reply, Value]
Result = TypeVar("Result", Placed, Told)


class NoWayOn(Exception):
    """The course ends in a refusal; the message is for an agent to read."""


def play(course: Course[Result], answers: Sequence[Reply]) -> Step:
    """What comes after these answers."""
    try:
        wanted = next(course)
        for reply in answers:
            wanted = course.send(reply)
    except StopIteration as end:
        return Done(end.value)
    except NoWayOn as refusal:
        return Refused(str(refusal))
    except UnicodeEncodeError:
        return Refused("a text holds a character that UTF-8 cannot carry")
    return wanted
