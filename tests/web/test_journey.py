"""Each case of the demo from look-up to the platform's number, in a browser without JavaScript or screen."""

from __future__ import annotations

import pytest

from app.cli.demo.cases import Case
from app.cli.worker import dispatcher_of
from app.models import Order, db
from app.services.dispatching import send_all_due
from tests.shopper.amounts import assert_sent_as_reviewed
from tests.shopper.form_tab import FormTab
from tests.shopper.platform import Platform
from tests.shopper.shop import Shop
from tests.shopper.tab import WISHES, find, heading, sum_rows, text_of, to_review


@pytest.mark.parametrize(("store", "case"), WISHES, ids=lambda value: str(value).replace(" ", "-"))
def test_what_was_reviewed_is_what_the_platform_gets(
    demo: Shop, platform: Platform, store: str, case: Case
) -> None:
    tab, ticket = FormTab(demo.app), demo.order(case, store)
    to_review(tab, ticket, *WISHES[store, case])
    reviewed = sum_rows(tab)
    tab.press("Confirm exchange")
    assert sum_rows(tab) == reviewed
    with demo.app.app_context():
        send_all_due(dispatcher_of(demo.app))
    tab.open(tab.path)
    sent = platform.orders_for(ticket.number)
    assert len(sent) == 1
    assert_sent_as_reviewed(sent[0], reviewed)
    assert text_of(tab, "platform-order") == platform.number_of(ticket.number)


def test_an_order_in_another_currency_says_so_instead_of_failing(demo: Shop) -> None:
    tab, ticket = FormTab(demo.app), demo.order(Case.EVEN)
    to_review(tab, ticket, *WISHES["acme", Case.EVEN])
    begun = tab.path.removesuffix("/review")
    with demo.app.app_context():
        order = db.session.get(Order, demo.order_id(ticket), execution_options={"all_stores": True})
        assert order is not None
        order.currency = "EUR"
        db.session.commit()
    find(tab, ticket)
    assert (tab.status, heading(tab)) == (200, "Nothing in this order can be exchanged now")
    assert "Paid in another currency, so it cannot be exchanged online." in tab.html
    assert "$" not in tab.html
    tab.open(f"{begun}/review")
    assert tab.status == 200
    assert "$" not in tab.html
