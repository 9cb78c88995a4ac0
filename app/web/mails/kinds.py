"""The words of each kind of mail. A gift's recipient reads of no amount, but for the card that is theirs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from app.domain.letter import MailKind, Unpaid
from app.web.mails.asked_for import links, new_password
from app.web.mails.pages import MailItem, MailLink, MailPage, MailRow
from app.web.mails.telling import Telling

SEE_IT = "See your exchange"
NOTHING_OWED = "You pay nothing, and nothing needs to be sent back."
GIFT_KEPT = "You keep what you have, and nothing needs to be sent back."
NOT_TOLD = "We will not tell the person who gave it."
ONE_CHARGE = (
    "You will not be charged again. You may see an order e-mail for the new item;"
    " it is part of this exchange."
)


GO_ON = "Go on with your exchange"
SAVED = "Nothing was charged and your exchange is saved."
UNPAID: Mapping[Unpaid, tuple[str, tuple[str, ...]]] = {
    Unpaid.GONE: (
        "Your exchange could not go ahead",
        ("Something had changed by the time you paid, so what was reserved is let go of.", SAVED),
    ),
    Unpaid.LAPSED: (
        "Your payment was let go of",
        (
            "The shop could not send your exchange while the amount was reserved on your card. " + SAVED,
            "A person at the shop looks at it. Once they have said yes we send you a link to pay.",
        ),
    ),
    Unpaid.PAGE: (
        "Your exchange is not paid yet",
        ("The payment page has closed. " + SAVED, "You can go on where you left off."),
    ),
    Unpaid.LINK: (
        "The time to pay is over",
        (
            "The shop had said yes, and nobody paid in time. " + SAVED,
            "If you still want it, go on with what you have chosen; the shop looks at it once more.",
        ),
    ),
}


def page_of(telling: Telling) -> MailPage:
    """The mail of this letter."""
    return KINDS[telling.letter.kind](telling)


def _confirmation(telling: Telling) -> MailPage:
    letter, waits = telling.letter, telling.fact("waits")
    headline = "We have your request" if waits else "Your exchange is confirmed"
    judged = "A person at the shop looks at this first. Keep your items until they have."
    lead = [judged if waits else "We have it safely and are passing it on to the shop."]
    if telling.fact("cancel_until") and not waits:
        lead.append(
            f"Changed your mind? You can cancel until {telling.moment(telling.fact('cancel_until'))}."
        )
    return MailPage(
        subject=f"{headline}: {letter.reference}",
        headline=headline,
        lead=tuple(lead),
        items=_items(telling),
        rows=(*_numbers(telling), *_back(telling), *_ending(telling)),
        links=(MailLink(SEE_IT, telling.status_url),),
        after=(NOT_TOLD if letter.gift else ONE_CHARGE,),
        reason=_because(telling),
    )


def _pay_link(telling: Telling) -> MailPage:
    amount = telling.amount(telling.fact("amount"))
    until = telling.fact("until")
    lead = [f"The shop has said yes. To go on, pay the price difference of {amount}."]
    if until:
        lead.append(f"The items are kept for you until {telling.moment(until)}.")
    url = telling.within(telling.fact("url") or telling.status_url)
    return MailPage(
        subject=f"Pay {amount} to go on with your exchange {telling.letter.reference}",
        headline=f"Pay {amount} to go on",
        lead=tuple(lead),
        items=_items(telling),
        rows=_numbers(telling),
        links=(MailLink(f"Pay {amount}", url),),
        after=("Nothing was charged so far.",),
        reason=_because(telling),
    )


def _payment_failed(telling: Telling) -> MailPage:
    why = Unpaid(telling.fact("why") or Unpaid.PAGE)
    headline, lead = UNPAID[why]
    return MailPage(
        subject=f"{headline}: order {telling.letter.order}",
        headline=headline,
        lead=lead,
        items=_items(telling),
        items_title="What you have chosen",
        rows=_numbers(telling),
        links=(MailLink(SEE_IT if why is Unpaid.LAPSED else GO_ON, telling.status_url),),
        reason=_because(telling),
    )


def _declined(telling: Telling) -> MailPage:
    gift = telling.letter.gift
    looked = "A person at the shop looked at it." if telling.fact("judged") else ""
    words = telling.fact("words") or ""
    lead = (looked, words, GIFT_KEPT if gift else NOTHING_OWED)
    return _ended(telling, "The shop could not accept this exchange", lead)


def _cancelled(telling: Telling) -> MailPage:
    gift = telling.letter.gift
    return _ended(telling, "Your exchange was cancelled", (GIFT_KEPT if gift else NOTHING_OWED,))


def _ended(telling: Telling, headline: str, lead: tuple[str, ...]) -> MailPage:
    return MailPage(
        subject=f"{headline}: {telling.letter.reference}",
        headline=headline,
        lead=tuple(filter(None, lead)),
        items=_items(telling),
        items_title="What it was about",
        rows=_numbers(telling),
        links=(MailLink(SEE_IT, telling.status_url),),
        reason=_because(telling),
    )


def _shipped(telling: Telling) -> MailPage:
    tracking, arrives = telling.fact("tracking"), telling.fact("arrives_by")
    rows = [*_numbers(telling)]
    if tracking:
        rows.append(MailRow("Tracking number", tracking))
    if arrives:
        rows.append(MailRow("Should arrive by", telling.day(arrives)))
    return MailPage(
        subject=f"On its way to you: {telling.letter.reference}",
        headline="What you get instead is on its way",
        items=_items(telling),
        rows=tuple(rows),
        links=(MailLink(SEE_IT, telling.status_url),),
        after=_still_to_send(telling),
        reason=_because(telling),
    )


def _still_to_send(telling: Telling) -> tuple[str, ...]:
    if not telling.fact("rma") or not telling.fact("send_by") or telling.fact("parcel_seen"):
        return ()
    day, rma = telling.day(telling.fact("send_by")), telling.fact("rma")
    return (f"If you have not sent your parcel back yet: hand it in by {day}, with {rma} inside.",)


def _return_reminder(telling: Telling) -> MailPage:
    day, late = telling.day(telling.fact("send_by")), telling.fact("late")
    headline = f"Your parcel was due by {day}" if late else f"Please send your parcel back by {day}"
    hand_it_in = " Please hand it in now." if late else ""
    return MailPage(
        subject=f"{headline}: {telling.letter.reference}",
        headline=headline,
        lead=(f"We have not seen it on its way yet.{hand_it_in} If you have just done so, all is well.",),
        items=_items(telling),
        rows=(*_numbers(telling), *_back(telling)),
        links=(MailLink("How to send it back", telling.status_url),),
        reason=_because(telling),
    )


def _gift_card(telling: Telling) -> MailPage:
    amount = telling.amount(telling.fact("amount"))
    store = telling.letter.sender.name
    return MailPage(
        subject=f"Your {store} gift card",
        headline=f"Your gift card of {amount}",
        lead=("Give this code when you pay:",),
        code=telling.fact("code") or "",
        rows=_numbers(telling),
        links=(MailLink(SEE_IT, telling.status_url),),
        after=("Keep this e-mail: whoever has the code can use the card.",),
        reason=_because(telling),
    )


def _hand_over(telling: Telling) -> MailPage:
    letter, until = telling.letter, telling.moment(telling.fact("until"))
    return MailPage(
        subject=f"Go on with your exchange: order {letter.order}",
        headline="Your exchange is ready for you",
        lead=("We have begun it for you. Look at it, change what you like, and confirm it yourself.",),
        items=_items(telling),
        rows=(MailRow("Order", letter.order),),
        links=(MailLink("Go on with your exchange", telling.within(telling.fact("url"))),),
        after=(
            "Nothing is exchanged and nothing is charged before you confirm.",
            f"The link works until {until}. Whoever has it can see the order, so keep it to yourself.",
        ),
        reason=f"You get this e-mail because the shop has begun to exchange order {letter.order} for you.",
    )


def _items(telling: Telling) -> tuple[MailItem, ...]:
    return tuple(_item(each) for each in telling.fact("items") or ())


def _item(data: Mapping[str, Any]) -> MailItem:
    units = f"{data['quantity']} × " if data["quantity"] > 1 else ""
    arrives = "Gift card" if data["card"] else "; ".join(data["arrives"])
    return MailItem(units + data["leaves"], arrives)


def _numbers(telling: Telling) -> tuple[MailRow, ...]:
    letter = telling.letter
    return (MailRow("Exchange", letter.reference), MailRow("Order", letter.order))


def _back(telling: Telling) -> Iterator[MailRow]:
    """How the goods go back, while they shall."""
    if telling.fact("rma"):
        yield MailRow("Put this number into the parcel", telling.fact("rma"))
        if telling.fact("send_by"):
            yield MailRow("Hand it in by", telling.day(telling.fact("send_by")))


def _ending(telling: Telling) -> Iterator[MailRow]:
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


def _because(telling: Telling) -> str:
    return f"You get this e-mail because order {telling.letter.order} is exchanged under your address."


KINDS: Mapping[MailKind, Callable[[Telling], MailPage]] = {
    MailKind.CONFIRMATION: _confirmation,
    MailKind.PAY_LINK: _pay_link,
    MailKind.PAYMENT_FAILED: _payment_failed,
    MailKind.DECLINED: _declined,
    MailKind.CANCELLED: _cancelled,
    MailKind.SHIPPED: _shipped,
    MailKind.RETURN_REMINDER: _return_reminder,
    MailKind.GIFT_CARD: _gift_card,
    MailKind.LINKS: links,
    MailKind.HAND_OVER: _hand_over,
    MailKind.NEW_PASSWORD: new_password,
}
