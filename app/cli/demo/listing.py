"""The demo's orders as a list: for people as a table, for programs as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass

from app.cli.demo.cases import Case
from app.cli.demo.placed_before import child_number
from app.cli.demo.tables import DemoOrder, DemoStore

# What somebody who has just started the demo tries first.
FIRST_CASES = (Case.EVEN, Case.DEARER, Case.CHEAPER, Case.GIFT_CARD, Case.EXCHANGED)


@dataclass(frozen=True)
class Entry:
    """One order that can be looked up; `path` is where, below the address of the portal."""

    store: str
    number: str
    email: str
    postcode: str
    case: str
    path: str
    gift_code: str | None = None


def entries(stores: Iterable[DemoStore]) -> Iterator[tuple[Entry, str]]:
    """Every order with its hint, exchange orders behind the order that they came from."""
    for store in stores:
        for order in store.orders:
            yield _entry(store, order, order.number, order.case), order.hint
            if order.exchanged and order.exchanged.delivered is not None:
                hint = f"what {order.number} was exchanged for, to be exchanged again"
                yield _entry(store, order, child_number(order.number), Case.CHAIN), hint


def first_entries(stores: Iterable[DemoStore]) -> list[Entry]:
    """One order a store for each of the main cases."""
    chosen: dict[tuple[str, str], Entry] = {}
    for entry, _ in entries(stores):
        if entry.case in FIRST_CASES:
            chosen.setdefault((entry.store, entry.case), entry)
    return list(chosen.values())


def table(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    """Lines of text in columns; the last column is as wide as it likes."""
    all_rows = [heads, *rows]
    widths = [max(len(row[place]) for row in all_rows) for place in range(len(heads) - 1)]
    for row in all_rows:
        yield "  ".join([*(text.ljust(width) for text, width in zip(row, widths, strict=False)), row[-1]])


def as_data(entry: Entry) -> dict[str, str]:
    """The entry as JSON data."""
    return asdict(entry)


def _entry(store: DemoStore, order: DemoOrder, number: str, case: Case) -> Entry:
    receiver = order.gift_for or order.buyer
    return Entry(
        store=store.slug,
        number=number,
        email=order.buyer.email,
        postcode=receiver.place.postal_code,
        case=str(case),
        path=f"/{store.slug}/",
        gift_code=order.gift_code if number == order.number else None,
    )
