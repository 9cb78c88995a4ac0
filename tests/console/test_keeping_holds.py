"""R13: what is held for somebody who is choosing is kept for longer, and not for ever."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from app.domain.reasons import Reason
from app.models import Exchange, Hold, db, store_scope, writing
from app.services.baskets import VARIANT, load_basket
from app.services.draft_exchange import choose_items, choose_replacement, open_draft
from app.services.wishes import Wish
from tests.console.cases import done
from tests.console.desk import Desk
from tests.factories import line_ids
from tests.pages.html_checker import HtmlPages
from tests.pages.rules import assert_page
from tests.web.conftest import Shop


def held(app: Flask, shop: Shop) -> int:
    """Somebody chooses from the order and a unit is kept back: the hold's id."""
    now = datetime.now(UTC)
    with app.app_context(), store_scope(shop.store_id):
        public_id = open_draft(shop.order_id, "browser", now)
        draft = db.session.scalars(select(Exchange.id).where(Exchange.public_id == public_id)).one()
        choose_items(draft, dict.fromkeys(line_ids(shop.order_id), 1), now)
        (item,) = load_basket(draft, now).items
        choose_replacement(
            draft, item.id, Wish(Reason.TOO_SMALL, VARIANT, {"Colour": "Navy", "Size": "L"}), now
        )
        found = db.session.scalars(select(Hold.id)).one()
        db.session.remove()
    return found


def test_what_is_being_chosen_is_kept_for_longer(
    app: Flask, shop: Shop, desk: Desk, html_pages: HtmlPages
) -> None:
    hold_id, path = held(app, shop), f"/console/orders/{shop.order_id}"
    with app.app_context(), writing():
        soon = datetime.now(UTC) + timedelta(minutes=1)
        db.session.execute(update(Hold).values(expires_at=soon).execution_options(all_stores=True))
    page = desk.get(path).text
    assert_page(page)
    html_pages.add("order with a hold", page)
    assert "Being chosen now" in page
    assert 'name="seen" value="0"' in page
    for _ in range(2):  # of what the shopper may put off no more than once is used up
        assert desk.send(path, {"seen": "0"}, to=f"{path}/keep").status_code == 303
    with app.app_context(), store_scope(shop.store_id):
        row = db.session.get_one(Hold, hold_id)
        assert row.expires_at > soon + timedelta(minutes=15)
        assert row.extended == 1
        db.session.remove()
    assert done(app, shop, f"order:{shop.order_id}", "kept for longer") == 1
    assert 'name="seen" value="1"' in desk.get(path).text


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"extended": 10}, "put off as often as it may be"),
        ({"expires_at": datetime(2020, 1, 1, tzinfo=UTC)}, "Nothing is kept back any more"),
    ],
    ids=["too often", "too late"],
)
def test_a_hold_is_not_kept_for_ever(
    app: Flask, shop: Shop, desk: Desk, change: dict[str, object], told: str, html_pages: HtmlPages
) -> None:
    held(app, shop)
    with app.app_context(), writing():
        db.session.execute(update(Hold).values(change).execution_options(all_stores=True))
    path = f"/console/orders/{shop.order_id}"
    answer = desk.send(path, {}, to=f"{path}/keep")
    assert (answer.status_code, told in answer.text) == (409, True)
    assert_page(answer.text)
    html_pages.add(f"not kept {told}", answer.text)
    assert done(app, shop, f"order:{shop.order_id}", "kept for longer") == 0
