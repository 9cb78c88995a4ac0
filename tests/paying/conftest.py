"""A store that takes payments, with its platform and its provider on loopback."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from app import Settings
from app.models import store_scope
from app.sandbox.payments import WEBHOOK_SECRET
from tests.factories import make_store
from tests.faults.peer import Peer
from tests.paying.relay import Relay, RelayedShop, behind
from tests.paying.shop_with_till import PayingShop, Provider, new_shop, running_provider
from tests.paying.stripe_till import KEY, SIGNING, new_shop_at_stripe
from tests.payments.fake_stripe import FakeStripe, fake_stripe
from tests.payments.mailbox import open_mailbox
from tests.services.dispatch_cases import Clock


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    """Settings of a machine that may call itself."""
    var_dir = str(tmp_path / "var")
    return Settings.from_environ(
        {"DATABASE_URL": database_url, "VAR_DIR": var_dir, "ALLOW_LOOPBACK_CONNECTORS": "1"}
    )


@pytest.fixture
def clock() -> Clock:
    """The one clock of store and provider."""
    return Clock()


@pytest.fixture
def provider(clock: Clock) -> Iterator[Provider]:
    with running_provider(clock) as running:
        yield running


@pytest.fixture
def peer() -> Iterator[Peer]:
    """A platform on loopback that answers as it is told to."""
    with Peer() as peer:
        yield peer


@pytest.fixture
def shop(app: Flask, peer: Peer, provider: Provider, clock: Clock) -> Iterator[PayingShop]:
    """The store `acme`, in scope within the application's context."""
    with app.app_context():
        store_id = make_store()
        with store_scope(store_id):
            yield new_shop(store_id, peer, provider, clock, app.extensions["evenly.connections"].box)


@pytest.fixture
def stripe(clock: Clock) -> Iterator[FakeStripe]:
    """A small Stripe on loopback that has the store's clock."""
    with (
        open_mailbox() as mailbox,
        fake_stripe(KEY, SIGNING, mailbox.url, lambda: clock().timestamp()) as running,
    ):
        yield running


@pytest.fixture
def shop_at_stripe(
    app: Flask, peer: Peer, provider: Provider, clock: Clock, stripe: FakeStripe
) -> Iterator[PayingShop]:
    """The store `acme` connected to Stripe, in scope within the application's context."""
    with app.app_context():
        store_id = make_store()
        with store_scope(store_id):
            box = app.extensions["evenly.connections"].box
            yield new_shop_at_stripe(store_id, peer, provider, clock, box, stripe)


@pytest.fixture(params=["cards", "stripe"])
def relayed_shop(request: pytest.FixtureRequest) -> Iterator[RelayedShop]:
    """The store `acme` with a provider on the way to which things go wrong: at each provider in turn."""
    if request.param == "stripe":
        shop, stripe = request.getfixturevalue("shop_at_stripe"), request.getfixturevalue("stripe")
        with Relay(behind=stripe.url) as relay:
            yield behind(relay, shop, f"{KEY} {SIGNING}", stripe)
        return
    shop, provider = request.getfixturevalue("shop"), request.getfixturevalue("provider")
    with Relay(behind=provider.url) as relay:
        yield behind(relay, shop, f"sk_test_key {WEBHOOK_SECRET}")
