"""T10: what is worth money once it is placed: a card given by other means, the rest, and taking it back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from flask import Flask
from sqlalchemy import select

from app.models import AuditEntry, Dispatch, Exchange, Purpose, Role, db, store_scope, writing
from tests.console.acting_steps import at_a_desk
from tests.console.cases import connect, make_exchange, send
from tests.console.causes import TO_CARD
from tests.console.limits import choose, set_limits
from tests.console.loopback import peer, settings
from tests.faults.peer import Peer
from tests.pages.rules import assert_page
from tests.shopper.form_tab import FormTab
from tests.web.conftest import Shop

__all__ = ["peer", "settings"]

PARKA, TWO = 12_900, 2 * 12_900  # what was paid for it, in cents


@dataclass(frozen=True)
class Act:
    """What is done where, what it is worth, the id of its button, and the act of the trail that it leaves."""

    to: str
    fields: dict[str, str]
    worth: int
    button: str
    told: str


CARD = Act("flags/1", {"settle-1": "by hand", "how": "accept"}, PARKA, "settle-1-accept", "flag settled")
SEND = Act("rest/send", {"send-rest-reason": "it is back"}, PARKA, "send-rest", "rest sent")
KEEP = Act("rest/give-back", {"keep-rest-reason": "gone"}, PARKA, "keep-rest", "rest given back")
BACK = Act("take-back", {"take-back-reason": "called"}, TWO, "take-back", "cancelled")
ACTS = [CARD, SEND, KEEP, BACK]
Made = Callable[[Act], str]


@pytest.fixture
def made(app: Flask, shop: Shop, peer: Peer) -> Made:
    """The page of an exchange that is placed and open to an act; of two parkas one is the rest."""

    def make(act: Act) -> str:
        connect(app, shop.store_id, peer.url)
        if act is CARD:
            policy = {"gift_card_issuer": "portal"}  # and nothing is in its pool
            reference = make_exchange(app, shop.store_id, "AC-7201", wish=TO_CARD, policy=policy)
        else:
            reference = make_exchange(app, shop.store_id, "AC-7201", lines=2)
        send(app)
        if act in (SEND, KEEP):
            leave_one_out(app, shop)
        return f"/console/exchanges/{reference}"

    return make


def leave_one_out(app: Flask, shop: Shop) -> None:
    """As if the platform had taken the first of the two alone."""
    with app.app_context(), store_scope(shop.store_id), writing():
        placing = db.session.scalars(select(Dispatch).where(Dispatch.purpose == Purpose.PLACE)).one()
        placing.result = {"order": "ord_1", "part": {"units": [1, 0], "difference": 0}}


def press(tab: FormTab, path: str, act: Act) -> int:
    """As somebody posts it who had the form open: the answer's status."""
    tab.open(path)
    tab.send(f"{path}/{act.to}", {"csrf_token": tab.token, **act.fields})
    return tab.status


def noted(app: Flask, shop: Shop, act: Act) -> list[dict[str, object]]:
    """What the trail keeps of it, by whom ever."""
    with app.app_context(), store_scope(shop.store_id):
        exchange_id = db.session.scalars(select(Exchange.id)).one()
        mine = AuditEntry.chain == f"exchange:{exchange_id}"
        rows = select(AuditEntry.details).where(mine, AuditEntry.act == act.told)
        found = [dict(details) for details in db.session.scalars(rows)]
        db.session.remove()
    return found


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.told)
def test_up_to_the_limit_of_ones_role(app: Flask, shop: Shop, made: Made, act: Act) -> None:
    path = made(act)
    tab = at_a_desk(app, shop.store_id, "ana@acme.example", Role.AGENT)
    set_limits(app, shop, act.worth - 1)
    tab.open(path)
    assert_page(tab.html)
    assert "more than you may approve. Ask a lead or an admin." in tab.html
    assert f'id="{act.button}"' not in tab.html
    assert press(tab, path, act) == 409
    assert noted(app, shop, act) == []
    set_limits(app, shop, act.worth)
    tab.open(path)
    assert f'id="{act.button}"' in tab.html
    assert [press(tab, path, act) for _ in range(2)] == [200, 200]
    (details,) = noted(app, shop, act)
    assert "without_second_person" not in details


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.told)
def test_not_by_who_chose_it_where_a_colleague_could(app: Flask, shop: Shop, made: Made, act: Act) -> None:
    path = made(act)
    ana = at_a_desk(app, shop.store_id, "ana@acme.example", Role.LEAD)
    choose(app, shop)
    bo = at_a_desk(app, shop.store_id, "bo@acme.example", Role.ADMIN)
    set_limits(app, shop, act.worth)
    assert press(ana, path, act) == 409
    assert "so a colleague has to decide" in ana.html
    assert press(bo, path, act) == 200
    assert len(noted(app, shop, act)) == 1


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.told)
def test_alone_in_a_store_a_lead_may_and_the_trail_says_so(
    app: Flask, shop: Shop, made: Made, act: Act
) -> None:
    path = made(act)
    lead = at_a_desk(app, shop.store_id, "lea@acme.example", Role.LEAD)
    choose(app, shop)
    set_limits(app, shop, act.worth)
    assert press(lead, path, act) == 200
    assert [each.get("without_second_person") for each in noted(app, shop, act)] == [True]
