"""What each fault of `tests.faults.matrix` must come to at the payment providers, call by call.

Of a page: whether there is one (`page`), there is none under this key (`no page`), or nobody can say
(`no word`); its record is read likewise. Closing is followed by a look, whatever was answered. Of a movement:
an outcome (`app.connectors.base.Outcome`), or after a yes what the connector makes of it. The cards are asked
again under the same key after no answer; at Stripe it is looked up.
"""

from __future__ import annotations

from collections.abc import Iterable

PROVIDER_NAMES = CARDS, STRIPE = "cards", "stripe"
PAGE_CALLS = ("open", "look", "close")
MOVES = ("capture", "void", "refund")
COLUMNS = tuple((system, call) for system in PROVIDER_NAMES for call in ("open", "look", "close", "move"))

NO_WORD = "no word"
Row = tuple[str, ...]  # open, look, close and move at the cards, then at Stripe
YES = ("page", "record", "look next", "moved") * 2
SAID_NOTHING = (NO_WORD, NO_WORD, "look next")
NO_PAGE = ("no page", NO_WORD, "look next")
NO = (*NO_PAGE, "rejected") * 2
NOT_FOUND = ("no page", "no record", "look next", "rejected") * 2
CONFLICT = (*NO_PAGE, "rejected", *SAID_NOTHING, "try_later")  # at Stripe: the same key is under way
LATER = (*SAID_NOTHING, "try_later") * 2
PERHAPS_DONE = (*SAID_NOTHING, "try_later", *SAID_NOTHING, "unknown")
SENSELESS = (*SAID_NOTHING, "refused") * 2  # a whole answer, without what every answer has
WHO_KNOWS = (NO_WORD, NO_WORD, NO_WORD, "unknown") * 2


def _all(names: Iterable[str], row: Row) -> dict[str, Row]:
    return dict.fromkeys(names, row)


ROWS: dict[str, Row] = {
    **_all(("honest", "the answer twice"), YES),
    **_all(("408", "425", "429"), LATER),
    **_all(("500", "502", "503", "504", "500 after the work", "502 after the work"), PERHAPS_DONE),
    **_all(("400", "401", "403", "405", "410", "413", "421", "422"), NO),
    "404": NOT_FOUND,
    "409": CONFLICT,
    **_all(("301", "302", "303", "307", "308", "304 without a body"), NO),
    "redirected to an internal address": NO,
    **_all(
        ("empty 200", "204", "malformed JSON", "wrong content type", "endless body", "100 MB"), PERHAPS_DONE
    ),
    **_all(("compressed though not asked for", "gzip bomb"), PERHAPS_DONE),
    **_all(("200 with an error in it", "wrong types"), SENSELESS),
    **_all(("the order being exchanged", "the number of another order"), SENSELESS),  # in Optoro's words
    **_all(("half-closed", "endless headers", "a byte at a time", "headers a line at a time"), WHO_KNOWS),
    **_all(("silence", "reset before the work", "lost answer", "reset within the body"), WHO_KNOWS),
    **_all(("closed without an answer", "closed within the body", "not HTTP"), WHO_KNOWS),
}


def declared(system: str, call: str) -> dict[str, str]:
    """Every fault of this call with what it must come to."""
    column = COLUMNS.index((system, "move" if call in MOVES else call))
    return {fault: row[column] for fault, row in ROWS.items()}
