"""Whether Stripe sent a message: its own package compares the signature, the time is ours to give.

Loaded only where a store is connected to Stripe, since the package is an extra.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from stripe import SignatureVerificationError, WebhookSignature

TOLERANCE = timedelta(minutes=5)
# One way to write each: the package itself lets through what is written oddly.
PART = re.compile(r"(t)=([1-9][0-9]{0,10})|v[0-9]=[0-9a-f]{1,128}")


def is_signed(header: str, body: bytes, secret: str, now: datetime) -> bool:
    """Whether these bytes carry a signature of the secret that is no more than five minutes off."""
    parts = [PART.fullmatch(part) for part in header.split(",")]
    times = [part[2] for part in parts if part and part[1]]
    if None in parts or len(times) != 1:
        return False
    if abs(now - datetime.fromtimestamp(int(times[0]), UTC)) > TOLERANCE:
        return False
    try:
        return bool(WebhookSignature.verify_header(body, header, secret, tolerance=None))
    except (SignatureVerificationError, UnicodeDecodeError):
        return False
