"""What the sandbox's card provider answered: pages, records and movements, doubted before believed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from app.connectors.answers import LARGEST_AMOUNT, content_of, explained, one_line, order_number
from app.connectors.base import Refused, Reply
from app.connectors.moved import HostedPage, Moved
from app.domain.payment import PaymentRecord, Standing

UNREADABLE = "The payment provider's answer cannot be read"
STANDINGS = {
    standing.value: standing
    for standing in (
        Standing.OPEN,
        Standing.AUTHORISED,
        Standing.CAPTURED,
        Standing.VOIDED,
        Standing.OVER,
    )
}


def is_readable(reply: Reply) -> bool:
    """Whether a yes came through whole; the same key brings the same answer again."""
    return isinstance(content_of(reply), dict)


def read_page(reply: Reply, origin: str) -> HostedPage | Refused:
    """The page that was opened; one outside `origin` is no page of this provider."""
    content = _content(reply)
    if isinstance(content, Refused):
        return content
    number, url, end = order_number(content.get("page")), content.get("url"), _moment(content)
    if not number or not isinstance(url, str) or end is None:
        return Refused(UNREADABLE)
    if not url.startswith(f"{origin}/"):
        return Refused("The payment provider's page is at an address other than its own")
    return HostedPage(number, url, end)


def read_record(reply: Reply) -> PaymentRecord | Refused:
    """The provider's record."""
    content = _content(reply)
    if isinstance(content, Refused):
        return content
    amounts = [_amount(content.get(name)) for name in ("amount", "captured", "refunded")]
    standing, page = STANDINGS.get(str(content.get("status"))), order_number(content.get("page"))
    amount, captured, refunded = amounts
    if standing is None or not page or amount is None or captured is None or refunded is None:
        return Refused(UNREADABLE)
    return PaymentRecord(
        page=page,
        standing=standing,
        amount=amount,
        currency=str(content.get("currency")),
        payment=order_number(content.get("payment")),
        captured=captured,
        refunded=refunded,
        capture_before=_moment(content, "capture_before"),
        declined=_text(content.get("declined")),
        declines=_amount(content.get("declines")) or 0,
    )


def read_moved(reply: Reply) -> Moved | Refused:
    """The movement that was made."""
    content = _content(reply)
    if isinstance(content, Refused):
        return content
    number, amount = order_number(content.get("movement")), _amount(content.get("amount"))
    if not number or amount is None:
        return Refused(UNREADABLE)
    return Moved(number, amount, {"movement": number, "amount": amount})


def why_failed(reply: Reply) -> str:
    """Why a movement that was made has failed since; empty where it has not."""
    content = _content(reply)
    return "" if isinstance(content, Refused) else _text(content.get("failed"))


def explain(reply: Reply) -> str:
    """An answer other than yes, in words for an agent."""
    content = content_of(reply)
    said = _text(content.get("message")) if isinstance(content, dict) else ""
    return explained(reply, said).replace("The platform", "The payment provider", 1)


def _content(reply: Reply) -> dict[str, Any] | Refused:
    if not 200 <= reply.status < 300:
        return Refused(explain(reply))
    content = content_of(reply)
    return content if isinstance(content, dict) else Refused(UNREADABLE)


def _amount(value: Any) -> int | None:
    is_amount = isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= LARGEST_AMOUNT
    return value if is_amount else None


def _moment(content: dict[str, Any], name: str = "expires_at") -> datetime | None:
    try:
        moment = datetime.fromisoformat(str(content.get(name)))
    except ValueError:
        return None
    return moment if moment.tzinfo else None


def _text(value: Any) -> str:
    return one_line(value)[:200] if isinstance(value, str) else ""
