"""What each fault of `tests.faults.matrix` must come to at the systems beside Optoro, call by call.

The words are an outcome (`app.connectors.base.Outcome`), or after a yes what the connector makes of it. At
StateSet a no about a unit is an answer, and so is Ravelin's 429; Medusa's answers are looked at again before
anything else is asked.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from tests.connectors.every_connector import CANARY, Example
from tests.connectors.medusa_cases import CASES, SECRET
from tests.connectors.worked_cases import CHEAPER, EVEN

MEDUSA = Example("place", "medusa", "/medusa", CASES["dearer"], SECRET, {"shipping_option_id": "so_standard"})
STATESET = Example("place", "stateset", "/stateset/v1", EVEN.order, settings={"approve_returns": True})
NO_KEYS = replace(STATESET, settings={"approve_returns": True, "repeats": "never"})
ASKED = replace(CHEAPER, platform_order="", placed_at=None)
KEY = f"sk_test_{CANARY}"

# Each call that counts most, and what follows where nobody knows whether it was heard.
CALLS = {
    "medusa creates": (MEDUSA, "create"),
    "medusa confirms": (MEDUSA, "confirm"),
    "stateset, with keys": (STATESET, "exchange"),
    "stateset, without": (NO_KEYS, "exchange"),
    "ravelin advises": (
        Example("screen", "ravelin", "/ravelin", ASKED, KEY, {"refund_abuse": True}), "refund request",
    ),
    "ravelin is told": (Example("listen", "ravelin", "/ravelin", EVEN, KEY), "exchange order"),
}  # fmt: skip
AFTER_SILENCE = dict(
    zip(CALLS, ("look up", "look up", "send again", "ask a person", "send again", "send again"), strict=True)
)

LOOK = "then list exchanges"
Row = tuple[str, ...]
NO_DOUBT = ("then inbound items", LOOK, "placed", "placed", "advice allow", "told")
NOT_READABLE = (LOOK, LOOK, "doubted", "doubted", "advice none", "told")
NO = ("rejected",) * 6
NO_TO_THE_UNIT = ("rejected", "rejected", "refused", "refused", "rejected", "rejected")
CONFLICT = ("unknown", "unknown", "refused", "refused", "rejected", "rejected")
WHO_KNOWS = ("unknown",) * 6
LATER = ("try_later",) * 6
PERHAPS_DONE = ("unknown", "unknown", "try_later", "unknown", "try_later", "try_later")
TIME_OUT = ("unknown", "unknown", "try_later", "try_later", "try_later", "try_later")
TOO_MANY = ("try_later", "try_later", "try_later", "try_later", "advice none", "told")


def _all(names: Iterable[str], row: Row) -> dict[str, Row]:
    return dict.fromkeys(names, row)


ROWS: dict[str, Row] = {
    **_all(("honest", "the answer twice"), NO_DOUBT),
    "408": TIME_OUT,
    "425": LATER,
    "429": TOO_MANY,
    **_all(("500", "502", "503", "504", "500 after the work", "502 after the work"), PERHAPS_DONE),
    **_all(("400", "404", "410", "422"), NO_TO_THE_UNIT),
    "409": CONFLICT,
    **_all(("401", "403", "405", "413", "421"), NO),
    **_all(("301", "302", "303", "307", "308", "304 without a body"), NO),
    "redirected to an internal address": NO,
    **_all(("empty 200", "204", "200 with an error in it", "malformed JSON", "wrong types"), NOT_READABLE),
    **_all(("wrong content type", "compressed though not asked for", "gzip bomb"), NOT_READABLE),
    **_all(("the order being exchanged", "the number of another order"), NOT_READABLE),  # in Optoro's words
    **_all(("endless body", "100 MB"), NOT_READABLE),
    **_all(("half-closed", "endless headers", "a byte at a time", "headers a line at a time"), WHO_KNOWS),
    **_all(("silence", "reset before the work", "lost answer", "reset within the body"), WHO_KNOWS),
    **_all(("closed without an answer", "closed within the body", "not HTTP"), WHO_KNOWS),
}
DECLARED = {call: {fault: row[place] for fault, row in ROWS.items()} for place, call in enumerate(CALLS)}
