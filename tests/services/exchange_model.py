"""What must be true of exchanges, told again in a few lines and without the product's code.

The state machine test does everything twice: to the database, and to this.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta

UNDO = timedelta(minutes=15)


@dataclass(frozen=True)
class Shown:
    """A sum as a shopper saw it: its version, what it says is due, and when that was."""

    version: str
    amounts: tuple[int, int, int | None]
    at: datetime


@dataclass
class Model:
    """Exchanges by id; `live` holds the one that has an order, `units` what each took of which line."""

    live: dict[int, int] = field(default_factory=dict)
    shown: dict[int, Shown] = field(default_factory=dict)
    confirmed: dict[int, Shown] = field(default_factory=dict)
    units: dict[int, Counter[int]] = field(default_factory=dict)
    until: dict[int, datetime] = field(default_factory=dict)
    waiting: set[int] = field(default_factory=set)
    sent: set[int] = field(default_factory=set)

    def confirm(self, order: int, exchange: int, units: Counter[int], now: datetime, *, asks: bool) -> None:
        assert order not in self.live, "two live exchanges of one order"
        self.live[order], self.units[exchange] = exchange, units
        self.confirmed[exchange], self.until[exchange] = self.shown[exchange], now + UNDO
        if asks:
            self.waiting.add(exchange)

    def may_cancel(self, exchange: int, now: datetime) -> bool:
        alive = exchange in self.live.values() and exchange not in self.sent
        return alive and (exchange in self.waiting or now < self.until[exchange])

    def end(self, exchange: int) -> None:
        self.live = {order: other for order, other in self.live.items() if other != exchange}
        self.waiting.discard(exchange)
        del self.units[exchange]

    def send(self, now: datetime) -> None:
        due = {e for e in self.live.values() if e not in self.waiting and now >= self.until[e]}
        self.sent |= due

    def committed(self) -> Counter[int]:
        return sum(self.units.values(), Counter[int]())
