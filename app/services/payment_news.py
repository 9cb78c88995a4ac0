"""News of a payment from its provider, once its signature has proved true: a reason to look at the record."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from app.connectors.settings import InvalidSettings
from app.services.connector_settings import Connections, NotConnected, gateway_for
from app.services.payment_watch import look_soon
from app.services.secret_box import WrongKey
from app.services.webhook_signatures import NotSigned


class NoSuchProvider(LookupError):
    """The store in scope takes no payments by this system."""


def hear(
    connections: Connections, system: str, headers: Mapping[str, str], body: bytes, now: datetime
) -> bool:
    """Have the page that it is about looked at soon; False where that is none of ours.

    Names in `headers` are lower case. Raises NoSuchProvider, NotSigned.
    """
    try:
        gateway = gateway_for(connections, system)
    except (NotConnected, InvalidSettings, WrongKey):
        raise NoSuchProvider(system) from None
    page = gateway.heard(headers, body, now)
    if page is None:
        raise NotSigned
    return bool(page) and look_soon(system, page, now)
