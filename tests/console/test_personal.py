"""T10: people are masked on every page of the console until somebody asks; asking is noted, holds once."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select, update

from app.models import AuditEntry, Exchange, Order, Role, db, store_scope, writing
from tests.console.cases import connect, make_exchange
from tests.console.desk import Desk
from tests.factories import ADA
from tests.pages.html_checker import HtmlPages
from tests.pages.rules import assert_page
from tests.web.conftest import Shop

NewDesk = Callable[..., Desk]
PEOPLE = ("ada@example.com", "Moss", ADA["street1"], ADA["postal_code"], "555-0142", "rita@example.com")


@pytest.fixture
def places(app: Flask, shop: Shop) -> dict[str, tuple[str, str]]:
    """A gift's exchange that a person must judge, and its order: address and audit chain of each."""
    connect(app, shop.store_id)
    reference = make_exchange(app, shop.store_id, "AC-8001", review=True)
    with app.app_context(), store_scope(shop.store_id):
        row = db.session.scalars(select(Exchange).where(Exchange.reference == reference)).one()
        exchange_id, order_id = row.id, row.order_id
        with writing():
            gift = update(Exchange).values(gift_view=True, recipient_email="rita@example.com")
            db.session.execute(gift)
            db.session.execute(update(Order).values(phone="+1 541 555-0142"))
        db.session.remove()
    return {
        "order": (f"/console/orders/{order_id}", f"order:{order_id}"),
        "exchange": (f"/console/exchanges/{reference}", f"exchange:{exchange_id}"),
    }


def seen(app: Flask, shop: Shop, chain: str) -> list[tuple[str, str]]:
    """Who looked, in the chain's order."""
    with app.app_context(), store_scope(shop.store_id):
        rows = db.session.scalars(
            select(AuditEntry)
            .where(AuditEntry.chain == chain, AuditEntry.act.in_(["viewed", "people shown"]))
            .order_by(AuditEntry.number)
        )
        return [(row.actor, row.act) for row in rows]


@pytest.mark.parametrize("kind", ["order", "exchange"])
def test_masked_until_asked(
    app: Flask, shop: Shop, desk: Desk, places: dict[str, tuple[str, str]], kind: str, html_pages: HtmlPages
) -> None:
    path, chain = places[kind]
    masked = desk.get(path).text
    assert_page(masked)
    html_pages.add(f"{kind}, masked", masked)
    assert [secret for secret in PEOPLE if secret in masked] == []
    assert "a•••@example.com" in masked
    shown = desk.send(path, {}, to=f"{path}/show")
    assert shown.status_code == 200
    assert_page(shown.text)
    html_pages.add(f"{kind}, shown", shown.text)
    for secret in ("ada@example.com", "Ada Moss", ADA["street1"]):
        assert secret in shown.text
    assert ("555-0142" in shown.text) is (kind == "order")
    assert ("rita@example.com" in shown.text) is (kind == "exchange")
    assert "ada@example.com" not in desk.get(path).text  # for that view only
    acts = [act for _, act in seen(app, shop, chain)]
    assert acts == ["viewed", "viewed", "people shown", "viewed"]


def test_a_refused_act_masks_again(desk: Desk, places: dict[str, tuple[str, str]]) -> None:
    path, _ = places["exchange"]
    refused = desk.send(path, {}, to=f"{path}/approve")
    assert refused.status_code == 422
    assert [secret for secret in PEOPLE if secret in refused.text] == []


def test_looking_at_people_takes_a_form_of_ours(
    app: Flask, shop: Shop, desk: Desk, places: dict[str, tuple[str, str]]
) -> None:
    for path, chain in places.values():
        assert desk.get(f"{path}/show").status_code == 405
        answer = desk.post(f"{path}/show")
        assert answer.status_code == 400
        assert "ada@example.com" not in answer.text
        assert seen(app, shop, chain) == []


def test_who_looked_at_an_order_is_read_by_a_lead(
    shop: Shop, new_desk: NewDesk, places: dict[str, tuple[str, str]], html_pages: HtmlPages
) -> None:
    agent, lead = new_desk("ana@acme.example"), new_desk("lea@acme.example", Role.LEAD)
    path, _ = places["order"]
    assert 'id="audit"' not in agent.get(path).text
    agent.send(path, {}, to=f"{path}/show")
    assert 'id="audit"' in lead.get(path).text
    page = lead.get(f"{path}/audit").text
    assert_page(page)
    html_pages.add("audit of an order", page)
    assert "people shown" in page
    assert ">Ana<" in page
    assert "tells another story" not in page


def test_a_chain_is_printed_with_its_people_as_ids(
    app: Flask, shop: Shop, desk: Desk, places: dict[str, tuple[str, str]]
) -> None:
    path, chain = places["order"]
    desk.send(path, {}, to=f"{path}/show")
    run = app.test_cli_runner().invoke
    shown = run(args=["audit", "show", chain, "--store", "acme"])
    assert shown.exit_code == 0
    assert shown.output.splitlines()[-1].endswith("agent:1: people shown")
    came = run(args=["audit", "show", "agent:1", "--store", "acme"]).output
    assert came.rstrip().endswith('agent:1: signed in {"with": "code"}')
    assert run(args=["audit", "show", "order:999", "--store", "acme"]).exit_code == 2


def test_a_gift_says_for_whom_to_act(app: Flask, shop: Shop, desk: Desk) -> None:
    path = f"/console/orders/{shop.order_id}"
    assert 'id="gift-call"' not in desk.get(path).text
    with app.app_context(), store_scope(shop.store_id), writing():
        db.session.execute(update(Order).values(is_gift=True, gift_code="ROSE-7"))
    page = desk.get(path).text
    assert_page(page)
    assert "those screens hold no prices" in page
    assert "gift code ROSE-7" in page
    assert 'href="/acme/gift"' in page
