"""The exchange page and its acts: what is shown, what is done once, what is refused, what is noted."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import delete, func, select, update

from app.models import AuditEntry, Exchange, ExchangeNote, MovementKind, Role, db, store_scope, writing
from app.services.audit_seals import seal_everywhere
from app.services.payment_ledger import note_movement
from tests.console.cases import NOTE, connect, make_exchange
from tests.console.desk import Desk
from tests.factories import NOW
from tests.pages.html_checker import HtmlPages
from tests.pages.rules import assert_page
from tests.web.conftest import Shop
from tests.web.counting import queries

NewDesk = Callable[..., Desk]
MOST_QUERIES = 10


@pytest.fixture
def waiting(app: Flask, shop: Shop) -> str:
    """An exchange that a person must judge."""
    connect(app, shop.store_id)
    return make_exchange(app, shop.store_id, "AC-2001", review=True)


def state(app: Flask, shop: Shop, reference: str) -> Exchange:
    with app.app_context(), store_scope(shop.store_id):
        row = db.session.scalars(select(Exchange).where(Exchange.reference == reference)).one()
        db.session.remove()
        return row


def acts(app: Flask, shop: Shop, chain: str) -> list[tuple[str, str]]:
    """Who did what, in the chain's order."""
    with app.app_context(), store_scope(shop.store_id):
        rows = db.session.scalars(
            select(AuditEntry).where(AuditEntry.chain == chain).order_by(AuditEntry.number)
        )
        return [(row.actor, row.act) for row in rows]


def test_the_queue_says_who_waits_and_why(desk: Desk, waiting: str, html_pages: HtmlPages) -> None:
    page = desk.get("/console/")
    assert waiting in page.text
    assert "AC-2001" in page.text
    assert "waits for a decision" in page.text
    assert "1 exchange waits" in page.text
    assert "Ridge Parka" in page.text
    for path in ("/console/", "/console/?order=newest"):
        text = desk.get(path).text
        assert_page(text)
        html_pages.add(path, text)


def test_a_gift_card_is_told_by_the_last_signs_of_its_code(
    app: Flask, shop: Shop, desk: Desk, waiting: str
) -> None:
    with app.app_context(), store_scope(shop.store_id), writing():
        row = db.session.scalars(select(Exchange).where(Exchange.reference == waiting)).one()
        note_movement(row, MovementKind.ISSUED, 2500, "card", NOW, reference="4F2K")
    page = desk.get(f"/console/exchanges/{waiting}").text
    assert "Put on a gift card:" in page
    assert ", its code ends in 4F2K" in page
    shown = app.test_cli_runner().invoke(args=["exchange", "show", waiting]).output
    assert "gift card    0.00 USD, its code ends in 4F2K" in shown


def test_an_empty_queue_says_so(desk: Desk, html_pages: HtmlPages) -> None:
    page = desk.get("/console/").text
    assert "Nothing waits" in page
    assert_page(page)
    html_pages.add("empty queue", page)


def test_opening_is_noted(app: Flask, shop: Shop, desk: Desk, waiting: str, html_pages: HtmlPages) -> None:
    page = desk.get(f"/console/exchanges/{waiting.lower()}")
    assert page.status_code == 200
    assert_page(page.text)
    html_pages.add("exchange", page.text)
    for shown in (NOTE, "Nothing to pay", "Timeline"):
        assert shown in page.text
    row = state(app, shop, waiting)
    assert acts(app, shop, f"exchange:{row.id}")[-1] == ("agent:1", "viewed")


def test_declining_tells_the_shopper_once(app: Flask, shop: Shop, desk: Desk, waiting: str) -> None:
    path = f"/console/exchanges/{waiting}"
    words = {"decline-reason": "worn soles", "decline-words": "The soles show wear."}
    assert desk.send(path, words, to=f"{path}/decline").status_code == 303
    again = desk.send(path, words, to=f"{path}/decline")
    assert again.status_code == 409
    assert "nobody is asked to decide" in again.text
    row = state(app, shop, waiting)
    assert (row.status, row.decision_words, row.decided_by) == ("declined", "The soles show wear.", "agent:1")
    done = acts(app, shop, f"exchange:{row.id}")
    assert [act for _, act in done].count("declined") == 1
    assert "Ana" in desk.get(path).text


def test_approving_queues_it_once(
    app: Flask, shop: Shop, desk: Desk, waiting: str, html_pages: HtmlPages
) -> None:
    path = f"/console/exchanges/{waiting}"
    assert desk.send(path, {"approve-reason": "regular customer"}, to=f"{path}/approve").status_code == 303
    again = desk.send(path, {"approve-reason": "regular customer"}, to=f"{path}/approve")
    assert again.status_code == 409
    assert_page(again.text)
    html_pages.add("refused", again.text)
    assert state(app, shop, waiting).status == "approved"
    assert "waits to be sent" in desk.get(path).text


@pytest.mark.parametrize(
    ("act", "fields", "message"),
    [
        ("approve", {}, "Say why, for your colleagues."),
        ("cancel", {}, "Say why, for your colleagues."),
        ("decline", {"decline-reason": "worn"}, "Say it to the shopper in a sentence."),
        ("decline", {"decline-reason": "x" * 501, "decline-words": "no"}, "At most 500 characters."),
        ("note", {"note": "  "}, "Write something first."),
        ("mark", {"what": "eaten"}, "Say what became of it."),
    ],
)
def test_what_is_missing_is_asked_for_in_place(
    app: Flask, shop: Shop, desk: Desk, waiting: str, act: str, fields: dict[str, str], message: str
) -> None:
    path = f"/console/exchanges/{waiting}"
    answer = desk.send(path, fields, to=f"{path}/{act}")
    assert answer.status_code == 422
    assert message in answer.text
    assert "<title>Error: " in answer.text
    typed = {name: text for name, text in fields.items() if name != "what"}
    for text in typed.values():
        assert text.strip() in answer.text  # what was typed stays
    assert state(app, shop, waiting).status == "in_review"


