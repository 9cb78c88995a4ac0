"""The text of a signed link, and the signature under it. docs/links.md tells merchants the same.

    v1.<key>.<order>.<purpose>.<expiry>.<signature>

The signature is HMAC-SHA256 over everything before its dot, as UTF-8, under the key's secret, in 64
lower-case hexadecimal digits: what Liquid's `hmac_sha256` gives. Only the order's number may contain
dots, so the text is read from both ends. The store is not named, because each store has its own
secrets. Escaping for an address is not done here, nor is deciding what an expired link shows.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

VERSION = "v1"
LONGEST = 600  # characters; an order's number has at most 255

_KEY = re.compile(r"k[1-9][0-9]{0,5}")
_EXPIRY = re.compile(r"[1-9][0-9]{8,10}")
_SIGNATURE = re.compile(r"[0-9a-f]{64}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_MARK = re.compile(r"[0-9a-f]{16}")


class LinkInvalid(ValueError):
    """Not a link of this store: malformed, changed, or signed with another key."""


class LinkExpired(ValueError):
    """A true link whose time, or whose key's time, is over."""


class Purpose(StrEnum):
    """Whose view a link opens: the buyer's, or that of a gift's recipient."""

    BUYER = "buyer"
    GIFT = "gift"


@dataclass(frozen=True)
class SignedLink:
    """What a link says once its signature was found true. `order_number` is as the merchant wrote it.

    `mark` tells one hand-over's link from every other; the links of mail templates have none.
    """

    order_number: str
    purpose: Purpose
    expires_at: datetime
    mark: str = ""


@dataclass(frozen=True)
class UnprovenLink:
    """A link taken apart: nothing in it may be believed before `prove`."""

    key_name: str
    order_number: str
    purpose: str
    expiry: int
    text: str
    signature: str


def sign(
    secret: str, key_name: str, order_number: str, purpose: Purpose, expires_at: datetime, mark: str = ""
) -> str:
    """The link, not yet escaped for an address. Raises LinkInvalid if it could not be read back."""
    whose = f"{purpose}-{mark}" if mark else purpose
    text = ".".join((VERSION, key_name, order_number, whose, str(int(expires_at.timestamp()))))
    token = f"{text}.{signature_of(secret, text)}"
    take_apart(token)
    return token


def signature_of(secret: str, text: str) -> str:
    """HMAC-SHA256 in lower-case hexadecimal."""
    return hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()


def take_apart(token: str) -> UnprovenLink:
    """Split a link into its parts, strictly. Raises LinkInvalid."""
    if len(token) > LONGEST or _CONTROL.search(token):
        raise LinkInvalid("not a link")
    text, _, signature = token.rpartition(".")
    head = text.split(".", 2)
    tail = head[-1].rsplit(".", 2)
    if len(head) != 3 or len(tail) != 3 or head[0] != VERSION:
        raise LinkInvalid("not a link")
    key_name, (order_number, purpose, expiry) = head[1], tail
    well_formed = _KEY.fullmatch(key_name) and _EXPIRY.fullmatch(expiry) and _SIGNATURE.fullmatch(signature)
    if not well_formed or not order_number:
        raise LinkInvalid("not a link")
    return UnprovenLink(key_name, order_number, purpose, int(expiry), text, signature)


def prove(link: UnprovenLink, secret: str, now: datetime) -> SignedLink:
    """The link's content if this secret signed it and its time is not over.

    Nothing but the signature decides first. Raises LinkInvalid and LinkExpired.
    """
    if not hmac.compare_digest(signature_of(secret, link.text), link.signature):
        raise LinkInvalid("not signed with this key")
    purpose, hyphen, mark = link.purpose.partition("-")
    if purpose not in tuple(Purpose) or (hyphen and not _MARK.fullmatch(mark)):
        raise LinkInvalid("an unknown purpose")
    expires_at = datetime.fromtimestamp(link.expiry, UTC)
    if expires_at <= now:
        raise LinkExpired
    return SignedLink(link.order_number, Purpose(purpose), expires_at, mark)
