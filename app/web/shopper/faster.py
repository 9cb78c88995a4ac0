"""The checkbox on Review that sends the replacement faster: what it offers, and what was ticked."""

from __future__ import annotations

from flask import request

from app.services.baskets import Basket
from app.services.choosing import NotADraft
from app.services.faster_shipping import offers_faster_shipping, set_faster_shipping
from app.web.acting import actor
from app.web.clock import now
from app.web.shopper.pages import Faster


def faster_offer(basket: Basket) -> Faster | None:
    """The offer with its price, None where there is none."""
    fee = basket.policy.expedited_fee
    return Faster(fee, basket.expedited) if fee is not None and offers_faster_shipping(basket) else None


def keep_faster(exchange_id: int) -> None:
    """Keep what the form says. A form that did not offer it says nothing, and an exchange stays as it is."""
    if "faster_offered" not in request.form:
        return
    try:
        set_faster_shipping(exchange_id, "faster" in request.form, now(), actor=actor())
    except NotADraft:
        return
