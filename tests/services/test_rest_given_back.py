"""After the rest was given back, page, mail and stock are about what was placed."""

from __future__ import annotations

import httpx2
import pytest
from flask import Flask
from sqlalchemy import update

from app.models import Replacement, Variant, db, store_scope
from app.services.mailing import MailKind, turn_on
from app.services.payment_ledger import movements_of
from app.services.rest_of_exchange import give_rest_back
from app.services.stock import spoken_for
from tests.factories import Bought, make_order
from tests.services.dispatch_cases import TO_XL, Acme, exchange_of
from tests.services.mail_cases import letters
from tests.services.stateset_store import fail_the_call, shop, stateset
from tests.services.test_rest_of_exchange import BEN
from tests.web.browsing import Browser

__all__ = ["shop", "stateset"]
ONE = 1050  # what one XL costs more
WHOLE = "$21.00"


@pytest.fixture
def in_part(shop: Acme, stateset: httpx2.Client) -> int:
    """Two parkas for XL, of which the second was refused."""
    bought = [Bought(shop.parka["Navy / M"]), Bought(shop.parka["Navy / M"])]
    exchange_id = shop.confirm_order(make_order(shop.store_id, *bought), TO_XL, TO_XL)
    fail_the_call(stateset, 6)
    shop.send()
    assert exchange_of(exchange_id).amount_due == 2 * ONE
    return exchange_id


def test_the_page_tells_what_is_due_and_what_was_placed(app: Flask, shop: Acme, in_part: int) -> None:
    path = f"/acme/exchanges/{exchange_of(in_part).public_id}"
    db.session.rollback()
    browser = Browser(app)
    browser.send(path, {"email_or_postcode": "ada@example.com"})
    assert WHOLE in browser.get(path).text
    with store_scope(shop.store_id):
        give_rest_back(in_part, BEN, shop.clock())
        assert [(each.kind, each.amount) for each in movements_of(in_part)] == [("owed", ONE)]
    db.session.rollback()
    page = browser.get(path).text
    assert "A part of what you confirmed does not go ahead. You pay $10.50." in page
    assert "1 × Ridge Parka. The shop could not send what you chose for it. Keep it" in page
    assert page.count('class="swap"') == 1
    assert WHOLE not in page


def test_the_mail_tells_what_is_due(shop: Acme, in_part: int) -> None:
    turn_on(db.engine)
    give_rest_back(in_part, BEN, shop.clock())
    (told,) = letters(MailKind.PART_KEPT)
    assert told.message["facts"]["sum"] == {"due": ONE, "refund": 0, "forfeited": 0, "card": 0}


def test_what_was_not_placed_is_promised_to_nobody(shop: Acme, in_part: int) -> None:
    variant = shop.parka["Navy / XL"]
    db.session.execute(update(Variant).where(Variant.id == variant).values(stock=5))
    db.session.commit()
    assert spoken_for([variant], shop.clock()) == {variant: 2}
    for _ in range(2):
        give_rest_back(in_part, BEN, shop.clock())
    assert spoken_for([variant], shop.clock()) == {variant: 1}
    assert sorted(row.given_back for row in db.session.query(Replacement).all()) == [0, 1]
