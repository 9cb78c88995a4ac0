"""What became of the money of an exchange, as steps of its status page."""

from __future__ import annotations

from app.domain.collecting import Collecting
from app.domain.exchange_status import PLACED_ONCE
from app.domain.quote import Quote
from app.models import Exchange, PaymentState
from app.queries.exchanges import refund_sent
from app.services.payment_attempts import last_payment
from app.services.settled_sum import ending_of
from app.web.shopper.pages import StepState, TimelineStep
from app.web.shopper.parts import in_words
from app.web.shopper.paying import charged_later


def charged(exchange: Exchange) -> str:
    """What became of the money of an exchange that did not go ahead."""
    if exchange.collect != Collecting.GATEWAY:
        return "Nothing was charged"
    payment = last_payment(exchange.id)
    if payment is None or not payment.captured:
        return "Nothing was charged"
    done = payment.standing is PaymentState.REFUNDED
    return "What you paid was paid back in full" if done else "What you paid is being paid back in full"


def money_steps(exchange: Exchange, quote: Quote) -> list[TimelineStep]:
    """What was paid, is to be collected, or goes back; nothing where an exchange is even."""
    end = ending_of(exchange, quote)
    if quote.amount_due and exchange.collect == Collecting.GATEWAY:
        return _paid(exchange, in_words(end.due), in_words(quote.amount_due))
    if end.due and exchange.collect != Collecting.WAIVED:
        text = f"{in_words(end.due)}. Nothing has been charged yet."
        return [TimelineStep("The shop collects the difference", text, StepState.AHEAD)]
    return [_back(exchange, end.refund)] if end.refund else []


def _back(exchange: Exchange, due: int) -> TimelineStep:
    """A refund (minor units), from when it was sent on with the amount that the ledger has."""
    sent = refund_sent(exchange.id) if exchange.state in PLACED_ONCE else None
    if sent is None:
        text = f"{in_words(due)}, to the way you paid."
        return TimelineStep("The shop sends money back", text, StepState.AHEAD)
    text = f"{in_words(sent.amount)}, to the way you paid. Your bank may need some days to show it."
    return TimelineStep("Money sent back", text, StepState.DONE, sent.at)


def _paid(exchange: Exchange, amount: str, reserved: str) -> list[TimelineStep]:
    """What was paid before anything was sent, or is to be once a person has said yes."""
    payment = last_payment(exchange.id)
    if payment is None or payment.authorised_at is None:
        text = f"{amount}, by a link that we send you once the shop has said yes."
        return [TimelineStep("Pay the difference", text, StepState.AHEAD)]
    if payment.standing is PaymentState.AUTHORISED:
        text = f"{amount} is reserved. {charged_later(exchange)}"
        return [TimelineStep("Paid", text, StepState.DONE, payment.authorised_at)]
    if payment.standing is PaymentState.CAPTURED:
        taken = in_words(payment.captured - payment.refunded)
        return [TimelineStep("Paid", f"{taken}.", StepState.DONE, payment.authorised_at)]
    return [TimelineStep("Paid back", f"What you paid goes back to your card: {reserved}.", StepState.NOW)]
