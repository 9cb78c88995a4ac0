"""Names that do not fit: very long, and written from right to left."""

from __future__ import annotations

from app.cli.demo.tables import Unlisted
from tests.shopper.tab import CHANGED_MIND, Wish

LONG_TITLE = ("Mountain-rescue parka liner with a detachable quilted collar, " * 5)[:300]
ARABIC = "معطف شتوي طويل مبطن بالريش"

# The shop does not sell it any more, so a gift card is the only way.
LINER = Unlisted(LONG_TITLE, 31900, "LINER-LTD")
LINER_FOR_CARD = Wish("Mountain-rescue parka liner", CHANGED_MIND)
