"""The portal beside a real Medusa: a store that reads and places there, its worker and its mails.

Its services and its worker are those of every other run; here nothing is pretended but the mail server.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from app.connectors.http import HttpSender, Limits
from app.connectors.sending import sender_of
from app.services.dispatching import Dispatcher
from app.services.find_order import find_order
from app.services.platform_reading import Reader
from app.services.refreshing import refresh_for_look_up
from tests.medusa_live.shop import LiveShop
from tests.services.mail_cases import MailingAcme
from tests.services.medusa_store import Outside

EMAIL = "cleo@example.test"
LIMITS = Limits(total_seconds=30)
PATIENT = HttpSender(LIMITS, allow_loopback=True)


class Portal(MailingAcme):
    """The portal, which waits as long as Medusa takes on a busy machine."""

    def dispatcher(self, worker: str = "worker-1", draw: Callable[[], float] = lambda: 0.5) -> Dispatcher:
        sender = sender_of(LIMITS, allow_loopback=True)
        return Dispatcher(self.connections, sender, worker, self.clock, draw)

    def look_up(self, number: str, email: str = EMAIL) -> int:
        """As a shopper does, who has it read from Medusa: the order's id here. Raises NoMatch."""
        self.clock.forward(minutes=2)
        reader = Reader(self.connections, lambda: Outside(PATIENT), 30)
        assert refresh_for_look_up(reader, number, email, self.clock())
        return find_order(number, email)

    def order_there(self, shop: LiveShop) -> dict[str, Any]:
        """Two small tees that were bought at Medusa just now and have arrived."""
        there = shop.order(EMAIL)
        shop.deliver(there["id"])
        self.clock.now = datetime.now(UTC)
        return there

    def buy(self, shop: LiveShop) -> tuple[dict[str, Any], int]:
        """Such an order there, and its id here once it was looked up."""
        there = self.order_there(shop)
        return there, self.look_up(str(there["display_id"]))


def settings_for(shop: LiveShop) -> dict[str, Any]:
    """By the password of its admin, with everything switched on."""
    return {
        "url": shop.running.url,
        "shipping_option_id": shop.ids["standard"],
        "return_shipping_option_id": shop.ids["return"],
        "location_id": shop.ids["location"],
        "gift_cards": "loyalty",
        "sign_in": "password",
        "email": shop.running.email,
        "read_orders": True,
        "publishable": shop.publishable,
        "region_id": shop.ids["region"],
    }
