"""Whether a message was signed with a secret just now: Standard Webhooks 1.0, with time as an argument.

The library's own check reads the machine's clock, so only its signing is used.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from standardwebhooks import Webhook

TOLERANCE = timedelta(minutes=5)
TIME = re.compile(r"[1-9][0-9]{0,10}")


def is_signed(webhook: Webhook, headers: Mapping[str, str], body: bytes, now: datetime) -> bool:
    """Whether these bytes carry a signature of the secret that is no more than five minutes off."""
    message, written = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not message or not TIME.fullmatch(written):
        return False
    at = datetime.fromtimestamp(int(written), UTC)
    if abs(now - at) > TOLERANCE:
        return False
    try:
        right = webhook.sign(message, at, body.decode())
    except UnicodeDecodeError:
        return False
    given = headers.get("webhook-signature", "").split(" ")
    return any(hmac.compare_digest(right.encode(), text.encode()) for text in given)
