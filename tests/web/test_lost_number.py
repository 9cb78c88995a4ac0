"""Links for who lost the number: one answer for everybody, and links only to the address of the orders."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import event

from app import Settings, create_app
from app.models import Dispatch, DispatchState, db, store_scope
from tests.factories import NOW, Bought, make_order
from tests.faults.mail_server import MailServer
from tests.pages.html_checker import HtmlPages
from tests.pages.rules import assert_page
from tests.web.app_with_mail import app, post, send
from tests.web.browsing import Browser
from tests.web.conftest import Shop

__all__ = ["app", "post"]


NewBrowser = Callable[..., Browser]


TOKEN = re.compile(r'(name="csrf_token" value=)"[^"]+"')


LINK = re.compile(r"http://127\.0\.0\.1:5000(/acme/l/\S+)")


def ask(browser: Browser, email: str = "ada@example.com") -> str:
    """Ask for links; the page that follows."""
    answer = browser.send("/acme/lost", {"email": email})
    assert answer.status_code == 303
    return TOKEN.sub(r"\1", browser.get(answer.location).text)


def queued(app: Flask) -> list[Dispatch]:
    with app.app_context():
        rows = db.session.query(Dispatch).execution_options(all_stores=True).all()
        db.session.remove()
        return rows


def test_the_links_open_the_orders_of_that_address_and_no_others(
    app: Flask, shop: Shop, post: MailServer, new_browser: NewBrowser
) -> None:
    with app.app_context(), store_scope(shop.store_id):
        bought = Bought(None)
        make_order(shop.store_id, bought, number="AC-1002", email="eve@example.com")
        make_order(shop.store_id, bought, number="AC-1003", email="Ada@Example.com")
        make_order(shop.store_id, bought, number="AC-1004", cancelled=True)
        make_order(shop.store_id, bought, number="AC-1005", is_gift=True)
        db.session.remove()
    ask(new_browser(), " ADA@example.com ")
    send(app)
    (mail,) = post.mails
    assert mail.recipients[0].casefold() == "ada@example.com"
    text = mail.body("plain")
    assert sorted(re.findall(r"Open order (\S+):", text)) == ["AC-1001", "AC-1003", "AC-1005"]
    link = next(path for path in LINK.findall(text) if ".AC-1001." in path)
    guest = new_browser(address="198.51.100.9")
    opened = guest.send(link, {})
    assert opened.status_code == 303
    assert "/acme/exchanges/" in opened.location


def test_what_a_gift_was_exchanged_for_is_shown_without_amounts(
    app: Flask, shop: Shop, post: MailServer, new_browser: NewBrowser
) -> None:
    with app.app_context(), store_scope(shop.store_id):
        gift = make_order(shop.store_id, Bought(None), number="GF-1", is_gift=True, email="gwen@example.com")
        make_order(
            shop.store_id,
            Bought(None),
            number="GF-1-X",
            is_gift=True,
            parent_id=gift,
            email="rose@example.com",
        )
        db.session.remove()
    ask(new_browser(), "rose@example.com")
    send(app)
    (path,) = LINK.findall(post.mails[0].body("plain"))
    assert ".gift." in path
    assert "/acme/gifts/" in new_browser().send(path, {}).location


def test_everybody_gets_the_same_answer(app: Flask, post: MailServer, new_browser: NewBrowser) -> None:
    known, stranger = ask(new_browser()), ask(new_browser(), "nobody@example.com")
    assert known == stranger
    assert "ada@example.com" not in known
    send(app)
    assert len(post.mails) == 1


def test_the_database_is_asked_the_same(app: Flask, new_browser: NewBrowser) -> None:
    ask(new_browser(), "first@example.com")  # the store has a key for links from here on
    asked: dict[str, list[str]] = {}
    for email in ("ada@example.com", "nobody@example.com"):
        browser = new_browser()
        token = browser.token("/acme/lost")
        statements = asked.setdefault(email, [])

        def note(*given: object, into: list[str] = statements) -> None:
            into.append(str(given[2]))

        with app.app_context():
            event.listen(db.engine, "before_cursor_execute", note)
            browser.post("/acme/lost", {"csrf_token": token, "email": email})
            event.remove(db.engine, "before_cursor_execute", note)
    first, second = asked.values()
    assert first == second
    assert first


def test_an_address_that_nobody_ordered_with_is_not_kept(app: Flask, new_browser: NewBrowser) -> None:
    ask(new_browser(), "stranger@example.com")
    send(app)
    (row,) = queued(app)
    assert row.state == DispatchState.CANCELLED
    assert "stranger" not in repr(vars(row))


def test_asking_again_and_again_sends_one_mail_in_a_while(
    app: Flask, post: MailServer, new_browser: NewBrowser, today: time_machine.Traveller
) -> None:
    for number in range(4):
        ask(new_browser(address=f"198.51.100.{number}"))
    send(app)
    assert len(post.mails) == 1
    today.move_to(NOW + timedelta(minutes=20))
    ask(new_browser())
    send(app)
    assert len(post.mails) == 2


def test_one_source_asks_so_often_and_no_more(new_browser: NewBrowser) -> None:
    browser = new_browser()
    answers = [browser.send("/acme/lost", {"email": f"a{n}@example.com"}) for n in range(11)]
    assert [answer.status_code for answer in answers] == [303] * 10 + [429]
    assert int(answers[-1].headers["Retry-After"]) > 0
    other = new_browser(address="198.51.100.9")
    assert other.send("/acme/lost", {"email": "ada@example.com"}).status_code == 303


def test_the_address_is_that_of_the_orders_not_what_was_typed(
    app: Flask, post: MailServer, new_browser: NewBrowser
) -> None:
    # Spelling is forgiven when looking; to send there would hand the links to whoever owns the look-alike.
    ask(new_browser(), "ａda@example.com")
    send(app)
    assert [mail.recipients for mail in post.mails] == [("ada@example.com",)]


@pytest.mark.parametrize("email", ["", "ada", "ada@", "a b@example.com", "x" * 400 + "@example.com"])
def test_what_is_no_address_is_said(email: str, new_browser: NewBrowser) -> None:
    answer = new_browser().send("/acme/lost", {"email": email})
    assert answer.status_code == 422
    assert 'class="field__error"' in answer.text


def test_the_pages_keep_the_house_rules(new_browser: NewBrowser, html_pages: HtmlPages) -> None:
    browser = new_browser()
    assert "I don't have my order number" in browser.get("/acme/").text
    for name, text in {
        "lost number": browser.get("/acme/lost").text,
        "lost number refused": browser.send("/acme/lost", {"email": "ada"}).text,
        "links asked": browser.get("/acme/lost/sent").text,
    }.items():
        assert_page(text)
        html_pages.add(name, text)


def test_links_expire(
    app: Flask, post: MailServer, new_browser: NewBrowser, today: time_machine.Traveller
) -> None:
    ask(new_browser())
    send(app)
    (path,) = LINK.findall(post.mails[0].body("plain"))
    today.move_to(NOW + timedelta(days=4))
    assert new_browser().get(path).status_code == 410


def test_without_a_mail_server_the_shop_is_asked(
    settings: Settings, shop: Shop, today: time_machine.Traveller
) -> None:
    plain = create_app(settings)
    browser = Browser(plain)
    assert "I don't have my order number" not in browser.get("/acme/").text
    page = browser.get("/acme/lost")
    assert_page(page.text)
    assert "Ask the shop for your order number" in page.text
    with plain.app_context():
        db.engine.dispose()
