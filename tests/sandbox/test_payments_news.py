"""What the pretend card provider tells a shop of a page: signed, once or twice or never, and tried again."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from standardwebhooks import Webhook

from app.sandbox.payments import WEBHOOK_SECRET
from tests.payments.mailbox import Mailbox, open_mailbox
from tests.sandbox.conftest import Bench
from tests.sandbox.payment_bodies import DECLINED, GOOD, authorised, look, opened, pay, set_cards


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with open_mailbox() as mailbox:
        yield mailbox


def test_a_payment_is_told_and_signed(bench: Bench, mailbox: Mailbox) -> None:
    page, _ = authorised(bench, webhook_url=mailbox.url)
    message = mailbox.next()
    told = Webhook(WEBHOOK_SECRET).verify(message.body, message.headers)
    assert (told["type"], told["data"]) == ("page.authorised", {"page": page})
    assert message.path == "/hooks"


def test_a_declined_card_is_told_too(bench: Bench, mailbox: Mailbox) -> None:
    page = opened(bench, webhook_url=mailbox.url)
    pay(bench, page, DECLINED)
    assert json.loads(mailbox.next().body)["type"] == "page.declined"
    pay(bench, page, GOOD)
    assert json.loads(mailbox.next().body)["type"] == "page.authorised"


def test_before_the_shopper_is_sent_back(bench: Bench, mailbox: Mailbox) -> None:
    set_cards(bench, webhooks="before")
    authorised(bench, webhook_url=mailbox.url)
    assert not mailbox.is_empty()


def test_twice_is_the_same_message_twice(bench: Bench, mailbox: Mailbox) -> None:
    set_cards(bench, webhooks="twice")
    authorised(bench, webhook_url=mailbox.url)
    first, second = mailbox.next(), mailbox.next()
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert first.body == second.body


def test_a_message_is_tried_again_until_it_is_taken(bench: Bench, mailbox: Mailbox) -> None:
    mailbox.statuses += [500]
    authorised(bench, webhook_url=mailbox.url)
    assert mailbox.next().headers["webhook-id"] == mailbox.next().headers["webhook-id"]


def test_delayed_still_comes(bench: Bench, mailbox: Mailbox) -> None:
    set_cards(bench, webhooks="delayed", webhook_delay_ms=1)
    authorised(bench, webhook_url=mailbox.url)
    assert mailbox.next().body


def test_never_and_without_an_address(bench: Bench, mailbox: Mailbox) -> None:
    authorised(bench)
    set_cards(bench, webhooks="never")
    page, _ = authorised(bench, webhook_url=mailbox.url, reference="EX-2")
    set_cards(bench, webhooks="before")
    assert look(bench, page)["status"] == "authorised"
    assert mailbox.is_empty()


def test_a_shop_that_is_not_there_keeps_nobody_from_paying(bench: Bench) -> None:
    with open_mailbox() as gone:
        address = gone.url
    set_cards(bench, webhooks="before")
    page, _ = authorised(bench, webhook_url=address)
    assert look(bench, page)["status"] == "authorised"


def test_another_secret_signs_otherwise(bench: Bench, mailbox: Mailbox) -> None:
    secret = "whsec_" + "A" * 40
    set_cards(bench, webhook_secret=secret)
    authorised(bench, webhook_url=mailbox.url)
    message = mailbox.next()
    Webhook(secret).verify(message.body, message.headers)
    with pytest.raises(Exception, match="No matching signature"):
        Webhook(WEBHOOK_SECRET).verify(message.body, message.headers)
