"""The exchange page: all that is known of one exchange. Opening it is noted in its audit trail."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field

from flask import Response, abort, url_for

from app.domain.exchange_status import ENDED_WITHOUT_PLACING, PLACED_ONCE, Status
from app.domain.letter import MailKind
from app.models import Dispatch, Exchange, ExchangeClaim, Granting, RuleOverride
from app.queries.agents import names_of
from app.queries.chains import neighbours_of
from app.queries.console_exchange import (
    claims_of,
    decisions_of,
    dispatches_of,
    exchange_called,
    holds_of,
    notes_of,
)
from app.queries.console_queue import to_judge
from app.queries.desk_drafts import desk_draft
from app.queries.in_review import what_they_wait_for
from app.queries.overrides import overrides_of
from app.services.baskets import load_basket
from app.services.cancelling_placed import offered
from app.services.desk_cancelling import may_cancel, may_end
from app.services.desk_work import lives, note_people_shown, note_view
from app.services.dispatch_recovery import may_mark_placed, may_retry
from app.services.mailing_again import may_be_sent_again
from app.services.moving import chain_of
from app.services.overriding import Person
from app.services.placing_message import delivery_address
from app.services.quotes import quote as quote_of
from app.services.rest_of_exchange import Rest, rest_of, worth_of_rest
from app.services.second_person import why_not_their_money, why_not_theirs, worth_of
from app.services.tracking import order_sent_by
from app.web.clock import now
from app.web.console import blueprint, desk
from app.web.console.evidence import message
from app.web.console.flags import flags_of
from app.web.console.masking import Masks
from app.web.console.money import money_of
from app.web.console.personal import people_of
from app.web.console.words import state_words
from app.web.rendering import render_page
from app.web.shopper.pages import ChainLink
from app.web.shopper.parts import explained, swaps
from app.web.shopper.progress import steps
from app.web.shopper.sums import explained_difference, sum_rows


@dataclass(frozen=True)
class Typed:
    """What somebody typed into an act that was refused, and why it was: shown in place."""

    errors: tuple[tuple[str, str], ...] = ()
    problem: str = ""
    values: Mapping[str, str] = field(default_factory=dict)


@blueprint.get("/exchanges/<reference>")
def exchange(reference: str) -> Response:
    """One exchange, its people masked; that it was opened is noted."""
    found = required(reference)
    note_view(chain_of(found), desk.actor(), now())
    return page(reference, Typed(), 200)


@blueprint.post("/exchanges/<reference>/show")
def show_people_of_exchange(reference: str) -> Response:
    """The same page with its people, this once."""
    found = required(reference)
    note_people_shown(chain_of(found), desk.actor(), now())
    return page(reference, Typed(), 200, shown=True)


def required(reference: str) -> Exchange:
    """The exchange of this store, or 404."""
    found = exchange_called(reference)
    if found is None:
        abort(404)
    return found


def page(reference: str, typed: Typed, status: int, *, shown: bool = False) -> Response:
    """The page as it stands now, with what was typed where an act was refused."""
    row = required(reference)
    basket = load_basket(row.id, now())
    quote = row.quote or quote_of(basket)
    if quote is None:
        abort(404)
    reasons = explained(basket, quote)
    delivery = delivery_address(basket.order.shipping_address, basket.shipping_address)
    claim = working_on(claims_of([row.id]).get(row.id))
    masks = Masks(row.order, row)
    waits_for = what_they_wait_for([row]).get(row.id)
    who, say = desk.person(), str if shown else masks.text
    dispatches, money, decisions = dispatches_of(row.id), money_of(row, say, who), decisions_of(row.id)
    return render_page(
        "console/exchange.html",
        status=status,
        exchange=row,
        state=state_words(row, waits_for),
        order=row.order,
        say=say,
        order_url=url_for("console.order", order_id=row.order_id),
        people=people_of(row.order, delivery, row.recipient_email, shown=shown),
        show_url=url_for("console.show_people_of_exchange", reference=row.reference),
        reasons=[say(reason) for reason in to_judge(row, waits_for)],
        flags=flags_of(row, say, who),
        items=swaps(basket),
        rows=sum_rows(reasons),
        difference=explained_difference(reasons),
        steps=steps(row, quote, order_sent_by(row)),
        chain=_chain(row),
        exceptions=_exceptions(row),
        held=desk_draft(row.id),
        holds=holds_of(row.id),
        money=money,
        messages=[message(each, masks, shown=shown) for each in dispatches],
        mails=[(kind, MAILS[kind], seen) for kind, seen in may_be_sent_again(row, dispatches).items()],
        decisions=[(each, say(each.reason)) for each in decisions],
        notes=notes_of(row.id),
        names=names_of({each.by for each in decisions}),
        claim=claim,
        may_let_go=claim is not None and (claim.agent_id == desk.agent().agent_id or desk.is_lead()),
        audit_url=url_for("console.audit", reference=row.reference) if desk.is_lead() else None,
        to_decide=row.state is Status.IN_REVIEW,
        not_yours=why_not_theirs(row, who) if row.state is Status.IN_REVIEW else "",
        may_cancel=may_cancel(row, dispatches),
        may_end=may_end(row, dispatches),
        taking_back=offered(row, dispatches),
        rest=rest_of(row, dispatches),
        not_yours_after=_not_yours_after(row, who, dispatches),
        may_mark=row.state in PLACED_ONCE,
        comes_back=_comes_back(row),
        may_retry=may_retry(row, dispatches, now()),
        may_mark_placed=may_mark_placed(row, dispatches),
        nonce=secrets.token_urlsafe(16),
        typed=typed,
        errors=typed.errors,
        acts={act: url_for(f"console.{act}", reference=row.reference) for act in ACTS},
    )


ACTS = (
    *("approve", "decline", "cancel", "note", "mark", "claim", "release", "retry", "placed"),
    *("take_back", "send_mail_again", "shipped", "unexpected", "not_there", "collected"),
    *("send_rest", "keep_rest"),
)
MAILS = {
    MailKind.CONFIRMATION: "Send the confirmation",
    MailKind.GIFT_CARD: "Send the gift card",
    MailKind.PAY_LINK: "Send the link to pay",
    MailKind.PAYMENT_FAILED: "Send that the payment failed",
}


@dataclass(frozen=True)
class NotYoursAfter:
    """Why this person may not decide on the rest of it, or take all of it back; empty where they may."""

    rest: str
    take_back: str


def _not_yours_after(row: Exchange, who: Person, dispatches: list[Dispatch]) -> NotYoursAfter:
    """Asked only where there is a button to stand in the place of."""
    rest, back = rest_of(row, dispatches) is Rest.OPEN, offered(row, dispatches) is not None
    return NotYoursAfter(
        why_not_their_money(row, who, worth_of_rest(row, dispatches)) if rest else "",
        why_not_their_money(row, who, worth_of(row)) if back else "",
    )


def working_on(row: ExchangeClaim | None) -> ExchangeClaim | None:
    """The claim while it counts."""
    return row if row is not None and lives(row, now()) else None


def _comes_back(row: Exchange) -> bool:
    """Whether a parcel may be on its way to the shop, as far as is known."""
    nothing = row.state in ENDED_WITHOUT_PLACING or row.waits_for_a_person
    return not nothing and row.parcel_received_at is None


def _exceptions(row: Exchange) -> list[RuleOverride]:
    """Those that this exchange rests on: of its own lines, and granted."""
    lines = {item.line_item_id for item in row.items}
    made = overrides_of(row.id)
    return [each for each in made if each.state == Granting.GRANTED and each.line_item_id in lines]


def _chain(row: Exchange) -> tuple[ChainLink, ...]:
    around = neighbours_of(row)
    told = (("This replaces", around.before), ("Exchanged again as", around.after))
    return tuple(
        ChainLink(words, other.reference or "", url_for("console.exchange", reference=other.reference))
        for words, other in told
        if other is not None
    )
