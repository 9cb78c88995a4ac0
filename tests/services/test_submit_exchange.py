"""Confirming: at most once, exactly what was seen, or nothing at all (R1, R2, R9, R16, T6, T7, T8)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.domain.reasons import Reason
from app.models import (
    AuditEntry,
    Dispatch,
    Exchange,
    LineItem,
    Store,
    Variant,
    db,
    store_scope,
    writing,
)
from app.services import audit
from app.services.baskets import GIFT_CARD, VARIANT, load_basket
from app.services.draft_exchange import choose_items, choose_replacement, open_draft
from app.services.quotes import quote
from app.services.submit_checks import NotReady
from app.services.submit_exchange import AnotherExchange, Confirmation, QuoteMoved, submit
from app.services.wishes import Wish
from tests.factories import NOW, Bought, line_ids, make_order, make_product, make_store

PARKA_TO_XL = Wish(Reason.TOO_SMALL, VARIANT, {"Colour": "Navy", "Size": "XL"})
PARKA_TO_L = Wish(Reason.TOO_SMALL, VARIANT, {"Colour": "Navy", "Size": "L"})
TO_CARD = Wish(Reason.CHANGED_MIND, GIFT_CARD, {})


def chosen(order_id: int, *wishes: Wish, browser: str = "browser") -> int:
    """A draft in which the order's first lines got these wishes."""
    public_id = open_draft(order_id, browser, NOW)
    draft = db.session.scalar(select(Exchange.id).where(Exchange.public_id == public_id))
    assert draft is not None
    lines = line_ids(order_id)[: len(wishes)]
    choose_items(draft, dict.fromkeys(lines, 1), NOW)
    for item, wish in zip(load_basket(draft, NOW).items, wishes, strict=True):
        choose_replacement(draft, item.id, wish, NOW)
    return draft


def seen(draft: int) -> Confirmation:
    """What a shopper who looks at Review now would confirm."""
    current = quote(load_basket(draft, NOW))
    assert current is not None
    return Confirmation(draft, current.version, "shopper")


def count(what: type[Exchange] | type[Dispatch]) -> int:
    db.session.rollback()  # look anew: other threads may have written
    return db.session.scalar(select(func.count(what.id))) or 0


@pytest.fixture
def parka(acme: int) -> dict[str, int]:
    return make_product(acme)


@pytest.fixture
def order(acme: int, parka: dict[str, int]) -> int:
    return make_order(acme, Bought(parka["Navy / M"]), Bought(None, product=4500, title="Trail Cap"))


def test_confirming_freezes_the_sum_and_queues_one_message(order: int) -> None:
    draft = chosen(order, PARKA_TO_XL, TO_CARD)
    confirmation = seen(draft)

    submit(confirmation, NOW)

    exchange = db.session.get_one(Exchange, draft)
    assert exchange.status == "submitted"
    assert exchange.quote_version == confirmation.quote_version
    assert (exchange.amount_due, exchange.refund_due, exchange.card_total) == (1050, 0, 4500)
    assert exchange.reference is not None
    assert exchange.reference.startswith("EX-")
    (message,) = db.session.scalars(select(Dispatch)).all()
    assert message.key == "acme:AC-1001:0:place"
    assert message.message["variants"][0]["product"] == 13950
    assert message.message["card"]["face"] == 4500
    committed = db.session.scalars(select(LineItem.committed).order_by(LineItem.position)).all()
    assert list(committed) == [1, 1]


def test_confirming_is_told_to_the_audit_trail(order: int) -> None:
    draft = chosen(order, PARKA_TO_L)
    submit(seen(draft), NOW)
    chain = f"exchange:{draft}"
    acts = db.session.scalars(select(AuditEntry.act).where(AuditEntry.chain == chain)).all()
    assert "submitted" in acts
    assert audit.verify(chain).whole


def test_confirming_twice_is_one_exchange(order: int) -> None:
    draft = chosen(order, PARKA_TO_L)
    confirmation = seen(draft)
    assert submit(confirmation, NOW) == submit(confirmation, NOW)
    assert count(Dispatch) == 1


