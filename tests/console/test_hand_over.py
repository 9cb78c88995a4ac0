"""A draft goes to the shopper by a signed link and back: what either chose is kept, and told apart."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import func, select

from app.models import Dispatch, Exchange, Hold, db, store_scope
from tests.console.acting_steps import trail
from tests.console.handing_over import Both, agents, find
from tests.shopper.tab import heading, sum_rows, text_of
from tests.web.conftest import Shop


def sizes(app: Flask, shop: Shop) -> list[int]:
    """What is held, by variant."""
    with app.app_context(), store_scope(shop.store_id):
        found = list(db.session.scalars(select(Hold.variant_id)))
        db.session.remove()
    return found


def test_the_shopper_goes_on_where_the_agent_was_and_confirms(app: Flask, shop: Shop, both: Both) -> None:
    both.agent.open(f"/console/acting/exchanges/{both.public_id}/review")
    reviewed = sum_rows(both.agent)
    both.open_link(both.hand_over())
    assert both.shopper.path == f"/acme/exchanges/{both.public_id}/items"
    both.shopper.press("Continue")
    assert heading(both.shopper) == "Check your exchange"
    assert sum_rows(both.shopper) == reviewed
    both.shopper.press("Confirm exchange")
    assert heading(both.shopper) == "Your exchange is confirmed"
    assert agents(trail(app, shop.store_id, both.public_id)) == [
        ("agent:N for shopper", "acting for the shopper"),
        ("agent:N for shopper", "items chosen"),
        ("agent:N for shopper", "replacement chosen"),
        ("agent:N for shopper", "handed over"),
        ("shopper", "opened by the shopper"),
        ("shopper", "items chosen"),
        ("shopper", "submitted"),
    ]
    both.agent.open(f"/console/acting/exchanges/{both.public_id}/hand-over")
    assert heading(both.agent) == "Your exchange is confirmed"


def test_it_is_found_without_the_link_too(both: Both) -> None:
    both.hand_over()
    find(both.shopper)
    assert both.public_id in both.shopper.path


def test_before_it_is_handed_over_the_shopper_has_none_of_it(both: Both) -> None:
    find(both.shopper)
    assert both.public_id not in both.shopper.path


def test_what_is_handed_over_is_not_the_agents_to_change(app: Flask, shop: Shop, both: Both) -> None:
    both.agent.open(f"/console/acting/exchanges/{both.public_id}/items")
    items, token = both.agent.path, both.agent.token
    both.hand_over()
    before = trail(app, shop.store_id, both.public_id)
    for page in ("items", "review", "address", "exceptions", ""):
        both.agent.open(f"/console/acting/exchanges/{both.public_id}/{page}".rstrip("/"))
        assert both.agent.path.endswith("/hand-over")
    both.agent.send(items, {"csrf_token": token, "line": "1"})
    assert both.agent.path.endswith("/hand-over")
    assert trail(app, shop.store_id, both.public_id) == before


def test_taken_back_it_keeps_what_the_shopper_chose(app: Flask, shop: Shop, both: Both) -> None:
    both.open_link(both.hand_over())
    item = both.shopper.path.removesuffix("/items")
    both.shopper.press("Continue")
    both.shopper.follow("Change the exchange of Ridge Parka")
    both.shopper.pick("Size", "XL")
    both.shopper.press("Continue")
    both.agent.open(f"/console/acting/exchanges/{both.public_id}/hand-over")
    assert "opened it" in (text_of(both.agent, "who-has-it") or "")
    both.agent.press("Take it back")
    both.agent.open(f"/console/acting/exchanges/{both.public_id}/review")
    assert "Navy · XL" in both.agent.html
    assert sizes(app, shop) == [shop.variants["Navy / XL"]]
    both.shopper.open(f"{item}/review")
    assert (both.shopper.status, heading(both.shopper)) == (409, "The shop is choosing for you")
    both.agent.press("Confirm exchange")
    who = [actor for actor, act in agents(trail(app, shop.store_id, both.public_id)) if "replacement" in act]
    assert who == ["agent:N for shopper", "shopper"]


def test_a_page_that_was_open_changes_nothing_once_it_is_taken_back(
    app: Flask, shop: Shop, both: Both
) -> None:
    both.open_link(both.hand_over())
    both.shopper.press("Continue")
    both.agent.press("Take it back")
    both.shopper.press("Confirm exchange")
    assert (both.shopper.status, heading(both.shopper)) == (409, "The shop is choosing for you")
    both.shopper.press("Choose for myself instead")
    assert both.shopper.path.endswith("/items")
    assert both.public_id not in both.shopper.path
    assert "submitted" not in [act for _, act in trail(app, shop.store_id, both.public_id)]


def test_leaving_lets_go_of_nothing_that_an_agent_took_back(app: Flask, shop: Shop, both: Both) -> None:
    both.open_link(both.hand_over())
    both.agent.press("Take it back")
    find(both.shopper)
    both.shopper.press("Leave this order")
    assert sizes(app, shop) == [shop.variants["Navy / L"]]


def test_one_of_two_baskets_wins_and_the_other_sees_what_was_sent(app: Flask, shop: Shop, both: Both) -> None:
    """R2: the agent chose L, the shopper has a draft of their own with XL; the shopper presses first."""
    find(both.shopper)
    both.shopper.tick("Ridge Parka")
    both.shopper.press("Continue")
    both.shopper.pick("What is wrong with it?", "It is too small")
    both.shopper.pick("Colour", "Navy")
    both.shopper.pick("Size", "XL")
    both.shopper.press("Continue")
    both.shopper.press("Confirm exchange")
    sent = text_of(both.shopper, "reference")
    both.agent.press("Confirm exchange")
    assert heading(both.agent) == "Your exchange is confirmed"
    assert text_of(both.agent, "reference") == sent
    assert "Navy · XL" in both.agent.html
    with app.app_context(), store_scope(shop.store_id):
        assert db.session.scalar(select(func.count(Dispatch.id))) == 1
        occupying = select(func.count(Exchange.id)).where(Exchange.occupies_order)
        assert db.session.scalar(occupying) == 1
        db.session.remove()


def test_the_agent_wins_and_the_shopper_sees_what_was_sent(both: Both) -> None:
    find(both.shopper)
    both.shopper.tick("Ridge Parka")
    both.shopper.press("Continue")
    both.shopper.pick("What would you like instead?", "A gift card")
    both.shopper.pick("What is wrong with it?", "It is too small")
    both.shopper.press("Continue")
    both.agent.press("Confirm exchange")
    both.shopper.press("Confirm exchange")
    assert heading(both.shopper) == "Your exchange is confirmed"
    assert text_of(both.shopper, "reference") == text_of(both.agent, "reference")
    assert both.shopper.path.startswith("/acme/")
