"""How a gift's exchange stands, in words of its own: nothing that was written for the buyer gets in."""

from __future__ import annotations

from flask import g

from app.domain.exchange_status import ENDED_WITHOUT_PLACING, PLACED_ONCE, Status
from app.domain.quote import Quote
from app.models import Exchange
from app.web.clock import now
from app.web.filters import clock_time, long_date
from app.web.shopper.pages import StepState, TimelineStep
from app.web.shopper.parts import wants_delivery
from app.web.shopper.progress import (
    AFTER_PARCEL,
    ONCE_PARCEL,
    WRITES_LATER,
    gift_card,
    kept,
    on_its_way,
    waits_for_parcel,
)

ENDINGS = {
    Status.CANCELLED: "Cancelled",
    Status.DECLINED: "The shop could not accept it",
    Status.EXPIRED: "Expired",
}
PLACED_WORDS = {
    Status.COMPLETED: "It is complete. Thank you.",
    Status.SHIPPED: "What you get instead is on its way.",
}


def headline(exchange: Exchange) -> str:
    """The page's one heading."""
    if exchange.state in ENDED_WITHOUT_PLACING:
        return "This exchange did not go ahead"
    return "We have your request" if exchange.waits_for_a_person else "Your exchange is confirmed"


def lead(exchange: Exchange) -> str:
    """One sentence on where it stands."""
    if exchange.state in ENDED_WITHOUT_PLACING:
        return "You keep what you have, and nothing needs to be sent back."
    if exchange.waits_for_a_person:
        return "A person at the shop looks at this first. Keep your items until they have."
    if exchange.state in PLACED_ONCE:
        return PLACED_WORDS.get(exchange.state, "The shop has it and prepares what you get instead.")
    if trouble(exchange):
        return "We have it safely. It needs a person before it goes on."
    if waits_for_parcel(exchange):
        return AFTER_PARCEL[exchange.release]
    return "We have it safely and are passing it on to the shop."


def trouble(exchange: Exchange) -> str | None:
    """What is said when somebody has to look at it before it is placed."""
    over = exchange.state in PLACED_ONCE | ENDED_WITHOUT_PLACING
    if over or exchange.waits_for_a_person:
        return None
    if exchange.attention_since is None and exchange.state is not Status.IN_REVIEW:
        return None
    return "One of the shop's people is looking at it. You do not need to do anything."


def is_settled(exchange: Exchange) -> bool:
    """Whether the page may stop asking."""
    over = exchange.state in PLACED_ONCE | ENDED_WITHOUT_PLACING
    resting = waits_for_parcel(exchange) and now() >= (exchange.release_at or now())
    return over or resting or exchange.waits_for_a_person or trouble(exchange) is not None


def steps(exchange: Exchange, quote: Quote) -> tuple[TimelineStep, ...]:
    """Confirmed, sent, replacement, gift card, parcel back: what of it applies."""
    confirmed = TimelineStep("Confirmed", "", StepState.DONE, exchange.submitted_at)
    if exchange.state in ENDED_WITHOUT_PLACING:
        return (
            confirmed,
            TimelineStep(ENDINGS[exchange.state], "", StepState.DONE, exchange.updated_at),
        )
    result = [confirmed, _sent(exchange)]
    if wants_delivery(quote):
        shipped = exchange.state in (Status.SHIPPED, Status.COMPLETED)
        text = on_its_way(exchange) or ("" if shipped else WRITES_LATER)
        result.append(TimelineStep("Replacement shipped", text, _done_or_ahead(shipped)))
    if quote.card:
        result.append(gift_card(exchange, "We e-mail it to you."))
    result += kept(exchange)
    result.append(_parcel(exchange))
    return tuple(result)


def _sent(exchange: Exchange) -> TimelineStep:
    if exchange.state in PLACED_ONCE:
        return TimelineStep("Sent to the shop", "", StepState.DONE, exchange.placed_at)
    if exchange.waits_for_a_person:
        return TimelineStep("A person at the shop looks at it", "Then it goes on.", StepState.NOW)
    if trouble(exchange):
        return TimelineStep("Sent to the shop", "A person is looking at it.", StepState.TROUBLE)
    if waits_for_parcel(exchange):
        return TimelineStep("Sent to the shop", ONCE_PARCEL[exchange.release], StepState.AHEAD)
    at_once = exchange.release_at is None or exchange.release_at == exchange.submitted_at
    if at_once or exchange.release_at is None:
        return TimelineStep("Sent to the shop", "This takes a moment.", StepState.NOW)
    when = clock_time(exchange.release_at, g.store.locale, g.store.time_zone)
    return TimelineStep("Sent to the shop", f"It goes out at {when}.", StepState.NOW)


def _parcel(exchange: Exchange) -> TimelineStep:
    done = exchange.state is Status.COMPLETED or exchange.parcel_received_at is not None
    if exchange.parcel_seen_at and not done:
        return TimelineStep("Your parcel back at the shop", "It is on its way.", StepState.NOW)
    until = long_date(exchange.send_by, g.store.locale) if exchange.send_by else ""
    text = f"Hand the parcel in by {until}." if until and not done else ""
    return TimelineStep("Your parcel back at the shop", text, _done_or_ahead(done))


def _done_or_ahead(done: bool) -> StepState:
    return StepState.DONE if done else StepState.AHEAD
