"""The table of moves, pair by pair: what is not in it is refused."""

from __future__ import annotations

from itertools import product

import pytest

from app.domain.exchange_status import (
    ENDED_WITHOUT_PLACING,
    LIVE,
    MOVES,
    OVER,
    PLACED_ONCE,
    IllegalMove,
    Status,
    move,
)

# Written out anew, so that a slip in the table is not repeated here.
LEGAL = {
    "draft": "awaiting_payment submitted expired",
    "awaiting_payment": "submitted draft cancelled expired",
    "submitted": "screening in_review approved cancelled",
    "screening": "in_review approved cancelled declined",
    "in_review": "approved awaiting_payment cancelled declined",
    "approved": "placing in_review cancelled declined",
    "placing": "placed in_review",
    "placed": "shipped completed cancelled",
    "shipped": "completed",
}
PAIRS = {(Status(old), Status(new)) for old, moves in LEGAL.items() for new in moves.split()}


@pytest.mark.parametrize(("old", "new"), sorted(PAIRS))
def test_legal(old: Status, new: Status) -> None:
    assert move(old, new) is new


@pytest.mark.parametrize(("old", "new"), sorted(set(product(Status, Status)) - PAIRS))
def test_illegal(old: Status, new: Status) -> None:
    with pytest.raises(IllegalMove, match=f"{old} → {new}"):
        move(old, new)


def test_every_state_is_in_the_table_and_can_be_reached() -> None:
    assert set(MOVES) == set(Status)
    reached, ahead = set[Status](), {Status.DRAFT}
    while ahead:
        reached |= ahead
        ahead = {new for old in ahead for new in MOVES[old]} - reached
    assert reached == set(Status)


def test_an_end_is_an_end() -> None:
    assert {old for old in Status if not MOVES[old]} == OVER
    assert ENDED_WITHOUT_PLACING | {Status.COMPLETED} == OVER


def test_live_is_from_awaiting_payment_until_it_is_over() -> None:
    assert set(Status) == LIVE | OVER | {Status.DRAFT}
    assert not LIVE & OVER
    assert Status.DRAFT not in LIVE


def test_nothing_leads_back_once_placed() -> None:
    for old in PLACED_ONCE:
        assert MOVES[old] <= PLACED_ONCE | {Status.CANCELLED}
