"""Screen 4: check everything, confirm once. If the sum moved, both are shown and asked again."""

from __future__ import annotations

from flask import Response, g, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from app.domain.collecting import Collecting
from app.domain.exchange_status import Status
from app.domain.replacements import Refusal
from app.queries.exchanges import has_been_paying, payment_to_open
from app.services.baskets import Basket, load_basket
from app.services.choosing import SENTENCES, NotADraft
from app.services.draft_exchange import keep_longer
from app.services.payment_attempts import TooManyTries
from app.services.placing_message import delivery_address
from app.services.quotes import quote
from app.services.starting_to_pay import start_to_pay
from app.services.submit_checks import NotReady
from app.services.submit_exchange import AnotherExchange, Confirmation, QuoteMoved, QuoteTooOld, submit
from app.services.tills import till_for
from app.web import access
from app.web.acting import actor, is_acting, note_shown, screen
from app.web.clock import now
from app.web.rendering import render_page
from app.web.shopper import blueprint
from app.web.shopper.asking import reasons_to_ask, too_long, typed_note
from app.web.shopper.faster import faster_offer, keep_faster
from app.web.shopper.holding import hold_of
from app.web.shopper.items import next_page
from app.web.shopper.pages import Moved, ReviewPage
from app.web.shopper.paid_how import how_to_pay
from app.web.shopper.parts import address_text, explained, swaps, wants_delivery
from app.web.shopper.paying import cashier, own_address, to_provider, too_many
from app.web.shopper.quote_token import QuoteSeen, quote_seen, signed_quote
from app.web.shopper.reading import Looked, look_anew
from app.web.shopper.sums import explained_difference, sum_rows

UNPAID = (
    "You came back from paying. Nothing was charged: pay when you are ready, or choose something else, such"
    " as a gift card."
)


@blueprint.get("/exchanges/<public_id>/review")
def review(public_id: str) -> AnyResponse:
    """The whole exchange with its sum, at the platform's prices of this moment where it can be asked."""
    exchange = access.require_exchange(public_id)
    looked = look_anew(exchange.id)
    if looked.written:
        return redirect(request.path, 303)
    basket = load_basket(exchange.id, now())
    if basket.status is not Status.DRAFT:
        return redirect(screen("status", public_id=public_id), 303)
    elsewhere = _elsewhere(basket)
    return redirect(elsewhere, 303) if elsewhere else _page(basket, [], None, 200, looked=looked)


@blueprint.post("/exchanges/<public_id>/review")
def confirm(public_id: str) -> AnyResponse:
    """Submit what was seen. A second press, from here or elsewhere, ends at the same status page.

    Whether it is sent faster is part of the form: changed since the page was made, the sum is shown again.
    """
    exchange = access.require_exchange(public_id)
    keep_faster(exchange.id)
    if request.form.get("action") == "update":
        return _updated(load_basket(exchange.id, now()))
    if request.form.get("action") == "keep":
        return _kept(exchange.id, public_id)
    seen = quote_seen(request.form.get("quote_hash", ""))
    note = typed_note()
    if too_long(note) and exchange.state is Status.DRAFT:
        return _note_refused(load_basket(exchange.id, now()), note)
    try:
        done = submit(_confirmation(exchange.id, public_id, seen, note), now())
        begun = payment_to_open(done)
        to_open = start_to_pay(exchange.id, own_address(public_id), now()) if begun else None
    except TooManyTries as many:
        return _page(load_basket(exchange.id, now()), [("confirm", too_many(many))], None, 409)
    except AnotherExchange as first:
        return redirect(screen("status", public_id=first.public_id), 303)
    except NotReady as refused:
        return _refused(load_basket(exchange.id, now()), refused)
    except QuoteMoved as asked:
        basket = load_basket(exchange.id, now())
        return _page(basket, [], seen, 409, too_old=isinstance(asked, QuoteTooOld))
    return to_provider(done, to_open)