def test_a_second_draft_of_the_order_is_shown_the_first(order: int) -> None:
    first, second = chosen(order, PARKA_TO_L), chosen(order, TO_CARD, browser="other tab")
    loser = seen(second)
    winner = submit(seen(first), NOW)

    with pytest.raises(AnotherExchange) as refused:
        submit(loser, NOW)

    assert refused.value.public_id == winner
    assert count(Dispatch) == 1
    assert db.session.get_one(Exchange, second).status == "draft"


def test_a_changed_price_is_asked_again_and_nothing_is_taken(order: int, parka: dict[str, int]) -> None:
    draft = chosen(order, PARKA_TO_XL)
    confirmation = seen(draft)
    with writing():
        db.session.get_one(Variant, parka["Navy / XL"]).price = 14950

    with pytest.raises(QuoteMoved) as moved:
        submit(confirmation, NOW)

    assert moved.value.now.amount_due == 2050
    assert count(Dispatch) == 0
    assert db.session.scalar(select(func.sum(LineItem.committed))) == 0


def test_a_changed_policy_is_asked_again(acme: int, order: int) -> None:
    draft = chosen(order, TO_CARD)
    confirmation = seen(draft)
    with writing():
        store = db.session.get_one(Store, acme)
        store.policy_data, store.policy_version = store.policy_data | {"bonus_percent": 10}, 2
    with pytest.raises(QuoteMoved):
        submit(confirmation, NOW)


def test_an_invented_version_is_never_taken(order: int) -> None:
    draft = chosen(order, PARKA_TO_L)
    with pytest.raises(QuoteMoved):
        submit(Confirmation(draft, "", "shopper"), NOW)


def test_stock_that_went_meanwhile_is_said(order: int, parka: dict[str, int]) -> None:
    draft = chosen(order, PARKA_TO_L)
    confirmation = seen(draft)
    with writing():
        db.session.get_one(Variant, parka["Navy / L"]).stock = 0
    with pytest.raises(NotReady, match="sold out"):
        submit(confirmation, NOW)
    assert count(Dispatch) == 0


def test_units_refunded_meanwhile_are_not_exchanged(order: int) -> None:
    draft = chosen(order, PARKA_TO_L)
    confirmation = seen(draft)
    with writing():
        db.session.get_one(LineItem, line_ids(order)[0]).refunded = 1
    with pytest.raises(NotReady, match="Already refunded"):
        submit(confirmation, NOW)


def test_an_unfinished_draft_is_refused(order: int) -> None:
    draft = chosen(order, Wish(None, None, {}))
    with pytest.raises(NotReady, match="choose what you would like"):
        submit(Confirmation(draft, "", "shopper"), NOW)


def test_the_last_unit_goes_to_one_of_two_items(acme: int, parka: dict[str, int]) -> None:
    order = make_order(acme, Bought(parka["Navy / M"]), Bought(parka["Navy / M"]))
    draft = chosen(order, PARKA_TO_L, PARKA_TO_L)
    with writing():
        db.session.get_one(Variant, parka["Navy / L"]).stock = 1
    with pytest.raises(NotReady, match="not enough left"):
        submit(seen(draft), NOW)


def test_fifty_threads_make_one_exchange(app: Flask, order: int, acme: int) -> None:
    drafts = [chosen(order, PARKA_TO_L, browser=f"tab {number}") for number in range(5)]
    confirmations = [seen(draft) for draft in drafts] * 10

    def press(confirmation: Confirmation) -> str:
        with app.app_context(), store_scope(acme):
            try:
                return submit(confirmation, NOW)
            except AnotherExchange as first:
                return first.public_id

    with ThreadPoolExecutor(50) as pool:
        shown = set(pool.map(press, confirmations))

    assert len(shown) == 1
    assert count(Dispatch) == 1
    assert db.session.scalar(select(func.sum(LineItem.committed))) == 1


def test_stores_do_not_see_each_other(app: Flask, order: int, acme: int) -> None:
    draft = chosen(order, PARKA_TO_L)
    confirmation = seen(draft)
    other = make_store("kaze")
    with store_scope(other), pytest.raises(LookupError):
        load_basket(confirmation.exchange_id, NOW)
