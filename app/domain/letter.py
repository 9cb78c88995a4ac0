"""A mail to a shopper or an agent, in values: what it is about and to whom, before it is put into words.

A letter is kept with the message that sends it, so the words and the bytes made of it can be made again.
Which mails there are stands in `MailKind`; the words are templates, and putting them on the wire is
`app.connectors.mail`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


class MailKind(StrEnum):
    """What a mail tells. Every kind has a text and an HTML template of this name."""

    CONFIRMATION = "confirmation"
    PAY_LINK = "pay_link"
    PAY_REMINDER = "pay_reminder"
    PAYMENT_FAILED = "payment_failed"
    DECLINED = "declined"
    CANCELLED = "cancelled"
    REFUND_SENT = "refund_sent"
    SHIPPED = "shipped"
    RETURN_REMINDER = "return_reminder"
    GIFT_CARD = "gift_card"
    LINKS = "links"
    HAND_OVER = "hand_over"
    NEW_PASSWORD = "new_password"  # noqa: S105 - the name of a mail
    SIGN_IN_CHANGED = "sign_in_changed"


class Unpaid(StrEnum):
    """Why a payment came to nothing, as the fact `why` of that mail.

    `GONE`: what was chosen had gone by then. `LAPSED`: a reservation ended before the exchange was placed.
    `PAGE`: the payment page ended unpaid. `LINK`: nobody paid in the time that a person's yes gave.
    """

    GONE = "gone"
    LAPSED = "lapsed"
    PAGE = "page"
    LINK = "link"


class SignInChange(StrEnum):
    """What of an agent's own sign-in was changed, as the fact `what` of that mail."""

    PASSWORD = "password"  # noqa: S105 - the name of a change
    RECOVERY_CODES = "recovery_codes"
    AUTHENTICATOR = "authenticator"


@dataclass(frozen=True)
class Sender:
    """The store as its mails show it. `reply_to` and `help_url` are empty where the store gave none."""

    slug: str
    name: str
    currency: str
    locale: str
    time_zone: str
    accent: str = ""
    reply_to: str = ""
    help_url: str = ""


@dataclass(frozen=True)
class Letter:
    """One mail. `message_id` is derived, so that the same mail sent twice is known for the same.

    `gift`: to the recipient of a gift, who must read of no amount. `exchange` is the public id, empty where
    the mail is about none. `facts` are JSON values that the kind's templates know: amounts in minor units of
    the store's currency, days and times as ISO 8601.
    """

    kind: MailKind
    message_id: str
    at: datetime
    to: str
    sender: Sender
    order: str = ""
    reference: str = ""
    exchange: str = ""
    gift: bool = False
    facts: Mapping[str, Any] = field(default_factory=dict)

    def to_data(self) -> dict[str, Any]:
        return asdict(self) | {"at": self.at.isoformat(), "facts": dict(self.facts)}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Letter:
        read = {
            "kind": MailKind(data["kind"]),
            "at": datetime.fromisoformat(data["at"]),
            "sender": Sender(**data["sender"]),
        }
        return cls(**(dict(data) | read))


@dataclass(frozen=True)
class Written:
    """A letter put into words: its subject, and its two bodies, which say the same."""

    subject: str
    text: str
    html: str
