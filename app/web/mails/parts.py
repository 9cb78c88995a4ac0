"""What several kinds of mail have in common: the items, the numbers, how the sum ends."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from app.web.mails.pages import MailItem, MailRow
from app.web.mails.telling import Telling

SEE_IT = "See your exchange"


def items(telling: Telling) -> tuple[MailItem, ...]:
    """What goes back, and what comes for it."""
    return tuple(_item(each) for each in telling.fact("items") or ())


def _item(data: Mapping[str, Any]) -> MailItem:
    units = f"{data['quantity']} × " if data["quantity"] > 1 else ""
    arrives = "Gift card" if data["card"] else "; ".join(data["arrives"])
    return MailItem(units + data["leaves"], arrives)


def numbers(telling: Telling) -> tuple[MailRow, ...]:
    """The exchange's number and the order's."""
    letter = telling.letter
    return (MailRow("Exchange", letter.reference), MailRow("Order", letter.order))


def back(telling: Telling) -> Iterator[MailRow]:
    """How the goods go back, while they shall."""
    if telling.fact("rma"):
        yield MailRow("Put this number into the parcel", telling.fact("rma"))
        if telling.fact("send_by"):
            yield MailRow("Hand it in by", telling.day(telling.fact("send_by")))


def ending(telling: Telling) -> Iterator[MailRow]:
    """How the confirmed sum ends; of a gift only that there is a card."""
    if telling.letter.gift:
        if telling.fact("card"):
            yield MailRow("Gift card", "comes in an e-mail of its own")
        return
    total = telling.fact("sum") or {}
    if total.get("due"):
        yield MailRow("You pay", telling.amount(total["due"]))
    if total.get("refund"):
        yield MailRow("You get back", telling.amount(total["refund"]))
    if total.get("forfeited"):
        yield MailRow("Not refunded", telling.amount(total["forfeited"]))
    if total.get("card"):
        yield MailRow("Gift card, by e-mail", telling.amount(total["card"]))
    if total and not any(total.values()):
        yield MailRow("To pay", "Nothing: an even exchange")


def because(telling: Telling) -> str:
    """Why they get this mail."""
    return f"You get this e-mail because order {telling.letter.order} is exchanged under your address."
