"""An exchange's state in plain words: headline, what happens next, and what needs a person.

Reasons kept for agents (a platform's reply, a code) are never shown to a shopper.
"""

from __future__ import annotations

from flask import g

from app.domain.exchange_status import ENDED_WITHOUT_PLACING, PLACED_ONCE, Status
from app.domain.policy import Release
from app.domain.quote import Quote
from app.models import Exchange, Order
from app.queries.exchanges import card_given_at
from app.web.clock import now
from app.web.filters import clock_time, long_date
from app.web.shopper.money_progress import charged, money_steps
from app.web.shopper.pages import StepState, TimelineStep
from app.web.shopper.parts import in_words, wants_delivery

ENDINGS = {
    Status.CANCELLED: "This exchange was cancelled",
    Status.DECLINED: "The shop could not accept this exchange",
    Status.EXPIRED: "This exchange has expired",
}

AUTOMATICALLY = "It cannot be exchanged online; the shop's people can tell you more."

AFTER_PARCEL: dict[str, str] = {
    Release.FIRST_SCAN: "We have it safely. Send your parcel back now: as soon as it has been handed in, the"
    " shop prepares what you get instead.",
    Release.RECEIVED: "We have it safely. Send your parcel back now: once it has arrived, the shop prepares"
    " what you get instead.",
}
WRITES_LATER = "The shop writes to you with the tracking number."
ONCE_PARCEL: dict[str, str] = {
    Release.FIRST_SCAN: "Once your parcel has been handed in.",
    Release.RECEIVED: "Once your parcel has arrived.",
}


def headline(exchange: Exchange) -> str:
    """The page's one heading."""
    if exchange.waits_for_a_person:
        return "We have your request"
    return ENDINGS.get(exchange.state, "Your exchange is confirmed")


def lead(exchange: Exchange, sent: Order | None = None) -> str:
    """Where it stands, in a sentence or two. `sent` is the order that went out, once there is one."""
    if exchange.state in ENDED_WITHOUT_PLACING:
        return _ending(exchange)
    if exchange.waits_for_a_person:
        return (
            "A person at the shop looks at this first. Keep your items until they have: this page tells"
            " you how to send them back."
        )
    if exchange.state in PLACED_ONCE:
        return _placed(exchange, sent)
    if trouble(exchange):
        return "We have it safely. It needs a person before it goes on."
    if waits_for_parcel(exchange):
        return AFTER_PARCEL[exchange.release]
    return "We have it safely and are passing it on to the shop."


def _placed(exchange: Exchange, sent: Order | None) -> str:
    if exchange.state is Status.COMPLETED:
        return "It is complete. Thank you."
    if sent is not None and sent.delivered_at:
        return "What you get instead has arrived."
    if exchange.state is Status.SHIPPED:
        return "What you get instead is on its way."
    return "The shop has it and prepares what you get instead."


def _ending(exchange: Exchange) -> str:
    """Why it is over, and that nothing is owed or to be sent by either side."""
    nothing = f"{charged(exchange)} and nothing needs to be sent back."
    if exchange.state is Status.EXPIRED:
        return f"It was not paid in time. {nothing}"
    if exchange.state is not Status.DECLINED:
        return nothing
    looked = "A person at the shop looked at it." if exchange.decided_at else AUTOMATICALLY
    return " ".join(filter(None, [looked, exchange.decision_words, nothing]))


def trouble(exchange: Exchange) -> str | None:
    """What a shopper is told when somebody has to look at it before it is placed."""
    if exchange.state in PLACED_ONCE or exchange.state in ENDED_WITHOUT_PLACING:
        return None
    if exchange.waits_for_a_person:
        return None
    if exchange.attention_since is None and exchange.state is not Status.IN_REVIEW:
        return None
    return (
        "The shop's system has not taken the exchange yet, so one of its people is looking at it. "
        "You do not need to do anything, and you will not be charged twice."
    )


def is_settled(exchange: Exchange) -> bool:
    """Whether the page may stop asking."""
    over = exchange.state in PLACED_ONCE | ENDED_WITHOUT_PLACING
    resting = waits_for_parcel(exchange) and now() >= (exchange.release_at or now())
    return over or resting or exchange.waits_for_a_person or trouble(exchange) is not None


def waits_for_parcel(exchange: Exchange) -> bool:
    """Whether nothing happens before the shopper's parcel is under way, or back."""
    before = (Status.SUBMITTED, Status.SCREENING, Status.APPROVED)
    return exchange.state in before and exchange.awaits_parcel


def steps(exchange: Exchange, quote: Quote, sent: Order | None = None) -> tuple[TimelineStep, ...]:
    """Confirmed, sent, replacement, parcel back, money: what of it applies, in this order."""
    if exchange.state in ENDED_WITHOUT_PLACING:
        return (_confirmed(exchange), *_judged(exchange), _ended(exchange))
    result = [_confirmed(exchange), *_judged(exchange), _sent(exchange)]
    if wants_delivery(quote):
        result.append(_replacement(exchange, sent))
    if quote.card and not exchange.given_back:
        result.append(gift_card(exchange, f"{in_words(quote.card.total)}, by e-mail."))
    result += kept(exchange)
    result.append(_parcel(exchange))
    result += money_steps(exchange, quote)
    return tuple(result)


