"""Which systems the store in scope is connected to, by what they do for it.

The rows are read once in a transaction. Making a connector of one is `app.services.connector_settings`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from sqlalchemy import ScalarSelect, select
from sqlalchemy.orm import InstrumentedAttribute

from app.connectors.registry import (
    FOLLOWERS,
    GATEWAYS,
    ISSUERS,
    LISTENERS,
    MONEY_FOLLOWERS,
    NOTIFIERS,
    PLATFORMS,
    SCREENERS,
    SHIPPING_FOLLOWERS,
)
from app.models import Connector, db, remembered

CONNECTED = "connectors"
IS_EMAIL = re.compile(r"\S+@\S+")


def placing_system() -> str | None:
    """The platform that takes the exchange orders of the store in scope, None when there is none."""
    return next(iter(connected(PLATFORMS)), None)


def screening_system() -> str | None:
    """The system that screens the exchanges of the store in scope, None when there is none."""
    return next(iter(connected(SCREENERS)), None)


def listening_systems() -> list[str]:
    """The systems that are told of the placed exchanges of the store in scope."""
    return connected(LISTENERS)


def following_systems() -> list[str]:
    """Those of them that also hear of the parcel that comes back."""
    return connected(FOLLOWERS)


def money_following_systems() -> list[str]:
    """Those of them that also hear when money was taken for an exchange, or paid back."""
    return connected(MONEY_FOLLOWERS)


def shipping_following_systems() -> list[str]:
    """Those of them that hear when what goes out has left the shop."""
    return connected(SHIPPING_FOLLOWERS)


def noticing_system() -> str | None:
    """What is told of every change of an exchange of the store in scope, None when nobody is."""
    return next(iter(connected(NOTIFIERS)), None)


def issuing_system() -> str | None:
    """Who makes the gift cards that the store in scope gives from here, None where they are of its pool."""
    return next(iter(connected(ISSUERS)), None)


def paying_system() -> str | None:
    """The payment provider of the store in scope, None when there is none."""
    return next(iter(connected(GATEWAYS)), None)


def placing_system_of(store_id: InstrumentedAttribute[int]) -> ScalarSelect[str | None]:
    """What `placing_system` finds, as a column beside rows of a store: pages have to count their queries."""
    first = select(Connector.system).where(Connector.store_id == store_id, Connector.system.in_(PLATFORMS))
    return first.order_by(Connector.id).limit(1).scalar_subquery()


def cannot_write_to(system: str | None, email: str) -> bool:
    """Whether this platform needs a customer's e-mail address, and this is none."""
    return system is not None and PLATFORMS[system].needs_email and not IS_EMAIL.fullmatch(email)


def takes_one_exchange_only(system: str | None) -> bool:
    """Whether this platform takes one exchange of an order and no more."""
    return system is not None and PLATFORMS[system].one_per_order


def connected(kinds: Mapping[str, object]) -> list[str]:
    """The systems of these kinds that the store in scope is connected to, the eldest first."""
    return [row.system for row in connector_rows() if row.system in kinds]


def connector_rows() -> list[Connector]:
    """All connectors of the store in scope, the eldest first; read once in a transaction."""
    kept = remembered(CONNECTED)
    store_id = db.session().info.get("store_id")
    if store_id not in kept:
        with db.session.no_autoflush:  # none of them waits to be written
            kept[store_id] = list(db.session.scalars(select(Connector).order_by(Connector.id)))
    rows: list[Connector] = kept[store_id]
    return rows
