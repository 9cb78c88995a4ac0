"""The port of catalogue sources: who can say what of a product is on the shelf now, asked while a shopper
chooses.

One question, one answer; what it is good for is `app.services.fresh_shelf`.
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


class CatalogueSource(Connector[ShelfQuestion], Protocol):
    """Is done with `OnShelf`.

    `fresh_seconds`: for so long nobody asks again. `with_tax`: its prices hold it.
    """

    @property
    def fresh_seconds(self) -> int: ...

    @property
    def with_tax(self) -> bool: ...
