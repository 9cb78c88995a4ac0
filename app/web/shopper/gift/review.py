"""Check everything, confirm once. The sum is made and kept as for anybody, and not shown."""

from __future__ import annotations

import json
from datetime import datetime

from flask import Response, current_app, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from app.domain.exchange_status import Status
from app.domain.gift import BY_HAND, Recipient
from app.domain.quote import Quote
from app.services.baskets import Basket, load_basket
from app.services.desk_drafts import GIFT_RECIPIENT
from app.services.quotes import quote
from app.services.secret_box import SecretBox, WrongKey
from app.services.submit_checks import NotReady
from app.services.submit_exchange import AnotherExchange, Confirmation, QuoteMoved, submit
from app.web import access
from app.web.acting import actor, note_shown, screen
from app.web.clock import now
from app.web.rendering import render_page
from app.web.shopper import blueprint
from app.web.shopper.asking import too_long, typed_note
from app.web.shopper.gift.pages import GiftReview
from app.web.shopper.gift.parts import gift_swaps, next_gift_page
from app.web.shopper.parts import address_text
from app.web.shopper.reading import look_anew

NOT_AS_IT_IS = "Something about this exchange has changed. Please check each item again."


@blueprint.get("/gifts/<public_id>/review")
def gift_review(public_id: str) -> AnyResponse:
    """The whole exchange, with the platform's stock of this moment where it can be asked."""
    exchange = access.require_gift(public_id)
    if look_anew(exchange.id).written:
        return redirect(request.path, 303)
    basket = load_basket(exchange.id, now())
    if basket.status is not Status.DRAFT:
        return redirect(screen("gift_status", public_id=public_id), 303)
    return _page(basket, [], 200)


@blueprint.post("/gifts/<public_id>/review")
def confirm_gift(public_id: str) -> AnyResponse:
    """Submit what was seen. A second press ends at the same status page."""
    exchange = access.require_gift(public_id)
    version, shown_at = _opened(request.form.get("sealed", ""))
    note = typed_note()
    if too_long(note) and exchange.state is Status.DRAFT:
        return _page(load_basket(exchange.id, now()), too_long(note), 422)
    try:
        done = submit(Confirmation(exchange.id, version, actor(GIFT_RECIPIENT), note, shown_at), now())
    except AnotherExchange as first:
        done = first.public_id
    except NotReady as refused:
        basket = load_basket(exchange.id, now())
        return _page(basket, [(_place(basket, refused), NOT_AS_IT_IS)], 409)
    except QuoteMoved:
        return _page(load_basket(exchange.id, now()), [], 409)
    return redirect(screen("gift_status", public_id=done), 303)


def _place(basket: Basket, refused: NotReady) -> str:
    places = [item.id for item in basket.items]
    return f"change-{places.index(refused.item_id) + 1}" if refused.item_id in places else "confirm"


def _page(basket: Basket, errors: list[tuple[str, str]], status: int) -> AnyResponse:
    """Review, or wherever a draft goes on that cannot be reviewed yet."""
    current, recipient = quote(basket), basket.recipient
    if basket.unsettled() is not None or current is None or recipient is None:
        return redirect(next_gift_page(basket), 303)
    return _shown(basket, current, recipient, errors, status)


def _shown(
    basket: Basket, current: Quote, recipient: Recipient, errors: list[tuple[str, str]], status: int
) -> Response:
    note_shown(basket.exchange_id)
    asked = any(basket.judged(item).doubts for item in basket.items)
    page = GiftReview(
        order_number=basket.order.number,
        items=gift_swaps(basket),
        email=recipient.email,
        address=address_text(recipient.address).lines,
        recipient_url=screen("gift_recipient", public_id=basket.public_id),
        card=current.card is not None,
        changed=status == 409 and not errors,
        sealed=_sealed(current, now()),
        back_url=screen("gift_replacement", public_id=basket.public_id, item_id=basket.items[-1].id),
        by_hand=(BY_HAND,) if asked else (),
        note=typed_note(),
    )
    return render_page("gift/review.html", status=status, page=page, errors=errors, post_url=request.path)


def _sealed(current: Quote, at: datetime) -> str:
    """Encrypted and not only signed: from a bare hash the sum could be guessed, amount by amount."""
    return _box().encrypt(json.dumps([current.version, at.isoformat()]))


def _opened(token: str) -> tuple[str, datetime | None]:
    """The version that was seen, and when; a token that is not ours fits no sum."""
    try:
        version, at = json.loads(_box().decrypt(token))
        return str(version), datetime.fromisoformat(at)
    except (WrongKey, ValueError):
        return "", None


def _box() -> SecretBox:
    box: SecretBox = current_app.extensions["evenly.connections"].box
    return box
