"""Mails about money on its way: a link to pay, that it is about to lapse, and that a refund was sent."""

from __future__ import annotations

from app.web.mails.pages import MailLink, MailPage
from app.web.mails.parts import SEE_IT, because, items, numbers
from app.web.mails.telling import Telling

NOT_CHARGED = "Nothing was charged so far."


def pay_link(telling: Telling) -> MailPage:
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
        items=items(telling),
        rows=numbers(telling),
        links=(MailLink(f"Pay {amount}", url),),
        after=(NOT_CHARGED,),
        reason=because(telling),
    )


def pay_reminder(telling: Telling) -> MailPage:
    amount, until = telling.amount(telling.fact("amount")), telling.moment(telling.fact("until"))
    return MailPage(
        subject=f"Your exchange {telling.letter.reference} ends soon unless {amount} is paid",
        headline=f"Pay {amount} by {until}",
        lead=(
            "The items are kept for you until then. After that the exchange ends, and nothing is charged.",
        ),
        items=items(telling),
        rows=numbers(telling),
        links=(MailLink(f"Pay {amount}", telling.status_url),),
        after=(NOT_CHARGED,),
        reason=because(telling),
    )


def refund_sent(telling: Telling) -> MailPage:
    amount = telling.amount(telling.fact("amount"))
    return MailPage(
        subject=f"Your refund of {amount} is on its way: {telling.letter.reference}",
        headline=f"We have sent you {amount}",
        lead=(
            f"It goes back to what order {telling.letter.order} was paid with."
            " Your bank may need some days to show it.",
        ),
        items=items(telling),
        rows=numbers(telling),
        links=(MailLink(SEE_IT, telling.status_url),),
        reason=because(telling),
    )
