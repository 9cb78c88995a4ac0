"""A gift's recipient exchanges it: the same steps as the buyer's, on pages that know no amount and no giver.

These pages are a list of what may be seen. They open only what a recipient began, and the buyer's pages
open none of it (`app.web.access`).
"""

from __future__ import annotations

from app.web.shopper.gift import entrance, items, recipient, replacement, review, status, undo

__all__ = ["entrance", "items", "recipient", "replacement", "review", "status", "undo"]
