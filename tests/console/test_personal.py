"""T10: people are masked on every page of the console until somebody asks; asking is noted, holds once."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select, update

from app.models import (
    Agent,
    AuditEntry,
    DeskDraft,
    Exchange,
    ExchangeDecision,
    ExchangeNote,
    Granting,
    LineItem,
    Order,
    Role,
    RuleOverride,
    db,
    store_scope,
    writing,
)
from tests.console.cases import connect, make_desk_draft, make_exchange
from tests.console.desk import Desk
from tests.factories import ADA, NOW
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


WRITTEN = ("note", "held", "told", "decided", "remark", "exception", "refusal")


def write_of_her(exchange_id: int) -> None:
    """Everything that people may have written about an exchange, each with her name in it."""
    row = db.session.get_one(Exchange, exchange_id)
    of = {"store_id": row.store_id, "exchange_id": exchange_id}
    row.shopper_note, row.decision_words = "note of Ada Moss", "told to Ada Moss"
    line = db.session.scalars(select(LineItem.id).where(LineItem.order_id == row.order_id)).first()
    asked = {"codes": [], "units": 1, "cost": 1, "total": 1, "state": Granting.GRANTED, "line_item_id": line}
    people = {"asked_by_id": 1, "asked_at": NOW, "decided_at": NOW}
    words = {"reason": "exception for Ada Moss", "decision_reason": "refusal of Ada Moss"}
    other = Agent(email="b", email_key="b", name="Bo", created_at=NOW, password_hash="")
    db.session.add(other)
    db.session.flush()
    db.session.add_all(
        [
            DeskDraft(**of, agent_id=1, reason="held for Ada Moss", begun_at=NOW),
            ExchangeDecision(**of, at=NOW, by="agent:1", act="approved", reason="decided for Ada Moss"),
            ExchangeNote(**of, agent_id=1, at=NOW, nonce="1", text="remark on Ada Moss"),
            RuleOverride(**of, **asked, **people, **words, decided_by_id=other.id),
        ]
    )


def test_what_people_wrote_names_nobody_until_asked(
    app: Flask, shop: Shop, desk: Desk, places: dict[str, tuple[str, str]]
) -> None:
    path, chain = places["exchange"]
    with app.app_context(), store_scope(shop.store_id), writing():
        write_of_her(int(chain.partition(":")[2]))
    masked = desk.get(path).text
    assert "Moss" not in masked
    shown = desk.send(path, {}, to=f"{path}/show").text
    for place in WRITTEN:
        assert re.search(rf"{place} (of|for|to|on) •••", masked), place
        assert re.search(rf"{place} (of|for|to|on) Ada Moss", shown), place


def test_why_an_exception_is_asked_for_names_nobody(app: Flask, shop: Shop, desk: Desk) -> None:
    parts = make_desk_draft(app, shop.store_id, "AC-8002")
    with app.app_context(), store_scope(shop.store_id), writing():
        db.session.execute(update(RuleOverride).values(reason="asked for Ada Moss"))
        db.session.execute(update(DeskDraft).values(reason="asked for Ada Moss"))
        order_id = db.session.scalars(select(Order.id).where(Order.number == "AC-8002")).one()
    order = f"/console/orders/{order_id}"
    exceptions = f"/console/acting/exchanges/{parts['public_id']}/exceptions"
    for path in ("/console/", f"/console/exceptions/{parts['override_id']}", exceptions, order):
        page = desk.get(path).text
        assert "asked for •••" in page, path
        assert "for Ada Moss" not in page, path
    assert "asked for Ada Moss" in desk.send(order, {}, to=f"{order}/show").text


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
