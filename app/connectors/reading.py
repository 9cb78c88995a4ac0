"""The ports by which a platform is asked for orders and products while a shopper waits, and by the books.

They are as pure as placing: asked for the next step, they answer with a request, with what was found
(`app.connectors.found`), or with why it could not be read. When and how long anybody waits for that is
`app.services.platform_reading`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Protocol, runtime_checkable

from app.connectors.base import Connector, Reply, Request, Step
from app.domain.exchange_order import ExchangeOrder


@dataclass(frozen=True)
class OrderWanted:
    """Which order: by the platform's own id where that is known, else by number and e-mail, both exactly."""

    number: str
    email: str
    platform_id: str = ""


@dataclass(frozen=True)
class ProductsWanted:
    """Which products, by their numbers at the platform."""

    products: tuple[str, ...]

    def to_data(self) -> dict[str, Any]:
        return asdict(self)


class ReadSource(Protocol):
    """What both ports have in common."""

    def needs_proof(self, request: Request) -> bool:
        """Whether this request must prove who we are."""


@runtime_checkable
class OrderSource(ReadSource, Protocol):
    """A platform that can be asked for one order; `isinstance(placer, OrderSource)` tells."""

    def reads_orders(self) -> bool:
        """Whether this store wants that."""

    def order_step(self, wanted: OrderWanted, answers: Sequence[Reply]) -> Step:
        """What comes after these answers, until `OrderFound`. Requests only read."""


@runtime_checkable
class PlacedSource(ReadSource, Protocol):
    """A platform that can be asked what it has of an exchange that it placed."""

    def placed_step(self, message: ExchangeOrder, answers: Sequence[Reply]) -> Step:
        """What comes after these answers, until `PlacedFound`. Requests only read."""


@runtime_checkable
class ProductSource(ReadSource, Protocol):
    """A platform, or who else knows, that can be asked for products with price and stock."""

    def reads_products(self) -> bool:
        """Whether this store wants that."""

    def products_step(self, wanted: ProductsWanted, answers: Sequence[Reply]) -> Step:
        """The same for these products, until `ProductsFound`."""


class ShelfSource(Connector[ProductsWanted], ProductSource, Protocol):
    """A connection of its own beside any platform, which tells the price and stock of SKUs and nothing else.

    `fresh_seconds`: for so long nobody asks again.
    """

    @property
    def fresh_seconds(self) -> int: ...
