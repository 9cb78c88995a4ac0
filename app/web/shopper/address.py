"""Where the replacement goes, when the order's address is no longer right."""

from __future__ import annotations

from flask import Response, abort, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from app.domain.exchange_status import Status
from app.domain.facts import Address
from app.services.baskets import Basket, load_basket
from app.services.choosing import CannotChoose, NotADraft
from app.services.draft_exchange import set_address
from app.services.placing_message import delivery_address
from app.web import access
from app.web.acting import actor, note_shown, screen
from app.web.clock import now
from app.web.countries import country_name
from app.web.rendering import render_page
from app.web.shopper import blueprint
from app.web.shopper.forms import AddressForm


@blueprint.get("/exchanges/<public_id>/address")
def address(public_id: str) -> AnyResponse:
    """The address as it stands."""
    basket = _draft(public_id)
    if basket is None:
        return redirect(screen("status", public_id=public_id), 303)
    return _page(basket, _form(basket), 200)


@blueprint.post("/exchanges/<public_id>/address")
def save_address(public_id: str) -> AnyResponse:
    """Keep the address and go back to Review."""
    basket = _draft(public_id)
    if basket is None:
        return redirect(screen("status", public_id=public_id), 303)
    form = _form(basket)
    if not form.validate_on_submit():
        return _page(basket, form, 422)
    try:
        set_address(basket.exchange_id, form.address(), now(), actor=actor())
    except (NotADraft, CannotChoose):
        return redirect(screen("status", public_id=public_id), 303)
    return redirect(screen("review", public_id=public_id), 303)


def _draft(public_id: str) -> Basket | None:
    basket = load_basket(access.require_exchange(public_id).id, now())
    if not basket.policy.address_editable:
        abort(404)
    return basket if basket.status is Status.DRAFT else None


def _form(basket: Basket) -> AddressForm:
    """Filled with what is known. The country stays: taxes and duties were reckoned with it."""
    current: Address = delivery_address(basket.order.shipping_address, basket.shipping_address)
    form = AddressForm(obj=current)
    code = basket.order.shipping_address.country_code
    form.country_code.choices = [(code, country_name(code))]
    return form


def _page(basket: Basket, form: AddressForm, status: int) -> Response:
    note_shown(basket.exchange_id)
    return render_page(
        "shopper/address.html",
        status=status,
        form=form,
        errors=[],
        post_url=request.path,
        back_url=screen("review", public_id=basket.public_id),
    )
