"""The fault matrix: every way in which a call can go wrong, and the one outcome it must have (R7).

A cell's `orders` is how many orders the peer made, as proof that the fault is what it claims to be.
"""

from __future__ import annotations

import gzip
from dataclasses import dataclass

from app.connectors.base import Outcome
from tests.faults import behaviours as does
from tests.faults.peer import Behaviour, honest

DELIVERED, REJECTED = Outcome.DELIVERED, Outcome.REJECTED
TRY_LATER, UNKNOWN = Outcome.TRY_LATER, Outcome.UNKNOWN


@dataclass(frozen=True)
class Cell:
    """`doubted`: the platform said yes, but not in a way that names the order."""

    behaviour: Behaviour
    outcome: Outcome
    orders: int = 0
    doubted: bool = False


MATRIX = {
    "honest": Cell(honest, DELIVERED, 1),
    **{str(code): Cell(does.status(code), TRY_LATER) for code in (408, 425, 429, 500, 502, 503, 504)},
    **{
        str(code): Cell(does.status(code), REJECTED)
        for code in (400, 401, 403, 404, 405, 409, 410, 413, 421, 422)
    },
    **{
        str(code): Cell(does.status(code, b"", {"Location": "/elsewhere"}), REJECTED)
        for code in (301, 302, 303, 307, 308)
    },
    "304 without a body": Cell(does.status(304, b""), REJECTED),
    "500 after the work": Cell(does.says(b"oops", 500), TRY_LATER, 1),
    "502 after the work": Cell(does.says(b"<html>", 502), TRY_LATER, 1),
    "empty 200": Cell(does.says(b""), DELIVERED, 1, doubted=True),
    "204": Cell(does.says(b"", 204), DELIVERED, 1, doubted=True),
    "200 with an error in it": Cell(does.says(b'{"error": "no"}'), DELIVERED, 1, doubted=True),
    "malformed JSON": Cell(does.says(b'{"order_identifier": "NW-10'), DELIVERED, 1, doubted=True),
    "wrong content type": Cell(
        does.says(b"<html>placed!", headers={"Content-Type": "text/html"}), DELIVERED, 1, doubted=True
    ),
    "compressed though not asked for": Cell(
        does.says(gzip.compress(b"{}"), headers={"Content-Encoding": "gzip"}), DELIVERED, 1, doubted=True
    ),
    "gzip bomb": Cell(
        does.says(gzip.compress(b"0" * 10**7), headers={"Content-Encoding": "gzip"}),
        DELIVERED,
        1,
        doubted=True,
    ),
    "wrong types": Cell(does.says(b'{"order_identifier": ["X"]}'), DELIVERED, 1, doubted=True),
    "the order being exchanged": Cell(
        does.says(b'{"order_identifier": "NW-1001"}'), DELIVERED, 1, doubted=True
    ),
    "endless body": Cell(does.endless, DELIVERED, 1, doubted=True),
    "100 MB": Cell(does.too_long, DELIVERED, 1, doubted=True),
    "the answer twice": Cell(does.answers_twice, DELIVERED, 1),
    # The connector cannot know other orders; `placed_orders` does, and does not believe it.
    "the number of another order": Cell(
        does.says(b'{"order_identifier": "NW-0007", "total_amount_cents": 1}'), DELIVERED, 1
    ),
    "redirected to an internal address": Cell(
        does.status(307, b"", {"Location": "http://169.254.169.254/latest/meta-data/"}), REJECTED
    ),
    "half-closed": Cell(does.half_closed, UNKNOWN, 1),
    "endless headers": Cell(does.endless_headers, UNKNOWN, 1),
    "a byte at a time": Cell(does.drips_body, UNKNOWN, 1),
    "headers a line at a time": Cell(does.drips_headers, UNKNOWN, 1),
    "silence": Cell(does.silence, UNKNOWN, 1),
    "reset before the work": Cell(does.reset, UNKNOWN),
    "lost answer": Cell(does.lost_answer, UNKNOWN, 1),
    "reset within the body": Cell(does.resets_in_body, UNKNOWN, 1),
    "closed without an answer": Cell(does.closes_quietly, UNKNOWN, 1),
    "closed within the body": Cell(does.breaks_off, UNKNOWN, 1),
    "not HTTP": Cell(does.not_http, UNKNOWN, 1),
}
