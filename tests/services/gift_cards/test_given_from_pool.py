"""A gift card from the pool: its code is mailed to the right person, once, and stands nowhere else."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from flask import Flask, g
from sqlalchemy import select

from app.domain.letter import MailKind
from app.domain.policy import CardIssuer
from app.models import Dispatch, DispatchState, GiftCard, Store, db, writing
from app.services.cancelling import cancel_exchange
from app.services.gift_card_pool import count_pool
from app.services.gift_cards import card_from_here, give_card, issue_owed
from app.services.mailing_again import CannotSend, may_be_sent_again, send_again
from app.services.payment_ledger import movements_of
from app.web.shopper.pages import StepState, TimelineStep
from app.web.shopper.progress import steps
from tests.faults.mail_server import MailServer
from tests.services.dispatch_cases import TO_CARD, exchange_of
from tests.services.gift_cards.card_cases import fill, mails_of
from tests.services.mail_cases import MailingAcme, letters


def card_of(exchange_id: int) -> GiftCard:
    db.session.expunge_all()
    db.session.rollback()
    return db.session.scalars(select(GiftCard).where(GiftCard.exchange_id == exchange_id)).one()


def test_a_placed_exchange_gets_its_card_by_mail(mailing: MailingAcme, post: MailServer) -> None:
    fill(mailing)
    first = mailing.confirm("AC-1001", TO_CARD)
    mailing.send()
    row, card = exchange_of(first), card_of(first)
    assert row.status == "placed"
    assert card.amount == row.card_total == 12568
    (told,) = mails_of(post, "gift card")
    assert "GC-AAAA-1111" in told
    assert "Your gift card of $125.68" in told
    assert row.attention is None
    assert count_pool(mailing.store_id).free == {None: 1}
    (line,) = movements_of(first)
    assert (line.kind, line.amount, line.reference) == ("issued", 12568, "1111")


def test_the_code_stands_nowhere_but_in_the_mail(mailing: MailingAcme, post: MailServer, app: Flask) -> None:
    fill(mailing)
    mailing.confirm("AC-1001", TO_CARD)
    mailing.send()
    assert any(b"GC-AAAA-1111" in mail.raw for mail in post.mails)
    db.session.rollback()
    for table in reversed(db.metadata.sorted_tables):
        for row in db.session.connection().execute(table.select()):
            assert "AAAA-1111" not in repr(row), table.name
    (letter,) = letters(MailKind.GIFT_CARD)
    assert b"@@card-" in letter.steps[0].body
    assert letter.steps[0].attempts[0].request_headers


def test_a_repeat_has_the_same_code(mailing: MailingAcme, post: MailServer) -> None:
    fill(mailing)
    mailing.confirm("AC-1001", TO_CARD)
    mailing.send()
    (letter,) = letters(MailKind.GIFT_CARD)
    with writing():
        row = db.session.get_one(Dispatch, letter.id)
        row.steps[-1].answer_status = None
        row.state, row.finished_at = DispatchState.WAITING, None
    mailing.send()
    first, second = [mail.raw for mail in post.mails if b"GC-AAAA-1111" in mail.raw]
    assert first == second


def test_giving_again_changes_nothing(mailing: MailingAcme) -> None:
    fill(mailing)
    first = mailing.confirm("AC-1001", TO_CARD)
    mailing.send()
    with writing():
        give_card(exchange_of(first), mailing.clock())
    assert count_pool(mailing.store_id).free == {None: 1}


def test_the_platform_gives_it_unless_policy_says_otherwise(mailing: MailingAcme, post: MailServer) -> None:
    mailing.set_policy(gift_card_issuer="platform")
    fill(mailing)
    first = mailing.confirm("AC-1001", TO_CARD)
    mailing.send()
    assert exchange_of(first).status == "placed"
    assert mails_of(post, "gift card") == []
    assert count_pool(mailing.store_id).free == {None: 2}


def test_what_is_left_over_is_always_given_here(mailing: MailingAcme) -> None:
    first = mailing.confirm("AC-1001", TO_CARD)
    quote = exchange_of(first).quote
    assert quote is not None
    assert quote.card is not None
    assert card_from_here(quote, CardIssuer.PLATFORM) == 0
    assert card_from_here(quote, CardIssuer.PORTAL) == quote.card.total


def test_a_gift_goes_to_its_recipient(mailing: MailingAcme, post: MailServer) -> None:
    fill(mailing)
    first = mailing.confirm("AC-1001", TO_CARD)
    with writing():
        row = exchange_of(first)
        row.gift_view, row.recipient_email = True, "rose@example.com"
    mailing.send()
    told = [mail.recipients for mail in post.mails if b"GC-AAAA-1111" in mail.raw]
    assert told == [("rose@example.com",)]


def test_a_mail_that_never_came_is_sent_again_with_the_same_code(
    mailing: MailingAcme, post: MailServer
) -> None:
    fill(mailing)
    first = mailing.confirm("AC-1001", TO_CARD)
    mailing.send()
    kinds = may_be_sent_again(exchange_of(first), letters())
    assert kinds == {MailKind.CONFIRMATION: 1, MailKind.GIFT_CARD: 1}
    for kind in (MailKind.GIFT_CARD, MailKind.GIFT_CARD, MailKind.CONFIRMATION):  # pressed twice
        send_again(first, kind, "maya", mailing.clock())
    mailing.send()
    told = [mail for mail in post.mails if b"GC-AAAA-1111" in mail.raw]
    assert len(told) == 2
    assert len({mail.message["Message-ID"] for mail in told}) == 2
    assert len(mails_of(post, "confirmed")) == 2
    assert count_pool(mailing.store_id).free == {None: 1}


def test_what_is_not_so_any_more_is_not_sent_again(mailing: MailingAcme) -> None:
    mailing.set_policy(undo_minutes=15)
    first = mailing.confirm()
    mailing.send()
    cancel_exchange(first, "shopper", mailing.clock())
    assert may_be_sent_again(exchange_of(first), letters()) == {}
    for kind in (MailKind.CONFIRMATION, MailKind.GIFT_CARD, MailKind.LINKS):
        with pytest.raises(CannotSend):
            send_again(first, kind, "maya", mailing.clock())


def test_the_status_says_that_the_card_was_sent(mailing: MailingAcme) -> None:
    first = mailing.confirm("AC-1001", TO_CARD)
    mailing.send()
    assert card_step(first).state is StepState.AHEAD
    fill(mailing)
    issue_owed(mailing.store_id, mailing.clock())
    told = card_step(first)
    assert (told.state, told.at) == (StepState.DONE, mailing.clock())


def card_step(exchange_id: int) -> TimelineStep:
    """The line about the card on the status page."""
    row = exchange_of(exchange_id)
    quote = row.quote
    assert quote is not None
    g.store = page_of_store(db.session.get_one(Store, row.store_id))
    (step,) = [step for step in steps(row, quote) if step.title == "Gift card sent"]
    return step


def page_of_store(store: Store) -> SimpleNamespace:
    return SimpleNamespace(currency=store.currency, locale=store.locale, time_zone=store.time_zone)
