"""What each connector of a store is for, in words for whoever looks at the list of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.connectors.base import Connector
from app.services.connector_settings import Connections, made


def does_what(connections: Connections, system: str) -> str:
    """What a connector of the store in scope is for, once it has proved that it can be made.

    Raises NotConnected, InvalidSettings, WrongKey.
    """
    does: list[tuple[str, Mapping[str, type[Connector[Any]]]]] = [
        ("places", connections.platforms),
        ("screens", connections.screeners),
        ("listens", connections.listeners),
        ("is told of every change", connections.notifiers),
        ("makes gift cards", connections.issuers),
        ("takes payments", connections.gateways),
        ("says what is on the shelf", connections.sources),
    ]
    roles = []
    for word, kinds in does:
        if system in kinds:
            made(connections, kinds, system, "it")
            roles.append(word)
    return ", ".join(roles) or "is not known to this version"
