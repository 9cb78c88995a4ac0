"""T10: what somebody settles of an exchange's money is within their role, and not theirs who chose it."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from app.domain.flags import FlagKind
from app.models import Exchange, Movement, MovementKind, Role, db, store_scope, writing
from app.queries.console_exchange import audit_of
from app.services.moving import chain_of
from app.services.payment_ledger import note_movement
from tests.console.acting_steps import at_a_desk
from tests.console.cases import connect, flag, make_exchange
from tests.console.limits import choose, set_limits
from tests.factories import NOW
from tests.pages.rules import assert_page
from tests.shopper.form_tab import FormTab
from tests.shopper.tab import text_of
from tests.web.conftest import Shop

SUM = 1250  # cents: the drift that is open, and what is owed already
NOT_YOURS = ("collected-not-yours", "flag-1-not-yours")  # stand in the place of the buttons
BY_ROLE = [
    (Role.AGENT, SUM - 1, False),
    (Role.AGENT, SUM, True),
    (Role.LEAD, SUM - 1, False),
    (Role.LEAD, SUM, True),
    (Role.ADMIN, 0, True),
]


@pytest.fixture
def reference(app: Flask, shop: Shop) -> str:
    """Placed for more at the shop than here, and as much is owed besides."""
    connect(app, shop.store_id)
    made = make_exchange(app, shop.store_id, "AC-7001")
    flag(app, shop.store_id, made, "The shop counts another total.", FlagKind.DRIFT)
    with app.app_context(), store_scope(shop.store_id), writing():
        exchange = db.session.scalars(select(Exchange)).one()
        exchange.status, exchange.drift = "placed", SUM
        note_movement(exchange, MovementKind.OWED, SUM, "due", NOW)
    return made


def settled(app: Flask, shop: Shop) -> tuple[int, list[str]]:
    """How many flags are open, and the ledger."""
    with app.app_context(), store_scope(shop.store_id):
        exchange = db.session.scalars(select(Exchange)).one()
        lines = db.session.scalars(select(Movement.kind).order_by(Movement.id)).all()
        found = len(exchange.open_flags), list(lines)
        db.session.remove()
    return found


def settle_all(tab: FormTab, reference: str, how: str) -> list[int]:
    """Both acts as somebody posts them who had the forms open: the answers' statuses."""
    path = f"/console/exchanges/{reference}"
    tab.open(path)
    token, statuses = tab.token, []
    for to, fields in (
        ("collected", {"collected-reason": "cash"}),
        ("flags/1", {"settle-1": "looked", "how": how}),
    ):
        tab.send(f"{path}/{to}", {"csrf_token": token, **fields})
        statuses.append(tab.status)
    return statuses


@pytest.mark.parametrize(("role", "limit", "may"), BY_ROLE)
@pytest.mark.parametrize("how", ["accept", "collect"])
def test_up_to_the_limit_of_ones_role(
    app: Flask, shop: Shop, reference: str, role: Role, limit: int, may: bool, how: str
) -> None:
    set_limits(app, shop, limit)
    tab = at_a_desk(app, shop.store_id, "ana@acme.example", role)
    tab.open(f"/console/exchanges/{reference}")
    assert_page(tab.html)
    words = "more than you may approve. Ask a lead or an admin."
    assert [words in (text_of(tab, each) or "") for each in NOT_YOURS] == [not may, not may]
    assert ('id="collected-by-hand"' in tab.html, f'id="settle-1-{how}"' in tab.html) == (may, may)
    assert settle_all(tab, reference, how) == ([200, 200] if may else [409, 409])
    moved = ["collected", *(["owed"] if how == "collect" else [])] if may else []
    assert settled(app, shop) == (0 if may else 1, ["owed", *moved])


def test_not_by_who_chose_it_where_a_colleague_could(app: Flask, shop: Shop, reference: str) -> None:
    ana = at_a_desk(app, shop.store_id, "ana@acme.example", Role.LEAD)
    choose(app, shop)
    bo = at_a_desk(app, shop.store_id, "bo@acme.example", Role.AGENT)
    ana.open(f"/console/exchanges/{reference}")
    assert ["so a colleague has to decide" in (text_of(ana, each) or "") for each in NOT_YOURS] == [
        True,
        True,
    ]
    assert settle_all(ana, reference, "accept") == [409, 409]
    assert settle_all(bo, reference, "accept") == [200, 200]


def test_alone_in_a_store_a_lead_may_and_the_trail_says_so(app: Flask, shop: Shop, reference: str) -> None:
    lead = at_a_desk(app, shop.store_id, "lea@acme.example", Role.LEAD)
    choose(app, shop)
    assert settle_all(lead, reference, "accept") == [200, 200]
    with app.app_context(), store_scope(shop.store_id):
        chain = chain_of(db.session.scalars(select(Exchange)).one())
        noted = [each.details for each in audit_of(chain) if each.act in ("flag settled", "collected")]
        db.session.remove()
    assert [each["without_second_person"] for each in noted] == [True, True]
