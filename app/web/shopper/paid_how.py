"""How an amount due is paid, in the shopper's words: before Confirm, and afterwards."""

from __future__ import annotations

from dataclasses import dataclass

from flask import g

from app.domain.collecting import Collecting, collecting
from app.domain.policy import Release
from app.domain.quote import Quote
from app.models import Exchange, PaymentState
from app.services.baskets import Basket
from app.services.payment_attempts import last_payment
from app.services.submit_exchange import SHOPPER_PAYS, UNPAYABLE
from app.services.tills import till_for
from app.web.acting import is_acting
from app.web.shopper.parts import in_words
from app.web.shopper.paying import cashier, charged_later, on_the_statement

BUTTON = "Confirm exchange"
GIVEN_UP = "This is less than can be paid by card, so the shop gives it up: nothing is charged."
AFTER_A_YES = "Nothing is charged now. Once the shop has said yes you pay by a link that we send you."
NOW = "You pay on the payment provider's own page. Then your exchange is confirmed."
TAKEN_BEFORE = (
    " The amount is taken once you can no longer cancel; should nothing be sent in the end you get all of it"
    " back."
)
KEPT = {
    PaymentState.AUTHORISED: "This amount is reserved. {later}",
    PaymentState.CAPTURED: "You have paid this amount. {shown}",
    PaymentState.RELEASING: "What you paid is on its way back to you.",
    PaymentState.VOIDED: "What was reserved has been let go of: nothing was charged.",
    PaymentState.REFUNDED: "What you paid was paid back to you.",
}


@dataclass(frozen=True)
class HowToPay:
    """The button of Review, none where this cannot be confirmed, and the sentence beside the sum."""

    collecting: Collecting | None
    button: str = BUTTON
    words: str = ""


def how_to_pay(basket: Basket, current: Quote, *, asks: bool) -> HowToPay:
    """For a draft with this sum; `asks`: a person judges it first. A form may lead to the provider then."""
    if current.amount_due <= 0:
        return HowToPay(None)
    counter = till_for(cashier().connections, current.currency)
    how = collecting(basket.policy, current.amount_due, counter.till if counter else None)
    if how is not Collecting.GATEWAY or counter is None:
        return HowToPay(how, words=GIVEN_UP if how is Collecting.WAIVED else "")
    if not counter.till.takes(current.amount_due):
        return HowToPay(how, button="", words=UNPAYABLE)
    if asks:
        return HowToPay(how, words=AFTER_A_YES)
    if is_acting():
        return HowToPay(how, words=SHOPPER_PAYS)
    g.form_targets = counter.origins
    words = NOW if basket.policy.release is Release.INSTANT else NOW + TAKEN_BEFORE
    return HowToPay(how, f"Pay {in_words(current.amount_due)} and confirm", words)


def kept_words(exchange: Exchange) -> str:
    """What became of the amount due of a confirmed exchange; empty where nothing is to be said."""
    if exchange.collect == Collecting.WAIVED:
        return GIVEN_UP
    if exchange.collect != Collecting.GATEWAY:
        return ""
    payment = last_payment(exchange.id)
    if payment is None:
        return AFTER_A_YES
    told = {"later": charged_later(exchange), "shown": on_the_statement(exchange)}
    return KEPT.get(payment.standing, "").format_map(told)