def _confirmation(exchange_id: int, public_id: str, seen: QuoteSeen, note: str) -> Confirmation:
    counter = till_for(cashier().connections, g.store.currency)
    till = counter.till if counter else None
    return Confirmation(exchange_id, seen.version, actor(), note, seen.at, till, own_address(public_id))


def _kept(exchange_id: int, public_id: str) -> AnyResponse:
    """Hold everything for longer; what somebody else has meanwhile is said at its place."""
    try:
        lost = keep_longer(exchange_id, now(), actor=actor())
    except NotADraft:
        return redirect(screen("status", public_id=public_id), 303)
    if lost:
        refused = NotReady(f"{lost[0].line.title}: {SENTENCES[Refusal.SOLD_OUT]}", lost[0].id)
        return _refused(load_basket(exchange_id, now()), refused)
    return redirect(screen("review", public_id=public_id), 303)


def _updated(basket: Basket) -> AnyResponse:
    if basket.status is not Status.DRAFT:
        return redirect(screen("status", public_id=basket.public_id), 303)
    elsewhere = _elsewhere(basket)
    return redirect(elsewhere, 303) if elsewhere else _page(basket, [], None, 200)


def _note_refused(basket: Basket, note: str) -> AnyResponse:
    elsewhere = _elsewhere(basket)
    return redirect(elsewhere, 303) if elsewhere else _page(basket, too_long(note), None, 422)


def _elsewhere(basket: Basket) -> str | None:
    """Where a draft that cannot be reviewed goes on: nothing chosen, unfinished, or units gone."""
    if basket.items and basket.unsettled() is not None:
        return next_page(basket)
    if quote(basket) is None:
        return screen("items", public_id=basket.public_id)
    return None


def _refused(basket: Basket, refused: NotReady) -> AnyResponse:
    elsewhere = _elsewhere(basket)
    if elsewhere:
        return redirect(elsewhere, 303)
    places = [item.id for item in basket.items]
    place = f"change-{places.index(refused.item_id) + 1}" if refused.item_id in places else "confirm"
    return _page(basket, [(place, refused.sentence)], None, 409)


def _page(
    basket: Basket,
    errors: list[tuple[str, str]],
    before: QuoteSeen | None,
    status: int,
    *,
    too_old: bool = False,
    looked: Looked | None = None,
) -> Response:
    current = quote(basket)
    if current is None:
        raise LookupError("a review without a quote")
    note_shown(basket.exchange_id)
    reasons = explained(basket, current)
    difference = explained_difference(reasons)
    moved = Moved(before.difference, difference, too_old) if before else None
    address = delivery_address(basket.order.shipping_address, basket.shipping_address)
    delivered = wants_delivery(current)
    last = basket.items[-1].id
    by_hand = reasons_to_ask(basket)
    was_paying = looked.was_paying if looked else not is_acting() and has_been_paying(basket.exchange_id)
    how = how_to_pay(basket, current, asks=bool(by_hand))
    page = ReviewPage(
        order_number=basket.order.number,
        items=swaps(basket),
        rows=sum_rows(reasons),
        difference=difference,
        collected_later=how.collecting is Collecting.LATER,
        address=address_text(address) if delivered else None,
        address_url=screen("address", public_id=basket.public_id) if basket.policy.address_editable else None,
        card_goes_to=basket.order.customer.email if current.card else None,
        quote_hash=signed_quote(current.version, difference.sentence, basket.read_at),
        button=how.button,
        moved=moved,
        back_url=screen("replacement", public_id=basket.public_id, item_id=last),
        hold=hold_of(basket, basket.items),
        faster=faster_offer(basket),
        sum_url=screen("review_sum", public_id=basket.public_id),
        by_hand=by_hand,
        note=typed_note(),
        paid_how=how.words,
        unpaid=UNPAID if was_paying and not is_acting() else "",
        unread=looked is not None and looked.unread,
    )
    return render_page(
        "shopper/review.html",
        "shopper/_review_sum.html",
        status=status,
        page=page,
        errors=errors,
        post_url=request.path,
    )
