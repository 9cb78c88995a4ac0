"""A draft that agent and shopper share is one's turn at a time, whatever page was open meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from sqlalchemy import select

from app.domain.facts import Address
from app.models import Exchange, LineItem, Role, db
from app.services.acting import CannotAct, begin, hand_over, take_back
from app.services.agents.people import NewAgent, actor_for_shopper, create_agent
from app.services.choosing import NotADraft
from app.services.draft_exchange import (
    choose_items,
    choose_replacement,
    keep_longer,
    open_draft,
    set_address,
)
from app.services.faster_shipping import set_faster_shipping
from app.services.overriding import CannotOverride, Person, make_exception
from app.services.quotes import quote
from app.services.submit_exchange import AnotherExchange, Confirmation, submit
from tests.factories import ADA, NOW, Bought, line_ids, make_order, make_product
from tests.services.hold_cases import TO_L, TO_XL, basket_of

HASH_NOT_NEEDED = "correct horse battery"


@dataclass(frozen=True)
class Shared:
    """A draft with a parka chosen at the desk."""

    order_id: int
    line: int
    draft: int
    public_id: str
    agent_id: int

    @property
    def agent(self) -> str:
        return actor_for_shopper(self.agent_id)


@pytest.fixture
def shared(acme: int) -> Shared:
    parka = make_product(acme)
    agent_id = create_agent(acme, NewAgent("ana@acme.example", Role.AGENT, "Ana", HASH_NOT_NEEDED), NOW)
    order_id = make_order(acme, Bought(parka["Navy / M"]))
    (line,) = line_ids(order_id)
    public_id = begin(order_id, agent_id, "She called", NOW)
    draft = db.session.scalars(select(Exchange.id).where(Exchange.public_id == public_id)).one()
    found = Shared(order_id, line, draft, public_id, agent_id)
    choose_items(draft, {line: 1}, NOW, actor=found.agent)
    choose_replacement(draft, basket_of(draft).items[0].id, TO_L, NOW, actor=found.agent)
    return found


def confirm(shared: Shared, actor: str) -> str:
    seen = quote(basket_of(shared.draft))
    assert seen is not None
    return submit(Confirmation(shared.draft, seen.version, actor), NOW)


Act = Callable[[Shared, str], object]
ACTS: dict[str, Act] = {
    "items": lambda s, actor: choose_items(s.draft, {s.line: 1}, NOW, actor=actor),
    "replacement": lambda s, actor: choose_replacement(
        s.draft, basket_of(s.draft).items[0].id, TO_XL, NOW, actor=actor
    ),
    "hold": lambda s, actor: keep_longer(s.draft, NOW, actor=actor),
    "address": lambda s, actor: set_address(s.draft, Address.from_data(ADA), NOW, actor=actor),
    "shipping": lambda s, actor: set_faster_shipping(s.draft, True, NOW, actor=actor),
}


@pytest.mark.parametrize("act", ACTS)
def test_whoever_has_it_chooses_and_nobody_else(shared: Shared, act: str) -> None:
    choose = ACTS[act]
    with pytest.raises(NotADraft):
        choose(shared, "shopper")
    choose(shared, shared.agent)
    hand_over(shared.draft, shared.agent_id, NOW)
    with pytest.raises(NotADraft):
        choose(shared, shared.agent)
    choose(shared, "shopper")
    take_back(shared.draft, shared.agent_id, NOW)
    with pytest.raises(NotADraft):
        choose(shared, "shopper")


def test_whoever_has_it_confirms_and_nobody_else(shared: Shared) -> None:
    with pytest.raises(AnotherExchange) as told:
        confirm(shared, "shopper")
    assert told.value.public_id == shared.public_id
    hand_over(shared.draft, shared.agent_id, NOW)
    with pytest.raises(AnotherExchange):
        confirm(shared, shared.agent)
    db.session.rollback()
    assert db.session.scalars(select(LineItem.committed)).one() == 0
    assert confirm(shared, "shopper") == shared.public_id


def test_no_exception_for_what_the_shopper_has(shared: Shared) -> None:
    hand_over(shared.draft, shared.agent_id, NOW)
    with pytest.raises(CannotOverride):
        make_exception(shared.draft, shared.line, Person(shared.agent_id, "agent"), "Why", NOW)


def test_an_agent_changes_nothing_in_a_shoppers_own_draft(shared: Shared) -> None:
    public_id = open_draft(shared.order_id, "browser", NOW)
    own = db.session.scalars(select(Exchange.id).where(Exchange.public_id == public_id)).one()
    with pytest.raises(NotADraft):
        choose_items(own, {shared.line: 1}, NOW, actor=shared.agent)
    choose_items(own, {shared.line: 1}, NOW)


def test_the_browser_that_opened_it_last_has_it(shared: Shared) -> None:
    assert open_draft(shared.order_id, "phone", NOW) != shared.public_id
    hand_over(shared.draft, shared.agent_id, NOW)
    for browser in ("phone", "laptop"):
        assert open_draft(shared.order_id, browser, NOW) == shared.public_id
        assert db.session.get_one(Exchange, shared.draft).session_id == browser
    take_back(shared.draft, shared.agent_id, NOW)
    assert open_draft(shared.order_id, "laptop", NOW) != shared.public_id


def test_what_was_confirmed_is_neither_handed_over_nor_taken_back(shared: Shared) -> None:
    confirm(shared, shared.agent)
    for act in (hand_over, take_back):
        with pytest.raises(CannotAct):
            act(shared.draft, shared.agent_id, NOW)
