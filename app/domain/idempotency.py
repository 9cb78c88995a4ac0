"""Keys of what leaves this deployment, derived from what it is about and never drawn at random.

A lost row, a restored backup or a second worker therefore arrives at the same key, and the platform
recognises the repeat. What an exchange is called towards people is not here.
"""

from __future__ import annotations

import hashlib
import uuid

# Our own name space for version 5 UUIDs. It must never change: every transaction id hangs on it.
NAMESPACE = uuid.UUID("6b0d5c62-3f0e-5a53-9d0c-7c0f6a2f6d11")
LONGEST_KEY = 200


def placing_key(store_slug: str, original_order_id: str, generation: int) -> str:
    """The key of placing one exchange of an order.

    `generation` is how many exchanges of this order were submitted before. An order id too long
    for the key column is stood in for by its SHA-256.
    """
    return _key(store_slug, original_order_id, f"{generation}:place")


def dispatch_key(store_slug: str, original_order_id: str, generation: int, purpose: str, system: str) -> str:
    """The key of telling one system about an exchange, for a purpose other than placing it."""
    return _key(store_slug, original_order_id, f"{generation}:{purpose}:{system}")


def transaction_id_for(key: str) -> str:
    """The UUID (version 5) that stands for this key where a platform wants a transaction number."""
    return str(uuid.uuid5(NAMESPACE, key))


def _key(store_slug: str, original_order_id: str, rest: str) -> str:
    key = f"{store_slug}:{original_order_id}:{rest}"
    if len(key) <= LONGEST_KEY:
        return key
    digest = hashlib.sha256(original_order_id.encode()).hexdigest()
    return f"{store_slug}:{digest}:{rest}"
