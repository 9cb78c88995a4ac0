"""Mails of what does not go ahead: declined, cancelled, not paid; each says what became of the money."""

from __future__ import annotations

from collections.abc import Mapping

from app.domain.letter import Unpaid
from app.web.mails.pages import MailLink, MailPage, MailRow
from app.web.mails.parts import SEE_IT, because, ending, items, numbers
from app.web.mails.telling import Telling

NOTHING_OWED = "You pay nothing, and nothing needs to be sent back."
GIFT_KEPT = "You keep what you have, and nothing needs to be sent back."
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


def _nothing_owed(telling: Telling) -> str:
    """That nothing is to be paid or sent; and what becomes of what was charged already."""
    if telling.letter.gift:
        return GIFT_KEPT
    taken = telling.fact("taken")
    back = f"What you paid, {telling.amount(taken)}, goes back to your card in full. " if taken else ""
    return back + NOTHING_OWED


def declined(telling: Telling) -> MailPage:
    looked = "A person at the shop looked at it." if telling.fact("judged") else ""
    words = telling.fact("words") or ""
    lead = (looked, words, _nothing_owed(telling))
    return _ended(telling, "The shop could not accept this exchange", lead)


def part_kept(telling: Telling) -> MailPage:
    """Placed in part, and a person gave the rest back."""
    free = "" if telling.letter.gift else " Nothing is charged for them."
    lead = f"The shop could not send what you chose for these items, so you keep them.{free}"
    return MailPage(
        subject=f"Part of your exchange does not go ahead: {telling.letter.reference}",
        headline="Part of your exchange does not go ahead",
        lead=(lead,),
        rows=(
            *numbers(telling),
            MailRow("You keep", ", ".join(telling.fact("kept") or ())),
            *ending(telling),
        ),
        links=(MailLink(SEE_IT, telling.status_url),),
        after=("Do not send them back. All else of your exchange goes on.",),
        reason=because(telling),
    )


def cancelled(telling: Telling) -> MailPage:
    return _ended(telling, "Your exchange was cancelled", (_nothing_owed(telling),))


def _ended(telling: Telling, headline: str, lead: tuple[str, ...]) -> MailPage:
    return MailPage(
        subject=f"{headline}: {telling.letter.reference}",
        headline=headline,
        lead=tuple(filter(None, lead)),
        items=items(telling),
        items_title="What it was about",
        rows=numbers(telling),
        links=(MailLink(SEE_IT, telling.status_url),),
        reason=because(telling),
    )


def payment_failed(telling: Telling) -> MailPage:
    why = Unpaid(telling.fact("why") or Unpaid.PAGE)
    headline, lead = UNPAID[why]
    return MailPage(
        subject=f"{headline}: order {telling.letter.order}",
        headline=headline,
        lead=lead,
        items=items(telling),
        items_title="What you have chosen",
        rows=numbers(telling),
        links=(MailLink(SEE_IT if why is Unpaid.LAPSED else GO_ON, telling.status_url),),
        reason=because(telling),
    )
