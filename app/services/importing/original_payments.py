"""What an order was paid with, as far as a file tells it in a way that can be believed.

Shops number payments in ways of their own. Only a number of a provider that the portal can be connected to is
of use, since a refund is asked for with it; of several payments nobody knows which one to give back.
"""

from __future__ import annotations

from collections.abc import Iterable

from app.connectors.registry import GATEWAYS
from app.services.importing.optoro_schema import SnapshotOrder, SnapshotTransaction

TAKING = ("sale", "capture")


def of_snapshot(order: SnapshotOrder) -> str:
    """The field of our own where it is there, else the one successful transaction at a known provider."""
    return order.payment_reference or _only(
        transaction.identifier for transaction in order.transactions if _took_money(transaction)
    )


def of_export(method: str, reference: str) -> str:
    """The reference of an export's row, where the method names a known provider."""
    return reference if is_known_provider(method) else ""


def is_known_provider(name: str) -> bool:
    """Whether this is the name of a provider that a store can be connected to."""
    return name.strip().casefold() in GATEWAYS


def _took_money(transaction: SnapshotTransaction) -> bool:
    done = transaction.status.casefold() == "success" and transaction.type.casefold() in TAKING
    return done and is_known_provider(transaction.gateway)


def _only(references: Iterable[str]) -> str:
    distinct = set(references)
    return distinct.pop() if len(distinct) == 1 else ""