def _confirmed(exchange: Exchange) -> TimelineStep:
    return TimelineStep("Confirmed", "", StepState.DONE, exchange.submitted_at)


def gift_card(exchange: Exchange, text: str) -> TimelineStep:
    """The card by mail: sent once it was given from here. What the platform gives is not heard of."""
    given_at = card_given_at(exchange.id)
    return TimelineStep("Gift card sent", text, StepState.DONE if given_at else StepState.AHEAD, given_at)


def kept(exchange: Exchange) -> list[TimelineStep]:
    """What a person gave back, where the platform could place a part of it only."""
    if not exchange.given_back:
        return []
    items = ", ".join(f"{each['units']} × {each['title']}" for each in exchange.given_back)
    why = "The shop could not send what you chose for it. Keep it; it can be exchanged again later."
    return [TimelineStep("Not exchanged", f"{items}. {why}", StepState.DONE)]


def _judged(exchange: Exchange) -> list[TimelineStep]:
    """Where a person was asked: that they look, or looked."""
    if not exchange.doubts:
        return []
    if exchange.decided_at:
        return [TimelineStep("Looked at by a person", "", StepState.DONE, exchange.decided_at)]
    if exchange.state in ENDED_WITHOUT_PLACING:
        return []
    return [TimelineStep("A person at the shop looks at this first", "", StepState.NOW)]


def _ended(exchange: Exchange) -> TimelineStep:
    words = {Status.CANCELLED: "Cancelled", Status.DECLINED: "Declined", Status.EXPIRED: "Expired"}
    return TimelineStep(words[exchange.state], "", StepState.DONE, exchange.rma_closed_at)


def _sent(exchange: Exchange) -> TimelineStep:
    if exchange.waits_for_a_person:
        return TimelineStep("Sent to the shop", "Once they have said yes.", StepState.AHEAD)
    if exchange.state in PLACED_ONCE:
        text = f"Their number for it is {exchange.platform_order}." if exchange.platform_order else ""
        return TimelineStep("Sent to the shop", text, StepState.DONE, exchange.placed_at)
    if trouble(exchange):
        return TimelineStep("Sent to the shop", "A person is looking at it.", StepState.TROUBLE)
    if waits_for_parcel(exchange):
        return TimelineStep("Sent to the shop", ONCE_PARCEL[exchange.release], StepState.AHEAD)
    return TimelineStep("Sent to the shop", _when(exchange), StepState.NOW)


def _when(exchange: Exchange) -> str:
    """At once, or after the time in which a shop lets it be taken back."""
    if exchange.release_at is None or exchange.release_at == exchange.submitted_at:
        return "This takes a moment."
    return f"It goes out at {clock_time(exchange.release_at, g.store.locale, g.store.time_zone)}."


def _replacement(exchange: Exchange, sent: Order | None) -> TimelineStep:
    if sent is not None and sent.delivered_at:
        return TimelineStep("Replacement delivered", "", StepState.DONE, sent.delivered_at)
    if exchange.state in (Status.SHIPPED, Status.COMPLETED):
        at = sent.shipped_at if sent else None
        return TimelineStep("Replacement shipped", on_its_way(exchange), StepState.DONE, at)
    return TimelineStep("Replacement shipped", on_its_way(exchange) or WRITES_LATER, StepState.AHEAD)


def on_its_way(exchange: Exchange) -> str:
    """What is known of the parcel that went out: who carries it, its number, the day it should arrive."""
    number, day = exchange.tracking_number, exchange.delivery_estimate
    numbers = "Tracking numbers" if number and ", " in number else "Tracking number"
    known = [
        f"It comes with {exchange.carrier}." if exchange.carrier else "",
        f"{numbers} {number}." if number else "",
        f"It should arrive by {long_date(day, g.store.locale)}." if day else "",
    ]
    return " ".join(filter(None, known))


def _parcel(exchange: Exchange) -> TimelineStep:
    if exchange.parcel_received_at or exchange.state is Status.COMPLETED:
        return TimelineStep("Your parcel back at the shop", "", StepState.DONE, exchange.parcel_received_at)
    if exchange.waits_for_a_person:
        return TimelineStep("Your parcel back at the shop", "", StepState.AHEAD)
    if exchange.parcel_seen_at:
        return TimelineStep("Your parcel back at the shop", "It is on its way.", StepState.NOW)
    until = long_date(exchange.send_by, g.store.locale) if exchange.send_by else ""
    text = f"Hand the parcel in by {until}." if until else ""
    if exchange.reminders or exchange.overdue_at:
        text = f"It was due by {until}, and we have not seen it yet. Please hand it in now."
    state = StepState.NOW if waits_for_parcel(exchange) else StepState.AHEAD
    return TimelineStep("Your parcel back at the shop", text, state)
