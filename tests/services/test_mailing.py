"""A mail for every change that a shopper should hear of: one each, to the right person (R26)."""

from __future__ import annotations

from app.domain.letter import MailKind
from app.models import DispatchState, db, writing
from app.services.agent_decisions import Decision, decline
from app.services.cancelling import cancel_exchange
from app.services.mailing import enqueue_mail
from app.services.parcels import mark_in_transit
from app.services.return_reminders import remind
from app.services.sweeping import sweep
from app.services.tracking import mark_shipped
from tests.faults.mail_server import MailServer
from tests.services.dispatch_cases import Acme, exchange_of
from tests.services.mail_cases import MailingAcme, letters, mailing, post

__all__ = ["mailing", "post"]


def test_confirming_writes_one_mail_with_the_headers_of_a_machine(
    mailing: MailingAcme, post: MailServer
) -> None:
    first = mailing.confirm()
    mailing.send()
    (mail,) = post.mails
    reference = exchange_of(first).reference
    assert (mail.sender, mail.recipients) == ("exchanges@shop.example", ("ada@example.com",))
    message = mail.message
    assert message["From"] == "Acme <exchanges@shop.example>"
    assert message["To"] == "ada@example.com"
    assert message["Subject"] == f"confirmation: {reference}"
    assert message["Date"].datetime == mailing.clock()
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Message-ID"].startswith(f"<{letters()[0].message['message_id']}@shop.example")
    assert message.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
    assert f" {reference} " in mail.body("plain")
    assert max(map(len, mail.raw.splitlines())) <= 78
    assert mail.raw.isascii()
    assert {row.state for row in letters()} == {DispatchState.DELIVERED}


def test_the_changes_that_a_shopper_hears_of(mailing: MailingAcme, post: MailServer) -> None:
    mailing.set_policy(undo_minutes=15)
    first, second = mailing.confirm(), mailing.confirm("AC-1002")
    mailing.send()
    cancel_exchange(first, "shopper", mailing.clock())
    mailing.clock.forward(hours=1)
    mailing.send()
    mark_shipped(second, mailing.clock(), "desk", mailing.clock())
    mailing.send()
    told = sorted(mail.message["Subject"].partition(":")[0] for mail in post.mails)
    assert told == ["cancelled", "confirmation", "confirmation", "shipped"]


def test_a_sent_confirmation_leaves_the_way_back_open(mailing: MailingAcme, post: MailServer) -> None:
    mailing.set_policy(undo_minutes=15)
    first = mailing.confirm()
    mailing.send()
    assert len(post.mails) == 1
    cancel_exchange(first, "shopper", mailing.clock())
    assert exchange_of(first).status == "cancelled"


def test_declining_writes_too(mailing: MailingAcme, post: MailServer) -> None:
    mailing.set_policy(value_review_limit=1)
    first = mailing.confirm()
    decline(first, Decision("maya", "too late", "We are sorry."), mailing.clock())
    mailing.send()
    # The confirmation was overtaken: nobody reads that it goes on.
    assert [mail.message["Subject"].partition(":")[0] for mail in post.mails] == ["declined"]
    assert letters(MailKind.CONFIRMATION)[0].state == DispatchState.CANCELLED
    assert letters(MailKind.DECLINED)[0].message["facts"]["words"] == "We are sorry."


def test_who_has_paid_meanwhile_is_not_told_that_it_is_unpaid(mailing: MailingAcme, post: MailServer) -> None:
    first = mailing.confirm()
    with writing():
        enqueue_mail(exchange_of(first), MailKind.PAYMENT_FAILED, mailing.clock(), why="page")
    mailing.send()
    assert [mail.message["Subject"].partition(":")[0] for mail in post.mails] == ["confirmation"]
    assert letters(MailKind.PAYMENT_FAILED)[0].state == DispatchState.CANCELLED


def test_the_same_occasion_is_told_once(mailing: MailingAcme, post: MailServer) -> None:
    first = mailing.confirm()
    for occasion in ("1", "1", "2"):
        with writing():
            enqueue_mail(exchange_of(first), MailKind.PAY_LINK, mailing.clock(), occasion=occasion, amount=5)
    mailing.send()
    subjects = [mail.message["Subject"].partition(":")[0] for mail in post.mails]
    assert sorted(subjects) == ["confirmation", "pay_link", "pay_link"]
    assert len({mail.message["Message-ID"] for mail in post.mails}) == 3


def test_without_a_mail_server_nothing_is_queued(shop: Acme) -> None:
    first = shop.confirm()
    shop.send()
    mark_shipped(first, shop.clock(), "desk", shop.clock())
    assert letters() == []


def test_a_gift_is_told_to_its_recipient_alone_and_without_amounts(
    mailing: MailingAcme, post: MailServer
) -> None:
    first = mailing.confirm()
    with writing():
        row = exchange_of(first)
        row.gift_view, row.recipient_email = True, "rose@example.com"
        db.session.flush()
        enqueue_mail(row, MailKind.SHIPPED, mailing.clock())
    mailing.send()
    letter = letters(MailKind.SHIPPED)[0].message
    assert letter["to"] == "rose@example.com"
    assert "sum" not in letter["facts"]
    assert "ada@example.com" not in str(letter)


def test_an_exchange_without_an_address_is_not_told(mailing: MailingAcme) -> None:
    first = mailing.confirm()
    with writing():
        row = exchange_of(first)
        row.gift_view, row.recipient_email = True, None
        assert not enqueue_mail(row, MailKind.SHIPPED, mailing.clock())
    assert len(letters()) == 1


def test_a_parcel_that_nobody_has_seen_is_reminded_of_once(mailing: MailingAcme, post: MailServer) -> None:
    first, second, third = (mailing.confirm(f"AC-100{n}") for n in (1, 2, 3))
    mailing.send()
    post.mails.clear()
    assert remind(mailing.clock()) == 0
    mailing.clock.forward(days=exchange_days(first) - 3)
    mark_in_transit(second, mailing.clock(), "carrier", mailing.clock())
    with writing():
        exchange_of(third).status = "completed"
    assert (remind(mailing.clock()), remind(mailing.clock())) == (1, 0)
    mailing.clock.forward(days=1)
    sweep(mailing.clock())
    mailing.send()
    (mail,) = post.mails
    assert mail.message["Subject"] == f"return_reminder: {exchange_of(first).reference}"


def test_it_is_too_late_to_remind_once_the_day_is_over(mailing: MailingAcme) -> None:
    first = mailing.confirm()
    mailing.clock.forward(days=exchange_days(first) + 2)
    assert remind(mailing.clock()) == 0


def exchange_days(exchange_id: int) -> int:
    row = exchange_of(exchange_id)
    assert row.send_by is not None
    assert row.submitted_at is not None
    return (row.send_by - row.submitted_at.date()).days
