"""Whether a message that came in was signed by somebody who has the store's secret: Standard Webhooks 1.0.

The library compares the signatures; what it lets pass although it is written differently (a time with
decimals, a signature with stray characters) is refused before, so that there is one way to write each.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterable
from dataclasses import dataclass

from standardwebhooks import Webhook, WebhookVerificationError

MESSAGE_ID = re.compile(r"[\x21-\x7e]{1,255}")
TIME = re.compile(r"[1-9][0-9]{0,11}")
# 32 bytes in base64 end with one of these before the "="; the other letters carry bits that nobody reads.
SIGNATURE = re.compile(r"v1,[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=")
OTHER_VERSION = re.compile(r"v(?!1,)[0-9a-z]{1,8},[\x21-\x7e]{1,200}")
SECRET_PREFIX = "whsec_"  # noqa: S105 - what a secret begins with


class NotSigned(Exception):
    """The message is not what somebody with the secret sent in the last five minutes."""


@dataclass(frozen=True)
class Envelope:
    """The three headers of a message."""

    message_id: str
    timestamp: str
    signatures: str


class Verifier:
    """Knows the secrets of a store: the one in force, and the one before while it lasts."""

    def __init__(self, secrets: Iterable[str]) -> None:
        self._webhooks = [Webhook(secret) for secret in secrets]

    def check(self, body: bytes, envelope: Envelope) -> None:
        """Raises NotSigned. The five minutes are the library's."""
        if not MESSAGE_ID.fullmatch(envelope.message_id) or not TIME.fullmatch(envelope.timestamp):
            raise NotSigned
        given = envelope.signatures.split(" ")
        signatures = [text for text in given if not OTHER_VERSION.fullmatch(text)]
        if not all(SIGNATURE.fullmatch(text) for text in signatures):
            raise NotSigned
        headers = {
            "webhook-id": envelope.message_id,
            "webhook-timestamp": envelope.timestamp,
            "webhook-signature": " ".join(signatures),
        }
        if not any(_matches(webhook, body, headers) for webhook in self._webhooks):
            raise NotSigned


def secret_text(key: bytes) -> str:
    """A secret as it is shown: "whsec_" and base64."""
    return SECRET_PREFIX + b64encode(key).decode("ascii")


def _matches(webhook: Webhook, body: bytes, headers: dict[str, str]) -> bool:
    try:
        webhook.verify(body, headers, json_parse=False)
    except (WebhookVerificationError, ValueError):  # ValueError: a body that is not UTF-8
        return False
    return True
