"""Who received the gift: typed once, kept with the draft, and filled in with nothing that the giver said."""

from __future__ import annotations

from flask import Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from app.domain.exchange_status import Status
from app.domain.gift import Recipient
from app.services.baskets import Basket, load_basket
from app.services.choosing import NotADraft
from app.services.desk_drafts import GIFT_RECIPIENT
from app.services.draft_exchange import set_recipient
from app.web import access
from app.web.acting import actor, note_shown, screen
from app.web.clock import now
from app.web.countries import country_name
from app.web.rendering import render_page
from app.web.shopper import blueprint
from app.web.shopper.gift.forms import RecipientForm
from app.web.shopper.gift.parts import next_gift_page


@blueprint.get("/gifts/<public_id>/recipient")
def gift_recipient(public_id: str) -> AnyResponse:
    """The form, empty or as it was typed before."""
    basket = load_basket(access.require_gift(public_id).id, now())
    if basket.status is not Status.DRAFT:
        return redirect(screen("gift_status", public_id=public_id), 303)
    return _page(basket, _form(basket), 200)


@blueprint.post("/gifts/<public_id>/recipient")
def save_gift_recipient(public_id: str) -> AnyResponse:
    """Keep it and go on."""
    basket = load_basket(access.require_gift(public_id).id, now())
    form = _form(basket)
    if basket.status is Status.DRAFT and not form.validate_on_submit():
        return _page(basket, form, 422)
    try:
        said = Recipient(form.email.data or "", form.address())
        set_recipient(basket.exchange_id, said, now(), actor=actor(GIFT_RECIPIENT))
    except NotADraft:
        return redirect(screen("gift_status", public_id=public_id), 303)
    return redirect(next_gift_page(load_basket(basket.exchange_id, now())), 303)


def _form(basket: Basket) -> RecipientForm:
    """The country stays the one that the gift was delivered to: taxes and duties were reckoned with it."""
    known = basket.recipient
    form = RecipientForm(obj=known.address, email=known.email) if known else RecipientForm()
    code = basket.order.shipping_address.country_code
    form.country_code.choices = [(code, country_name(code))]
    return form


def _page(basket: Basket, form: RecipientForm, status: int) -> Response:
    note_shown(basket.exchange_id)
    last = basket.items[-1].id if basket.items else None
    return render_page(
        "gift/recipient.html",
        status=status,
        form=form,
        errors=[],
        post_url=request.path,
        back_url=screen("gift_replacement", public_id=basket.public_id, item_id=last)
        if last
        else screen("gift_items", public_id=basket.public_id),
    )
