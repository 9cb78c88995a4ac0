"""A shop with a platform, a screener and two listeners, each of which answers as it is told to."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass

import pytest

from app.services import connected_systems
from tests.faults import behaviours as does
from tests.faults.peer import Behaviour, Peer
from tests.services.dispatch_cases import Acme
from tests.services.other_systems import Attentive, Curious, Watchful

SCREENERS = {"watchful": Watchful}
LISTENERS = {"curious": Curious, "attentive": Attentive}


@dataclass
class Town:
    """A shop, its platform and the others around it."""

    shop: Acme
    platform: Peer
    screener: Peer
    listeners: dict[str, Peer]


def says(advice: str, words: str = "") -> Behaviour:
    return does.status(200, json.dumps({"advice": advice, "words": words}).encode())


@pytest.fixture
def town(acme: int, peer: Peer, monkeypatch: pytest.MonkeyPatch) -> Iterator[Town]:
    monkeypatch.setattr(connected_systems, "SCREENERS", SCREENERS)
    monkeypatch.setattr(connected_systems, "LISTENERS", LISTENERS)
    shop = Acme(acme, peer, screeners=SCREENERS, listeners=LISTENERS)
    shop.connect()
    with ExitStack() as open_peers:
        screener = open_peers.enter_context(Peer(otherwise=says("allow")))
        shop.connect_to("watchful", screener)
        listeners = {name: open_peers.enter_context(Peer(otherwise=does.status(200))) for name in LISTENERS}
        for name, listener in listeners.items():
            shop.connect_to(name, listener)
        yield Town(shop, peer, screener, listeners)
