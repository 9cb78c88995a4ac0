"""Units of a line in parts: fewer, more, merged, and fewer than there were."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.parts import Apportioned, apportion, most_for, within


@pytest.mark.parametrize(
    ("why", "parts", "place", "wanted", "next_is_open", "expected"),
    [
        ("all of them", [3], 0, 3, False, Apportioned((3,))),
        ("fewer: the rest is a new part", [3], 0, 1, False, Apportioned((1,), 2)),
        ("fewer once more", [1, 2], 1, 1, False, Apportioned((1, 1), 1)),
        ("fewer, the next is chosen: a part between", [2, 1], 0, 1, False, Apportioned((1, 1), 1)),
        ("fewer, the next is open: it takes them", [2, 1], 0, 1, True, Apportioned((1, 2))),
        ("fewer of the last: there is no next", [1, 2], 1, 1, True, Apportioned((1, 1), 1)),
        ("all again merges", [1, 2], 0, 3, False, Apportioned((3, 0))),
        ("all again merges three", [1, 1, 1], 0, 3, True, Apportioned((3, 0, 0))),
        ("one more comes from the next", [1, 2, 1], 0, 2, False, Apportioned((2, 1, 1))),
        ("what the next cannot give the one behind does", [1, 1, 2], 0, 3, False, Apportioned((3, 0, 1))),
        ("earlier parts stay", [1, 1, 1], 1, 2, False, Apportioned((1, 2, 0))),
    ],
)
def test_apportioning(
    why: str, parts: list[int], place: int, wanted: int, next_is_open: bool, expected: Apportioned
) -> None:
    assert apportion(parts, place, wanted, next_is_open=next_is_open) == expected, why


@pytest.mark.parametrize("wanted", [0, -1, 3])
def test_a_part_cannot_have_what_is_not_there(wanted: int) -> None:
    assert most_for([2, 1, 1], 1) == 2
    with pytest.raises(ValueError, match=str(wanted)):
        apportion([2, 1, 1], 1, wanted)


PARTS = st.lists(st.integers(1, 9), min_size=1, max_size=6)


@given(PARTS, st.data(), st.booleans())
def test_no_unit_is_lost_or_made(parts: list[int], data: st.DataObject, next_is_open: bool) -> None:
    place = data.draw(st.integers(0, len(parts) - 1))
    wanted = data.draw(st.integers(1, most_for(parts, place)))
    done = apportion(parts, place, wanted, next_is_open=next_is_open)
    assert sum(done.parts) + done.rest == sum(parts)
    assert done.parts[place] == wanted
    assert done.parts[:place] == tuple(parts[:place])
    assert min(*done.parts, done.rest, 0) == 0


@pytest.mark.parametrize(
    ("parts", "most", "expected"),
    [
        ([2, 1], 3, (2, 1)),
        ([2, 1], 5, (2, 1)),
        ([2, 1], 2, (2, 0)),
        ([2, 2, 1], 3, (2, 1, 0)),
        ([2, 1], 1, (1, 0)),
        ([2, 1], 0, (0, 0)),
        ([2, 1], -1, (0, 0)),
    ],
)
def test_the_last_parts_shrink_first(parts: list[int], most: int, expected: tuple[int, ...]) -> None:
    assert within(parts, most) == expected
