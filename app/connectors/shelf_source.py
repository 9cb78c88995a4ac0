"""The port of shelf sources: who can say price and stock of a product, asked while a shopper chooses.

A connection of its own beside any platform; a platform that tells of whole products has the ports of
`app.connectors.reading`. One question, one answer; what it is good for is `app.services.fresh_shelf`.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Protocol

from app.connectors.base import Connector


@dataclass(frozen=True)
class ShelfQuestion:
    """Which product is asked about: its number at the platform."""

    product: str

    def to_data(self) -> dict[str, Any]:
        return asdict(self)


class ShelfSource(Connector[ShelfQuestion], Protocol):
    """Is done with `OnShelf`.

    `fresh_seconds`: for so long nobody asks again. `with_tax`: its prices hold it.
    """

    @property
    def fresh_seconds(self) -> int: ...

    @property
    def with_tax(self) -> bool: ...
