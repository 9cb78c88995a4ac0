"""The small Stripe and our connector for it, started once for each file of tests that asks for them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.payments.fake_stripe import FakeStripe, fake_stripe
from tests.payments.mailbox import open_mailbox
from tests.payments.providers import KEY, Provider, stripe_at

SIGNING = "whsec_only_for_tests"


@pytest.fixture(scope="module")
def started() -> Iterator[tuple[FakeStripe, Provider]]:
    with open_mailbox() as mailbox, fake_stripe(KEY, SIGNING, mailbox.url) as server:
        yield server, stripe_at(server, mailbox, SIGNING)


@pytest.fixture
def server(started: tuple[FakeStripe, Provider]) -> FakeStripe:
    started[0].failures.clear()
    started[0].forget_keys()
    return started[0]


@pytest.fixture
def provider(started: tuple[FakeStripe, Provider]) -> Provider:
    return started[1]
