"""Mail servers that are busy, away, slow or say no: a mail arrives all the same, or a person hears of it."""

from __future__ import annotations

import asyncio

from aiosmtpd.smtp import SMTP

from app.models import Dispatch, DispatchState, db
from app.services.dispatch_claims import claim_due
from app.services.dispatch_turns import Share
from tests.faults.mail_server import MailServer
from tests.services.dispatch_cases import exchange_of
from tests.services.mail_cases import MailingAcme, letters, mailing, post

__all__ = ["mailing", "post"]


def test_a_busy_server_is_asked_again_with_the_same_bytes(mailing: MailingAcme, post: MailServer) -> None:
    post.at_recipient.append("450 4.2.0 greylisted ada@example.com come back later")
    post.at_data.append("452 4.3.1 no room")
    first = mailing.confirm()
    mailing.send()
    assert exchange_of(first).status == "placed"
    (letter,) = letters()
    assert letter.state == DispatchState.WAITING
    assert letter.last_error == "The mail server answered 450: 4.2.0 greylisted … come back later"
    stored = letter.steps[0].body
    for _ in range(2):
        mailing.clock.forward(hours=2)
        mailing.send()
    assert [mail.raw for mail in post.mails] == [stored]
    assert letters()[0].state == DispatchState.DELIVERED
    assert exchange_of(first).attention is None


def test_a_definite_no_is_for_a_person_and_holds_nothing_up(mailing: MailingAcme, post: MailServer) -> None:
    post.at_recipient.append("550 5.1.1 <ada@example.com> no such user")
    first = mailing.confirm()
    mailing.send()
    row = exchange_of(first)
    assert row.status == "placed"
    assert row.attention == (
        "The confirmation mail could not be delivered: The mail server answered 550: 5.1.1 <…> no such user."
    )
    assert not post.mails


def test_a_server_that_is_away_is_tried_for_days(mailing: MailingAcme, post: MailServer) -> None:
    post.refuse()
    first = mailing.confirm()
    mailing.send()
    assert (letters()[0].last_error or "").startswith("Not sent")
    for _ in range(12):
        mailing.clock.forward(hours=8)
        mailing.send()
    assert letters()[0].state == DispatchState.FAILED
    assert "Given up after" in (exchange_of(first).attention or "")


def test_an_answer_lost_after_the_mail_left_repeats_the_same_mail(
    mailing: MailingAcme, post: MailServer
) -> None:
    def drop(server: SMTP) -> None:
        post.after_data = lambda _server: None
        assert isinstance(server.transport, asyncio.Transport)
        server.transport.abort()

    post.after_data = drop
    mailing.confirm()
    mailing.send()
    assert letters()[0].steps[0].attempts[0].outcome == "unknown"
    mailing.clock.forward(hours=2)
    mailing.send()
    first, second = post.mails
    assert first.raw == second.raw
    assert first.message["Message-ID"] == second.message["Message-ID"]
    assert letters()[0].state == DispatchState.DELIVERED


def test_what_waits_goes_to_the_server_that_is_set_up_by_then(mailing: MailingAcme, post: MailServer) -> None:
    post.refuse()
    mailing.confirm()
    mailing.send()
    with MailServer() as other:
        mailing.mail = other
        mailing.clock.forward(hours=2)
        mailing.send()
    assert len(other.mails) == 1


def test_a_mail_server_that_hangs_leaves_threads_to_the_platform(mailing: MailingAcme) -> None:
    mailing.set_policy(undo_minutes=15)
    placed = [mailing.confirm(f"AC-100{n}") for n in (1, 2)]
    mailing.clock.forward(hours=1)
    claims = claim_due("worker-1", 2, mailing.clock(), share=Share(1))
    purposes = {db.session.get_one(Dispatch, claim.dispatch_id).purpose for claim in claims}
    assert len(placed) == len(claims) == 2
    assert purposes == {"mail", "place"}