def test_cancelling_twice_changes_nothing_more(app: Flask, shop: Shop, desk: Desk, waiting: str) -> None:
    path = f"/console/exchanges/{waiting}"
    for _ in range(2):
        fields = {"cancel-reason": "She keeps it"}
        assert desk.send(path, fields, to=f"{path}/cancel").status_code == 303
    row = state(app, shop, waiting)
    assert row.status == "cancelled"
    assert [act for _, act in acts(app, shop, f"exchange:{row.id}")].count("cancelled") == 1


def test_marking_what_was_not_placed_is_refused_with_the_reason(desk: Desk, waiting: str) -> None:
    path = f"/console/exchanges/{waiting}"
    answer = desk.send(path, {}, to=f"{path}/shipped")
    assert answer.status_code == 409
    assert "the shop has not placed it" in answer.text


def test_a_note_that_is_sent_twice_is_kept_once(app: Flask, shop: Shop, desk: Desk, waiting: str) -> None:
    path = f"/console/exchanges/{waiting}"
    fields = {"note": "Called <b>her</b> back.", "nonce": "abc"}
    for _ in range(2):
        assert desk.send(path, fields, to=f"{path}/note").status_code == 303
    with app.app_context(), store_scope(shop.store_id):
        assert len(db.session.scalars(select(ExchangeNote)).all()) == 1
    page = desk.get(path).text
    assert "Called &lt;b&gt;her&lt;/b&gt; back." in page


def test_a_claim_is_seen_by_colleagues_and_lapses(
    app: Flask, desk: Desk, new_desk: NewDesk, waiting: str
) -> None:
    path = f"/console/exchanges/{waiting}"
    bo, lea = new_desk("bo@acme.example"), new_desk("lea@acme.example", Role.LEAD)
    assert desk.send(path, {}, to=f"{path}/claim").status_code == 303
    assert '<td data-label="Who">Ana</td>' in bo.get("/console/").text
    refused = bo.send(path, {}, to=f"{path}/claim")
    assert refused.status_code == 409
    assert "Ana is working on this." in refused.text
    assert bo.send(path, {}, to=f"{path}/release").status_code == 409
    assert lea.send(path, {}, to=f"{path}/release").status_code == 303
    assert bo.send(path, {}, to=f"{path}/claim").status_code == 303
    assert '<td data-label="Who">Bo</td>' in desk.get("/console/").text


def test_the_audit_page_is_for_leads(
    app: Flask, shop: Shop, desk: Desk, new_desk: NewDesk, waiting: str, html_pages: HtmlPages
) -> None:
    path = f"/console/exchanges/{waiting}"
    desk.get(path)
    assert desk.get(f"{path}/audit").status_code == 403
    assert f"{path}/audit" not in desk.get(path).text
    lea = new_desk("lea@acme.example", Role.LEAD)
    assert f"{path}/audit" in lea.get(path).text
    page = lea.get(f"{path}/audit")
    assert_page(page.text)
    html_pages.add("audit", page.text)
    assert "nobody has changed one of them" in page.text
    assert 'data-label="Who">Ana</td>' in page.text
    assert "ada@example.com" not in page.text
    with app.app_context():
        changed = update(AuditEntry).where(AuditEntry.act == "submitted").values(actor="nobody")
        db.session.execute(changed.execution_options(all_stores=True))
        db.session.commit()
    broken = lea.get(f"{path}/audit").text
    assert_page(broken)
    assert "Entry 1 is not what was written" in broken
    assert "tells another story" not in broken  # the states are as they were
    with app.app_context():
        row = update(Exchange).where(Exchange.reference == waiting).values(status="approved")
        db.session.execute(row.execution_options(all_stores=True))
        db.session.commit()
    differs = lea.get(f"{path}/audit").text
    assert_page(differs)
    assert "By the trail the exchange is in review; its row says approved." in differs


def test_the_audit_page_finds_entries_that_were_cut_off_under_a_seal(
    app: Flask, shop: Shop, new_desk: NewDesk, waiting: str
) -> None:
    lea, path = new_desk("lea@acme.example", Role.LEAD), f"/console/exchanges/{waiting}"
    lea.get(path)
    assert "for a seal; a worker makes one" in lea.get(f"{path}/audit").text
    row = state(app, shop, waiting)
    with app.app_context():
        seal_everywhere(app.extensions["evenly.connections"].box, NOW)
    with queries(app) as asked:
        page = lea.get(f"{path}/audit").text
    assert "The seal over the trail of this store fits." in page
    assert_page(page)
    assert len([each for each in asked if each.startswith("SELECT")]) <= MOST_QUERIES
    with app.app_context(), store_scope(shop.store_id), writing():
        ours = AuditEntry.chain == f"exchange:{row.id}"
        last = select(func.max(AuditEntry.number)).where(ours).scalar_subquery()
        db.session.execute(delete(AuditEntry).where(ours, AuditEntry.number == last))
    broken = lea.get(f"{path}/audit").text
    assert_page(broken)
    assert "nobody has changed one of them" in broken  # the chain alone does not tell
    assert "Seal 1 does not fit" in broken
