"""The words of each kind of mail. A gift's recipient reads of no amount, but for the card that is theirs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from app.domain.letter import MailKind
from app.domain.policy import Release
from app.web.mails.asked_for import links, new_password, sign_in_changed
from app.web.mails.endings import cancelled, declined, payment_failed
from app.web.mails.pages import MailLink, MailPage, MailRow
from app.web.mails.parts import SEE_IT, back, because, ending, items, numbers
from app.web.mails.paying import pay_link, pay_reminder, refund_sent
from app.web.mails.telling import Telling

NOT_TOLD = "We will not tell the person who gave it."
ONE_CHARGE = (
    "You will not be charged again. You may see an order e-mail for the new item;"
    " it is part of this exchange."
)


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
        items=items(telling),
        rows=(*numbers(telling), *back(telling), *ending(telling)),
        links=(MailLink(SEE_IT, telling.status_url),),
        after=(NOT_TOLD if letter.gift else ONE_CHARGE, *_charged(telling)),
        reason=because(telling),
    )


def _charged(telling: Telling) -> Iterator[str]:
    """When a payment is charged, and what the card's statement shows."""
    release = telling.fact("charged")
    if release and not telling.letter.gift:
        instant = release == Release.INSTANT
        when = "when the shop has taken the exchange" if instant else "once you can no longer cancel"
        known = telling.letter.reference
        yield f"What you paid is reserved, and charged {when}. Your card's statement shows it with {known}."


def _shipped(telling: Telling) -> MailPage:
    tracking, arrives = telling.fact("tracking"), telling.fact("arrives_by")
    rows = [*numbers(telling)]
    if tracking:
        rows.append(MailRow("Tracking number", tracking))
    if arrives:
        rows.append(MailRow("Should arrive by", telling.day(arrives)))
    return MailPage(
        subject=f"On its way to you: {telling.letter.reference}",
        headline="What you get instead is on its way",
        items=items(telling),
        rows=tuple(rows),
        links=(MailLink(SEE_IT, telling.status_url),),
        after=_still_to_send(telling),
        reason=because(telling),
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
        items=items(telling),
        rows=(*numbers(telling), *back(telling)),
        links=(MailLink("How to send it back", telling.status_url),),
        reason=because(telling),
    )


def _gift_card(telling: Telling) -> MailPage:
    amount = telling.amount(telling.fact("amount"))
    store = telling.letter.sender.name
    return MailPage(
        subject=f"Your {store} gift card",
        headline=f"Your gift card of {amount}",
        lead=("Give this code when you pay:",),
        code=telling.fact("code") or "",
        rows=numbers(telling),
        links=(MailLink(SEE_IT, telling.status_url),),
        after=("Keep this e-mail: whoever has the code can use the card.",),
        reason=because(telling),
    )


def _hand_over(telling: Telling) -> MailPage:
    letter, until = telling.letter, telling.moment(telling.fact("until"))
    return MailPage(
        subject=f"Go on with your exchange: order {letter.order}",
        headline="Your exchange is ready for you",
        lead=("We have begun it for you. Look at it, change what you like, and confirm it yourself.",),
        items=items(telling),
        rows=(MailRow("Order", letter.order),),
        links=(MailLink("Go on with your exchange", telling.within(telling.fact("url"))),),
        after=(
            "Nothing is exchanged and nothing is charged before you confirm.",
            f"The link works until {until}. Whoever has it can see the order, so keep it to yourself.",
        ),
        reason=f"You get this e-mail because the shop has begun to exchange order {letter.order} for you.",
    )


KINDS: Mapping[MailKind, Callable[[Telling], MailPage]] = {
    MailKind.CONFIRMATION: _confirmation,
    MailKind.PAY_LINK: pay_link,
    MailKind.PAY_REMINDER: pay_reminder,
    MailKind.PAYMENT_FAILED: payment_failed,
    MailKind.DECLINED: declined,
    MailKind.CANCELLED: cancelled,
    MailKind.REFUND_SENT: refund_sent,
    MailKind.SHIPPED: _shipped,
    MailKind.RETURN_REMINDER: _return_reminder,
    MailKind.GIFT_CARD: _gift_card,
    MailKind.LINKS: links,
    MailKind.HAND_OVER: _hand_over,
    MailKind.NEW_PASSWORD: new_password,
    MailKind.SIGN_IN_CHANGED: sign_in_changed,
}
