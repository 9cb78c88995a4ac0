"""Where a shopper prints the label for the parcel back: an address of the merchant's with places to fill.

A carrier's or a returns service's page makes the label; nothing is asked of it from here.
"""

from __future__ import annotations

import re
from urllib.parse import quote

# The host is written out: only what comes after it may be filled in.
ADDRESS = re.compile(
    r"https://[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+(?::\d{1,5})?/[A-Za-z0-9._~:/?#\[\]@!$&()*+,;=%{}-]*"
)
PLACE = re.compile(r"\{(rma|order|reference)\}")
LONGEST = 1000


def is_label_template(text: object) -> bool:
    """Whether this is an https address in which nothing but known places stands in braces."""
    if not isinstance(text, str) or len(text) > LONGEST or not ADDRESS.fullmatch(text):
        return False
    return not re.search(r"[{}]", PLACE.sub("", text))


def label_address(template: str, *, rma: str, order: str, reference: str) -> str:
    """The address for one exchange; what is filled in is escaped, so it cannot change the address."""
    values = {"rma": rma, "order": order, "reference": reference}
    return PLACE.sub(lambda place: quote(values[place[1]], safe=""), template)
