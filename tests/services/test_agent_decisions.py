"""Asked a person: confirmed without a message, approved as confirmed, or declined and undone."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.domain.reasons import Reason
from app.models import AuditEntry, Dispatch, Exchange, LineItem, Variant, db, writing
from app.services import audit
from app.services.agent_decisions import CannotDecide, Decision, approve, decline
from app.services.baskets import load_basket
from app.services.cancelling import cancel_exchange
from app.services.draft_exchange import live_exchange_of
from app.services.quotes import quote
from app.services.submit_exchange import Confirmation, submit
from tests.factories import NOW, Bought, make_order
from tests.faults.behaviours import says
from tests.faults.peer import Peer
from tests.services.dispatch_cases import TO_L, TO_XL, Acme, dispatch_of, exchange_of

YES = Decision("M. Ruiz", "a regular customer")
NO = Decision("M. Ruiz", "worn", "The soles show wear.")
LATER = NOW + timedelta(days=2)


@pytest.fixture
def careful(shop: Acme) -> Acme:
    """A store where a person looks at parkas."""
    shop.set_policy(value_review_limit=5000, undo_minutes=15)
    return shop


def count(what: type[Dispatch] | type[Exchange]) -> int:
    return db.session.scalar(select(func.count(what.id))) or 0


def committed(exchange_id: int) -> int:
    order_id = exchange_of(exchange_id).order_id
    return db.session.scalar(select(func.sum(LineItem.committed)).where(LineItem.order_id == order_id)) or 0


def test_what_a_person_must_judge_is_confirmed_and_waits(careful: Acme, peer: Peer) -> None:
    waiting = careful.confirm()
    row = exchange_of(waiting)
    assert (row.status, row.occupies_order, row.waits_for_a_person) == ("in_review", True, True)
    assert [doubt["code"] for doubt in row.doubts] == ["value_over_review_limit"]
    assert row.reference
    assert committed(waiting) == 1
    assert count(Dispatch) == 0
    careful.clock.forward(days=1)
    assert careful.send() == 0
    assert not peer.requests


def test_the_note_is_kept_with_what_is_judged_only(careful: Acme) -> None:
    draft = careful.confirm()  # without a note
    assert exchange_of(draft).shopper_note is None
    order = make_order(careful.store_id, Bought(careful.parka["Navy / M"]), number="AC-2")
    with_note = confirmed_with_note(careful, order, "  The zip came off.  ")
    assert exchange_of(with_note).shopper_note == "The zip came off."
    careful.set_policy(value_review_limit=None)
    order = make_order(careful.store_id, Bought(careful.parka["Navy / M"]), number="AC-3")
    assert exchange_of(confirmed_with_note(careful, order, "Nobody reads this.")).shopper_note is None


def confirmed_with_note(shop: Acme, order_id: int, note: str) -> int:
    shop.draft_of(order_id, TO_L)
    draft = db.session.scalars(select(Exchange.id).where(Exchange.order_id == order_id)).one()
    current = quote(load_basket(draft, NOW))
    assert current is not None
    submit(Confirmation(draft, current.version, "shopper", note), NOW)
    return draft


def test_a_yes_queues_exactly_what_was_confirmed(careful: Acme, peer: Peer) -> None:
    waiting = careful.confirm("AC-1001", TO_XL)
    confirmed = exchange_of(waiting)
    frozen, due = confirmed.quote_data, confirmed.amount_due
    with writing():  # the price moves while it waits
        db.session.get_one(Variant, careful.parka["Navy / XL"]).price = 99900
    approve(waiting, YES, LATER)
    row = exchange_of(waiting)
    assert (row.status, row.decided_by, row.decision_reason) == ("approved", "M. Ruiz", "a regular customer")
    assert (row.quote_data, row.amount_due) == (frozen, due)
    assert dispatch_of(waiting).message["variants"][0]["product"] == 13950
    assert row.send_by == (LATER + timedelta(days=14)).date()
    careful.clock.now = LATER
    assert careful.send() == 1
    assert exchange_of(waiting).status == "placed"
    assert len(peer.orders) == 1


def test_a_yes_within_the_undo_window_leaves_it_open(careful: Acme) -> None:
    waiting = careful.confirm()
    approve(waiting, YES, NOW + timedelta(minutes=5))
    assert dispatch_of(waiting).due_at == NOW + timedelta(minutes=15)
    cancel_exchange(waiting, "shopper", NOW + timedelta(minutes=10))
    assert exchange_of(waiting).status == "cancelled"
    assert committed(waiting) == 0


def test_the_shopper_may_take_back_what_nobody_has_judged(careful: Acme) -> None:
    waiting = careful.confirm()
    cancel_exchange(waiting, "shopper", LATER)
    with pytest.raises(CannotDecide, match="is cancelled"):
        approve(waiting, YES, LATER)


def test_a_no_gives_everything_back(careful: Acme) -> None:
    waiting = careful.confirm()
    decline(waiting, NO, LATER)
    row = exchange_of(waiting)
    assert (row.status, row.occupies_order, row.decision_words) == (
        "declined",
        False,
        "The soles show wear.",
    )
    assert row.rma_closed_at == LATER
    assert committed(waiting) == 0
    assert live_exchange_of(row.order_id) is None


def test_who_and_why_but_no_words_in_the_audit_trail(careful: Acme) -> None:
    waiting = careful.confirm()
    decline(waiting, NO, LATER)
    entries = db.session.scalars(select(AuditEntry).where(AuditEntry.chain == f"exchange:{waiting}")).all()
    assert [entry.act for entry in entries] == ["submitted", "in_review", "declined"]
    assert entries[-1].actor == "M. Ruiz"
    assert "worn" not in str([entry.details for entry in entries])
    assert audit.verify(f"exchange:{waiting}").whole


def test_units_refunded_meanwhile_stop_a_yes(careful: Acme) -> None:
    waiting = careful.confirm()
    line = exchange_of(waiting).items[0].line_item_id
    with writing():
        db.session.get_one(LineItem, line).refunded = 1
    with pytest.raises(CannotDecide, match="refunded meanwhile"):
        approve(waiting, YES, LATER)
    assert exchange_of(waiting).status == "in_review"
    decline(waiting, NO, LATER)


@pytest.mark.parametrize("gone", [{"stock": 0}, {"active": False}])
def test_what_is_gone_stops_a_yes(careful: Acme, gone: dict[str, object]) -> None:
    waiting = careful.confirm()
    with writing():
        variant = db.session.get_one(Variant, careful.parka["Navy / L"])
        for name, value in gone.items():
            setattr(variant, name, value)
    with pytest.raises(CannotDecide, match="no longer to be had"):
        approve(waiting, YES, LATER)


def test_its_own_last_unit_does_not_stop_a_yes(careful: Acme) -> None:
    with writing():
        db.session.get_one(Variant, careful.parka["Navy / L"]).stock = 1
    waiting = careful.confirm()
    approve(waiting, YES, LATER)
    assert exchange_of(waiting).status == "approved"


def test_nobody_decides_twice(careful: Acme) -> None:
    waiting = careful.confirm()
    approve(waiting, YES, LATER)
    for again in (approve, decline):
        with pytest.raises(CannotDecide, match="is approved"):
            again(waiting, YES, LATER)


def test_a_refused_message_is_sent_once_more_after_a_yes(shop: Acme, peer: Peer) -> None:
    """Somebody set the platform right; the key and the bytes are the same."""
    peer.script.append(says(b"{}", 422))
    refused = shop.confirm()
    shop.send()
    row = exchange_of(refused)
    assert (row.status, row.waits_for_a_person) == ("in_review", False)
    approve(refused, YES, NOW)
    assert exchange_of(refused).attention is None
    shop.send()
    assert exchange_of(refused).status == "placed"
    assert peer.requests[0].body == peer.requests[1].body


def test_a_refused_message_can_be_given_up(shop: Acme, peer: Peer) -> None:
    peer.script.append(says(b"{}", 422))
    refused = shop.confirm()
    shop.send()
    decline(refused, NO, NOW)
    assert exchange_of(refused).occupies_order is False


def test_an_order_that_may_stand_at_the_platform_is_kept(shop: Acme, peer: Peer) -> None:
    """A yes without a number: the order may exist, so nothing is sent again and nothing else begun."""
    peer.script.append(says(b'{"order_identifier": ""}'))
    doubtful = shop.confirm()
    shop.send()
    assert exchange_of(doubtful).status == "in_review"
    with pytest.raises(CannotDecide, match="may have reached the platform"):
        approve(doubtful, YES, NOW)
    decline(doubtful, NO, NOW)
    row = exchange_of(doubtful)
    assert (row.status, row.occupies_order) == ("declined", True)
    assert live_exchange_of(row.order_id) is not None


def test_several_exchanges_of_late_ask_a_person(shop: Acme) -> None:
    shop.set_policy(recent_exchanges_limit=2, recent_exchanges_days=30)
    assert [exchange_of(shop.confirm(f"AC-{n}")).status for n in (1, 2, 3)] == [
        "submitted",
        "submitted",
        "in_review",
    ]
    shop.clock.forward(days=24)
    late = {"delivered_at": NOW + timedelta(days=20)}
    order = make_order(shop.store_id, Bought(shop.parka["Navy / M"]), number="AC-4", **late)
    assert exchange_of(shop.confirm_order(order)).status == "in_review"
    shop.clock.forward(days=7)
    order = make_order(shop.store_id, Bought(shop.parka["Navy / M"]), number="AC-5", **late)
    # What was confirmed a month ago is no longer recent; the one of last week is.
    assert exchange_of(shop.confirm_order(order)).status == "submitted"


def test_other_peoples_exchanges_and_those_that_ended_do_not_count(shop: Acme) -> None:
    shop.set_policy(recent_exchanges_limit=1, undo_minutes=15)
    cancel_exchange(shop.confirm("AC-1"), "shopper", NOW)
    bought = Bought(shop.parka["Navy / M"])
    bob = make_order(shop.store_id, bought, number="AC-2", email="bob@example.com")
    assert exchange_of(shop.confirm_order(bob)).status == "submitted"
    assert exchange_of(shop.confirm("AC-3")).status == "submitted"
    assert exchange_of(shop.confirm("AC-4")).status == "in_review"


def test_a_reason_that_wants_a_photo_asks_a_person(shop: Acme) -> None:
    shop.set_policy(photo_reasons=["damaged"])
    damaged = replace(TO_L, reason=Reason.DAMAGED)
    assert exchange_of(shop.confirm("AC-1", TO_L)).status == "submitted"
    waiting = exchange_of(shop.confirm("AC-2", damaged))
    assert (waiting.status, waiting.doubts[0]["code"]) == ("in_review", "reason_needs_photo")
