"""An exception that costs more than its asker may grant: a second person looks at it, and says yes or no."""

from __future__ import annotations

from collections.abc import Callable

from flask import Response, abort, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from app.domain.exchange_status import Status
from app.domain.overrides import may_approve
from app.models import Granting, RuleOverride
from app.queries.console_exchange import claims_of
from app.queries.overrides import override_with
from app.services import desk_work
from app.services.baskets import load_basket
from app.services.desk_work import note_view
from app.services.overriding import CannotOverride, approve_exception, refuse_exception
from app.web.clock import now
from app.web.console import blueprint, desk
from app.web.console.acting import LONGEST
from app.web.console.exchanges import Typed, working_on
from app.web.console.masking import Masks
from app.web.console.rule_words import RULE_WORDS
from app.web.console.typed_text import typed_text, wrong_text
from app.web.rendering import render_page
from app.web.shopper.parts import leaves_words


@blueprint.get("/exceptions/<int:override_id>")
def exception(override_id: int) -> Response:
    """What is asked for, for whom, why, and what it costs."""
    row = _required(override_id)
    note_view(f"exchange:{row.exchange_id}", desk.actor(), now())
    return _page(override_id, Typed(), 200)


@blueprint.post("/exceptions/<int:override_id>/approve")
def approve_asked(override_id: int) -> AnyResponse:
    """Let it count."""
    _required(override_id)
    return _done(override_id, lambda: approve_exception(override_id, desk.person(), now()))


@blueprint.post("/exceptions/<int:override_id>/refuse")
def refuse_asked(override_id: int) -> AnyResponse:
    """Say no, and why."""
    _required(override_id)
    reason = typed_text("refusal")
    errors = wrong_text("refusal", reason, "Say why, for your colleague.", LONGEST)
    if errors:
        return _page(override_id, Typed(tuple(errors), values=request.form), 422)
    return _done(override_id, lambda: refuse_exception(override_id, desk.person(), reason, now()))


@blueprint.post("/exceptions/<int:override_id>/claim")
def claim_asked(override_id: int) -> AnyResponse:
    """Tell colleagues that one looks at it."""
    exchange_id = _required(override_id).exchange_id
    return _done(override_id, lambda: desk_work.claim(exchange_id, desk.agent().agent_id, now()))


@blueprint.post("/exceptions/<int:override_id>/release")
def release_asked(override_id: int) -> AnyResponse:
    """Let go of it; a lead may do that for a colleague."""
    row, lead = _required(override_id), desk.is_lead()
    agent_id = desk.agent().agent_id
    return _done(override_id, lambda: desk_work.release(row.exchange_id, agent_id, now(), anybodys=lead))


def _done(override_id: int, act: Callable[[], None]) -> AnyResponse:
    try:
        act()
    except CannotOverride as refused:
        return _page(override_id, Typed(problem=str(refused), values=request.form), 409)
    except desk_work.Claimed as colleague:
        return _page(override_id, Typed(problem=f"{colleague} is working on this."), 409)
    return redirect(url_for("console.exception", override_id=override_id), 303)


def _required(override_id: int) -> RuleOverride:
    row = override_with(override_id) if override_id < 2**62 else None
    if row is None:
        abort(404)
    return row


def _page(override_id: int, typed: Typed, status: int) -> Response:
    row = _required(override_id)
    basket = load_basket(row.exchange_id, now())
    line = basket.order.line(row.line_item_id)
    standing = {verdict.code: verdict for verdict in basket.eligibility(line).verdicts}
    who, claim = desk.person(), working_on(claims_of([row.exchange_id]).get(row.exchange_id))
    open_still = row.state == Granting.ASKED and row.exchange.state is Status.DRAFT
    return render_page(
        "console/exception.html",
        status=status,
        override=row,
        say=Masks(row.exchange.order, row.exchange).text,
        order=row.exchange.order,
        order_url=url_for("console.order", order_id=row.exchange.order_id),
        title=f"{line.title}, {leaves_words(line)}",
        rules=[standing[code].agent or RULE_WORDS[code] for code in row.codes],
        open_still=open_still,
        mine=row.asked_by_id == who.agent_id,
        may_approve=may_approve(basket.policy, who.role, row.total),
        approve_url=url_for("console.approve_asked", override_id=row.id),
        refuse_url=url_for("console.refuse_asked", override_id=row.id),
        claim=claim,
        may_let_go=claim is not None and (claim.agent_id == who.agent_id or desk.is_lead()),
        acts={
            "claim": url_for("console.claim_asked", override_id=row.id),
            "release": url_for("console.release_asked", override_id=row.id),
        },
        back_url=url_for("console.queue"),
        typed=typed,
        errors=typed.errors,
    )
