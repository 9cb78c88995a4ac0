"""The status page leads to the shop's return label, and says what is known of the parcel that goes out."""

from __future__ import annotations

import re
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from app.domain.exchange_status import Status
from app.models import Exchange, Store, db
from app.services.return_labels import is_label_template, label_address
from tests.pages.html_checker import HtmlPages
from tests.pages.rules import assert_page
from tests.web.browsing import Browser
from tests.web.conftest import Shop


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    return sqlite_database_url


def confirmed(shopper: Browser) -> str:
    """Path of the status page of a confirmed exchange."""
    draft = shopper.find("AC-1001").location
    line = shopper.get(draft).text.partition('name="line" value="')[2].partition('"')[0]
    item = shopper.send(draft, {"line": line, f"quantity-{line}": "1"}).location
    wish = {"reason": "too_small", "outcome": "variant", "option-0": "Navy", "option-1": "L"}
    review = shopper.send(item, wish | {"action": "continue"}).location
    seen = re.search(r'name="quote_hash" value="([^"]+)"', shopper.get(review).text)
    assert seen
    return shopper.send(review, {"quote_hash": seen[1]}).location


def brand(app: Flask, shop: Shop, address: str) -> None:
    with app.app_context():
        db.session.get_one(Store, shop.store_id).branding = {"label_url": address}
        db.session.commit()


def test_the_label_of_this_exchange(app: Flask, shop: Shop, shopper: Browser, html_pages: HtmlPages) -> None:
    brand(app, shop, "https://labels.example/r/{rma}?order={order}&ref={reference}")
    page = shopper.get(confirmed(shopper))
    assert_page(page.text)
    html_pages.add("status with a label", page.text)
    found = re.search(
        r'<a id="label" href="([^"]+)" rel="noopener noreferrer">Print your return label', page.text
    )
    assert found
    reference = re.search(r"EX-([2-9A-Z]{6})", page.text)
    assert reference
    expected = f"https://labels.example/r/RMA-{reference[1]}?order=AC-1001&amp;ref=EX-{reference[1]}"
    assert found[1] == expected


@pytest.mark.parametrize("address", ["", "javascript:alert(1)", "http://labels.example/{rma}"])
def test_no_label_without_a_safe_address(app: Flask, shop: Shop, shopper: Browser, address: str) -> None:
    brand(app, shop, address)
    assert 'id="label"' not in shopper.get(confirmed(shopper)).text


@pytest.mark.parametrize(
    ("text", "fine"),
    [
        ("https://labels.example/{rma}", True),
        ("https://labels.example:8443/new?o={order}&r={reference}#x", True),
        ("https://labels.example/", True),
        ("http://labels.example/{rma}", False),
        ("https://labels.example", False),
        ("https://{rma}.example/", False),
        ("https://user@labels.example/{rma}", False),
        ("https://labels.example/{name}", False),
        ("https://labels.example/{rma", False),
        ("https://labels.example/}{", False),
        ("https://labels.example/{rma}\n", False),
        ('https://labels.example/"{rma}', False),
        ("//labels.example/{rma}", False),
        ("javascript:alert(1)//https://labels.example/", False),
        ("https://labels.example/" + "x" * 1000, False),
        (None, False),
    ],
)
def test_which_addresses_a_label_may_have(text: str | None, fine: bool) -> None:
    assert is_label_template(text) is fine


def test_what_is_filled_in_cannot_change_the_address() -> None:
    template = "https://labels.example/{order}/{rma}"
    made = label_address(template, rma="{order}", order="#A/../7?x=1&é", reference="")
    assert made == "https://labels.example/%23A%2F..%2F7%3Fx%3D1%26%C3%A9/%7Border%7D"


def test_the_command_checks_it(app: Flask, shop: Shop) -> None:
    run = app.test_cli_runner().invoke
    assert run(args=["store", "brand", "acme", "--label-url", "https://labels.example/{rma}"]).exit_code == 0
    refused = run(args=["store", "brand", "acme", "--label-url", "http://labels.example/{rma}"])
    assert refused.exit_code == 2
    assert "--label-url must be an https address" in refused.stderr


@pytest.mark.parametrize(
    ("number", "day", "words"),
    [
        (
            "1Z <999>",
            date(2026, 11, 27),
            "Tracking number 1Z &lt;999&gt;. It should arrive by 27 November 2026.",
        ),
        ("1Z 999", None, "Tracking number 1Z 999."),
        (None, date(2026, 11, 27), "It should arrive by 27 November 2026."),
        ("1Z 999, 1Z 998", None, "Tracking numbers 1Z 999, 1Z 998."),
        (None, None, ""),
    ],
)
@pytest.mark.parametrize("status", [Status.SHIPPED, Status.PLACED])
def test_the_parcel_that_goes_out(
    app: Flask, shopper: Browser, status: Status, number: str | None, day: date | None, words: str
) -> None:
    path = confirmed(shopper)
    with app.app_context():
        row = db.session.scalars(select(Exchange).execution_options(all_stores=True)).one()
        row.status = status
        row.tracking_number, row.delivery_estimate, row.carrier = number, day, number and "U<PS"
        db.session.commit()
    page = shopper.get(path).text
    step = page.partition("Replacement shipped")[2].partition("</li>")[0]
    assert words in step
    assert ("Tracking number" in step) is (number is not None)
    assert ("It comes with U&lt;PS." in step) is (number is not None)
    assert ("should arrive" in step) is (day is not None)
