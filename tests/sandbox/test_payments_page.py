"""The pretend card provider as a shopper sees it: the page, what each card comes to, and the way back."""

from __future__ import annotations

import re

import httpx2
import pytest

from tests.pages.html_checker import HtmlPages
from tests.sandbox.conftest import Bench
from tests.sandbox.payment_bodies import (
    ASKED,
    DECLINED,
    GOOD,
    SILENT,
    authorised,
    look,
    opened,
    page_body,
    pay,
    set_cards,
)


def visit(bench: Bench, page: str, rest: str = "") -> httpx2.Response:
    return bench.client.get(f"/pay/{page}{rest}")


def test_the_page_says_how_much_for_what(bench: Bench, html_pages: HtmlPages) -> None:
    reply = visit(bench, opened(bench))
    html_pages.add("sandbox payment", reply.text)
    assert "<h1>Pay USD 10.50</h1>" in reply.text
    for told in ('<data value="1050">', "AC-1001", "Exchange EX-7K3M9Q", "ACME EX-7K3M9Q"):
        assert told in reply.text
    assert GOOD in reply.text
    assert f'href="{page_body()["back_url"]}"' in reply.text
    assert not re.search(r"<script|style=|\son\w+=", reply.text)


def test_its_form_may_end_at_the_shop_and_it_asks_nobody_else(bench: Bench) -> None:
    headers = visit(bench, opened(bench)).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "form-action 'self' http://127.0.0.1:5000" in policy
    assert (headers["referrer-policy"], headers["cache-control"]) == ("no-referrer", "no-store")
    assert bench.client.get("/pay/style.css").headers["content-type"].startswith("text/css")


@pytest.mark.parametrize(
    ("amount", "currency", "shown"), [(1050, "JPY", "JPY 1,050"), (1250, "KWD", "KWD 1.250")]
)
def test_amounts_have_the_decimals_of_their_currency(
    bench: Bench, amount: int, currency: str, shown: str
) -> None:
    page = opened(bench, amount=amount, currency=currency)
    assert f"<h1>Pay {shown}</h1>" in visit(bench, page).text


def test_what_a_shop_sends_cannot_become_markup(bench: Bench) -> None:
    page = opened(bench, store="<b>Acme", description='"><script>', back_url='http://x.test/"><script>')
    assert "<script" not in visit(bench, page).text
    assert "<b>" not in visit(bench, page).text


@pytest.mark.parametrize("typed", [GOOD, "4242424242424242", "4242-4242-4242-4242"])
def test_a_good_card_leads_back_to_the_shop(bench: Bench, typed: str) -> None:
    page = opened(bench)
    reply = pay(bench, page, typed)
    assert (reply.status_code, reply.headers["location"]) == (303, page_body()["return_url"])
    assert look(bench, page)["status"] == "authorised"


def test_a_declined_card_can_be_followed_by_a_good_one(bench: Bench, html_pages: HtmlPages) -> None:
    page = opened(bench)
    assert pay(bench, page, DECLINED).headers["location"] == f"/pay/{page}"
    text = visit(bench, page).text
    html_pages.add("sandbox payment declined", text)
    assert "The card was declined by its bank." in text
    assert 'aria-invalid="true"' in text
    record = look(bench, page)
    assert (record["status"], record["declined"]) == ("open", "The card was declined by its bank.")
    pay(bench, page, GOOD)
    record = look(bench, page)
    assert (record["status"], record["declined"]) == ("authorised", "")


@pytest.mark.parametrize(("answer", "status"), [("yes", "authorised"), ("no", "open")])
def test_a_bank_that_asks(bench: Bench, html_pages: HtmlPages, answer: str, status: str) -> None:
    page = opened(bench)
    assert pay(bench, page, ASKED).headers["location"] == f"/pay/{page}/challenge"
    asked = visit(bench, page, "/challenge").text
    html_pages.add("sandbox payment challenge", asked)
    assert "<h1>Your bank asks: is this you?</h1>" in asked
    assert look(bench, page)["status"] == "open"
    reply = bench.client.post(f"/pay/{page}/challenge", data={"answer": answer})
    assert reply.status_code == 303
    assert look(bench, page)["status"] == status


def test_a_bank_that_does_not_answer_leaves_the_page_open(bench: Bench) -> None:
    set_cards(bench, slow_ms=3000)
    page = opened(bench)
    reply = pay(bench, page, SILENT)
    assert (reply.status_code, [seconds for seconds, _ in bench.waits]) == (504, [3.0])
    assert "The bank did not answer" in reply.text
    assert look(bench, page)["status"] == "open"


@pytest.mark.parametrize("typed", ["", "4111 1111 1111 1111", "<script>"])
def test_another_number_is_none_to_try(bench: Bench, typed: str) -> None:
    page = opened(bench)
    reply = pay(bench, page, typed)
    assert reply.status_code == 422
    assert "<script" not in reply.text
    assert look(bench, page)["declined"] == ""


def test_a_form_sent_twice_pays_once(bench: Bench) -> None:
    page, _ = authorised(bench)
    assert pay(bench, page, GOOD).headers["location"] == page_body()["return_url"]
    for typed in (DECLINED, ASKED, SILENT, "", "4111 1111 1111 1111"):
        assert pay(bench, page, typed).headers["location"] == page_body()["return_url"]
    assert bench.waits == []
    assert look(bench, page)["amount"] == 1050


def test_a_page_that_is_over_says_so_and_leads_back(bench: Bench, html_pages: HtmlPages) -> None:
    page, _ = authorised(bench)
    paid = visit(bench, page).text
    html_pages.add("sandbox payment over", paid)
    assert "<h1>This is paid</h1>" in paid
    assert page_body()["return_url"] in paid
    assert visit(bench, page, "/challenge").text == paid


def test_there_is_no_other_page(bench: Bench) -> None:
    for path in ("/pay/", "/pay/pg_1", f"/pay/pg_{'0' * 32}", f"/pay/pg_{'0' * 32}/x"):
        assert bench.client.get(path).status_code == 404


def test_card_numbers_are_written_down_nowhere(bench: Bench) -> None:
    authorised(bench)
    assert GOOD.replace(" ", "") not in bench.client.get("/ledger").text.replace(" ", "")
    assert all("/pay/" not in request["path"] for request in bench.requests())
