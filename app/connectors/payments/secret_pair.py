"""The two secrets of a payment provider, kept as one: the key that we call with, and the one that signs
what the provider tells us.

They come in on one line with a space between. What is sent with the key is each connector's own file.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from app.connectors.settings import InvalidSettings, checked_header_value

SIGNING = "whsec_"


@dataclass(frozen=True)
class SecretPair:
    """Neither is ever shown."""

    key: str = field(repr=False)
    signing: str = field(repr=False)


def read_pair(secret: str | None, key_words: str) -> SecretPair:
    """Both secrets out of one line; `key_words` says what the key is. Raises InvalidSettings."""
    parts = (secret or "").split()
    if len(parts) != 2 or not parts[1].startswith(SIGNING) or len(parts[1]) == len(SIGNING):
        sentence = f"must be {key_words}, a space, and the webhook's signing secret, which starts with whsec_"
        raise InvalidSettings({"secret": sentence})
    try:
        return SecretPair(checked_header_value(parts[0]), checked_header_value(parts[1]))
    except ValueError as error:
        raise InvalidSettings({"secret": str(error)}) from None
