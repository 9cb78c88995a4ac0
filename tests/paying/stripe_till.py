"""A store connected to the small Stripe on loopback."""

from __future__ import annotations

from app.services.connector_settings import Connections, connect_store
from app.services.secret_box import SecretBox
from tests.faults.peer import Peer
from tests.paying.shop_with_till import PayingShop, Provider
from tests.payments.fake_stripe import FakeStripe
from tests.services.dispatch_cases import Acme, Clock

KEY, SIGNING = "sk_test_only_for_tests", "whsec_only_for_tests"


def new_shop_at_stripe(
    store_id: int, peer: Peer, provider: Provider, clock: Clock, box: SecretBox, stripe: FakeStripe
) -> PayingShop:
    """The store connected to a platform and to Stripe."""
    acme = Acme(store_id, peer, clock, box)
    acme.connect()
    settings = {"url": stripe.url, "pages": stripe.url}
    connect_store(Connections(box, True), store_id, "stripe", settings, f"{KEY} {SIGNING}", clock())
    return PayingShop(acme, provider, "stripe")


def settled(shop: PayingShop, times: int = 4) -> None:
    """Long enough for everything that is tried again."""
    for _ in range(times):
        shop.clock.forward(minutes=10)
        shop.send()
