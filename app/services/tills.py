"""Where the store in scope takes payments, as its pages and Confirm have to know it."""

from __future__ import annotations

from dataclasses import dataclass

from app.connectors.settings import InvalidSettings
from app.domain.collecting import Till
from app.services.connected_systems import paying_system
from app.services.connector_settings import Connections, NotConnected, gateway_for
from app.services.secret_box import WrongKey


@dataclass(frozen=True)
class OpenTill:
    """The till, and the origins of the provider's pages: a form may lead there."""

    till: Till
    origins: tuple[str, ...] = ()


def till_for(connections: Connections, currency: str) -> OpenTill | None:
    """Where an amount in this currency is paid; None where the store has no payment provider.

    One whose connector cannot be made just now is still the one: nothing is placed unpaid because of that.
    """
    system = paying_system()
    if system is None:
        return None
    try:
        gateway = gateway_for(connections, system)
    except (NotConnected, InvalidSettings, WrongKey):
        return OpenTill(Till(system))
    return OpenTill(Till(system, gateway.minimum(currency), gateway.step(currency)), gateway.page_origins)
