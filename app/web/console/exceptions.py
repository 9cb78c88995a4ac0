"""Every rule over every line of a draft, passed or in the way, and the form that makes an exception."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from app.domain.eligibility import Answer
from app.domain.facts import LineFacts
from app.domain.overrides import cost_of, limit_of, may_be_overridden, to_override, within_limit
from app.models import Granting, RuleOverride
from app.queries.overrides import overrides_of
from app.services.baskets import Basket, load_basket
from app.services.overriding import CannotOverride, cost_by_line, make_exception
from app.web.acting import first_screen, require_screen
from app.web.clock import now
from app.web.console import desk
from app.web.console.acting import LONGEST, screens
from app.web.console.exchanges import Typed
from app.web.console.masking import Masks
from app.web.console.rule_words import RULE_WORDS
from app.web.console.typed_text import typed_text, wrong_text
from app.web.rendering import render_page
from app.web.shopper.parts import leaves_words


@dataclass(frozen=True)
class RuleRow:
    """A rule that is, or would be, in the way. `fixed`: nobody may override it."""

    words: str
    values: tuple[tuple[str, str], ...]
    fixed: bool
    overridden: bool


@dataclass(frozen=True)
class RuleLine:
    """A bought line with its rules. `cost` in minor units: what an exception gives at the most."""

    id: int
    field: str
    title: str
    variant: str
    standing: tuple[RuleRow, ...]
    passed: tuple[str, ...]
    asked: tuple[RuleOverride, ...]
    made: tuple[RuleOverride, ...]
    refused: tuple[RuleOverride, ...]
    may: bool
    alone: bool  # without a second person
    cost: int
    post_url: str


@screens.get("/exchanges/<public_id>/exceptions")
def exceptions(public_id: str) -> AnyResponse:
    """All rules of all lines."""
    return _page(public_id, require_screen(public_id).id, Typed(), 200)


@screens.post("/exchanges/<public_id>/exceptions/<int:line_id>")
def override(public_id: str, line_id: int) -> AnyResponse:
    """Override what stands against this line, or ask a colleague to."""
    found = require_screen(public_id)
    field = f"reason-{line_id}"
    reason = typed_text(field)
    errors = wrong_text(field, reason, "Say why, for your colleagues.", LONGEST)
    if errors:
        return _page(public_id, found.id, Typed(tuple(errors), values=request.form), 422)
    try:
        make_exception(found.id, line_id, desk.person(), reason, now())
    except CannotOverride as refused:
        return _page(public_id, found.id, Typed(problem=str(refused), values=request.form), 409)
    return redirect(f"{url_for('console.acting.exceptions', public_id=public_id)}#line-{line_id}", 303)


def _page(public_id: str, exchange_id: int, typed: Typed, status: int) -> Response:
    rows = overrides_of(exchange_id)
    basket = load_basket(exchange_id, now(), rows)
    return render_page(
        "console/exceptions.html",
        status=status,
        say=_masks_of(rows).text,
        lines=[_line(public_id, basket, line, rows) for line in basket.order.lines],
        limit=limit_of(basket.policy, desk.person().role),
        total=sum(cost_by_line([row for row in rows if row.state == Granting.GRANTED]).values()),
        items_url=first_screen(public_id, gift=basket.recipient_view),
        typed=typed,
        errors=typed.errors,
    )


def _masks_of(rows: list[RuleOverride]) -> Masks:
    """What colleagues wrote may name the shopper."""
    return Masks(rows[0].exchange.order, rows[0].exchange) if rows else Masks()


def _line(public_id: str, basket: Basket, line: LineFacts, rows: list[RuleOverride]) -> RuleLine:
    eligibility = basket.eligibility(line)
    mine = [row for row in rows if row.line_item_id == line.id]
    asked = tuple(row for row in mine if row.state == Granting.ASKED)
    pending = {code for row in asked for code in row.codes}
    cost = cost_of(line)
    live = [row for row in rows if row.state != Granting.REFUSED]
    total = sum((cost_by_line(live) | {line.id: cost}).values())
    return RuleLine(
        id=line.id,
        field=f"reason-{line.id}",
        title=line.title,
        variant=leaves_words(line),
        standing=tuple(
            RuleRow(
                words=verdict.agent,
                values=tuple(verdict.used.items()),
                fixed=not may_be_overridden(verdict),
                overridden=verdict in eligibility.overridden,
            )
            for verdict in (*eligibility.standing, *eligibility.overridden)
        ),
        passed=tuple(RULE_WORDS[v.code] for v in eligibility.verdicts if v.answer is Answer.ALLOW),
        asked=asked,
        made=tuple(row for row in mine if row.state == Granting.GRANTED),
        refused=tuple(row for row in mine if row.state == Granting.REFUSED),
        may=any(verdict.code not in pending for verdict in to_override(eligibility)),
        alone=within_limit(basket.policy, desk.person().role, total),
        cost=cost,
        post_url=url_for("console.acting.override", public_id=public_id, line_id=line.id),
    )
