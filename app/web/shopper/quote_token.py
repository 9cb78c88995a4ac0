"""The sum that a page showed, as the page hands it back: which one, when, and how it ended.

Signed, so that it cannot be invented, and not secret: whoever must not see an amount gets no `sentence`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer

from app.web.shopper.pages import Difference, Outcome

UNKNOWN = "We could not tell which sum you saw."


@dataclass(frozen=True)
class QuoteSeen:
    """`version` is empty, and so never the right one, where the page's own words cannot be trusted."""

    version: str
    sentence: str
    at: datetime | None

    @property
    def difference(self) -> Difference:
        return Difference(Outcome.EVEN, 0, None, self.sentence)


def signed_quote(version: str, sentence: str, at: datetime) -> str:
    """For the page's hidden field."""
    return str(_signer().dumps({"version": version, "sentence": sentence, "at": int(at.timestamp())}))


def quote_seen(token: str) -> QuoteSeen:
    """What that field says, if we signed it."""
    try:
        seen = _signer().loads(token)
        return QuoteSeen(seen["version"], seen["sentence"], datetime.fromtimestamp(seen["at"], UTC))
    except (BadSignature, KeyError, TypeError):
        return QuoteSeen("", UNKNOWN, None)


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(str(current_app.config["SECRET_KEY"]), salt="quote-seen")
