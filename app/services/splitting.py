"""One bought line in several return items, so that its units can become different things.

All functions run within the caller's transaction, on a draft whose order is locked.
"""

from __future__ import annotations

from collections.abc import Sequence

from app.domain.parts import apportion
from app.models import Exchange, ReturnItem
from app.services.baskets import Basket


def take_units(draft: Exchange, item_id: int, units: int) -> None:
    """Let this item stand for so many units; the others of its line give way, or take what is left over.

    Raises ValueError for a number that it cannot have.
    """
    row = next(row for row in draft.items if row.id == item_id)
    parts = parts_of(draft, row.line_item_id)
    place = parts.index(row)
    behind = parts[place + 1 : place + 2]
    done = apportion(
        [part.quantity for part in parts],
        place,
        units,
        next_is_open=bool(behind) and behind[0].outcome is None,
    )
    for part, quantity in zip(parts, done.parts, strict=True):
        set_units(draft, part, quantity)
    if done.rest:
        draft.items.insert(draft.items.index(row) + 1, _part_like(row, done.rest))
    number(draft.items)


def merge(draft: Exchange, parts: Sequence[ReturnItem], units: int) -> ReturnItem:
    """Let the first of these stand for all units; what was chosen for it stays."""
    for part in parts[1:]:
        draft.items.remove(part)
    set_units(draft, parts[0], units)
    return parts[0]


def parts_of(draft: Exchange, line_id: int) -> list[ReturnItem]:
    """The items of one line, in their order."""
    return [row for row in draft.items if row.line_item_id == line_id]


def keep_to_what_is_open(draft: Exchange, basket: Basket) -> None:
    """Units may have gone elsewhere since: what the basket no longer has of a line goes out of the draft."""
    open_now = {item.id: item.quantity for item in basket.items}
    for row in list(draft.items):
        if row.id not in open_now:
            draft.items.remove(row)
        elif open_now[row.id]:
            set_units(draft, row, open_now[row.id])


def set_units(draft: Exchange, row: ReturnItem, units: int) -> None:
    """So many units of this item and of what was chosen for it; without any it goes."""
    if units < 1:
        draft.items.remove(row)
        return
    row.quantity = units
    for replacement in row.replacements:
        replacement.quantity = units


def number(rows: Sequence[ReturnItem]) -> None:
    """Give the items their places, as they stand."""
    for position, row in enumerate(rows):
        row.position = position


def _part_like(row: ReturnItem, units: int) -> ReturnItem:
    """More units of the same line, for which nothing was said yet."""
    return ReturnItem(
        store_id=row.store_id,
        line_item_id=row.line_item_id,
        quantity=units,
        first_chosen_on=row.first_chosen_on,
        position=row.position,
    )
