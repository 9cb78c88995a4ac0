"""What came back, held against what was to come back."""

from __future__ import annotations

import pytest

from app.domain.received_items import CameBack, Condition, ExpectedLine, differences

WORN, DAMAGED = Condition.WORN, Condition.DAMAGED
TEE, CAP = ExpectedLine("line_1", "TEE-S", 2), ExpectedLine("line_2", "CAP", 1, damaged=1)
SPLIT = [ExpectedLine("line_1", "TEE-S", 1), ExpectedLine("line_1", "TEE-S", 1)]


@pytest.mark.parametrize(
    ("expected", "came", "words"),
    [
        ([TEE, CAP], [CameBack(2, "line_1"), CameBack(1, sku="CAP")], ""),
        ([TEE], [CameBack(1, "line_1"), CameBack(1, sku="TEE-S")], ""),
        (SPLIT, [CameBack(2, "line_1")], ""),
        ([TEE], [CameBack(2, "line_1", sku="whatever")], ""),
        ([CAP], [CameBack(1, sku="CAP", condition=DAMAGED)], ""),  # as the shopper said
        ([TEE], [CameBack(1, "line_1")], "1 × TEE-S did not come"),
        ([TEE], [CameBack(3, "line_1")], "1 × line_1 came and was not expected"),
        ([TEE], [CameBack(2, "line_1"), CameBack(1, sku="MUG")], "1 × MUG came and was not expected"),
        ([CAP], [CameBack(1, sku="CAP", condition=WORN)], "1 × CAP came worn"),
        ([TEE], [CameBack(1, "line_1"), CameBack(1, "line_1", condition=DAMAGED)], "1 × TEE-S came damaged"),
        (
            [ExpectedLine("line_2", "CAP", 2, damaged=1)],
            [CameBack(2, sku="CAP", condition=DAMAGED)],
            "1 × CAP came damaged",
        ),
        (
            [TEE, CAP],
            [CameBack(1, sku="MUG")],
            "1 × MUG came and was not expected; 2 × TEE-S did not come; 1 × CAP did not come",
        ),
        ([ExpectedLine("line_3", "", 1)], [CameBack(1, "line_3")], ""),
        ([ExpectedLine("line_3", "", 1)], [], "1 × line_3 did not come"),
    ],
)
def test_what_differs_is_said(expected: list[ExpectedLine], came: list[CameBack], words: str) -> None:
    assert differences(expected, came) == words
