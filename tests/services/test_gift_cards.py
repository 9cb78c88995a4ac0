"""A gift card from the pool: each code once, to the right person, and nothing lost where none is left."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from flask import Flask, g
from sqlalchemy import select

from app.domain.exchange_status import Status
from app.domain.flags import FlagKind
from app.domain.letter import MailKind
from app.domain.news import News, NewsKind
from app.domain.policy import CardIssuer
from app.models import (
    Dispatch,
    DispatchState,
    GiftCard,
    GiftCardCode,
    Purpose,
    Store,
    db,
    store_scope,
    writing,
)
from app.services.agent_decisions import Decision
from app.services.books import DriftKind
from app.services.cancelling import cancel_exchange
from app.services.exchange_news import take_news
from app.services.gift_card_pool import PoolRefused, count_pool, fill_pool, take_code
from app.services.gift_cards import card_from_here, give_card, issue_owed
from app.services.mailing_again import CannotSend, may_be_sent_again, send_again
from app.services.moving import ask_for_attention
from app.services.parcels import mark_received
from app.services.payment_ledger import movements_of
from app.services.platform_work import follow_up
from app.services.settling_flags import Settling, settle_flag
from app.services.sweeping import sweep
from app.web.mails import writer_of
from app.web.shopper.pages import StepState, TimelineStep
from app.web.shopper.progress import steps
from tests.factories import NOW, make_store
from tests.faults.mail_server import MailServer
from tests.faults.peer import Peer
from tests.services.dispatch_cases import TO_CARD, exchange_of
from tests.services.mail_cases import MailingAcme, letters

CODES = "code,amount\nGC-AAAA-1111,\nGC-BBBB-2222,\n"


@pytest.fixture
def post() -> Iterator[MailServer]:
    with MailServer() as post:
        yield post


@pytest.fixture
def mailing(app: Flask, acme: int, peer: Peer, post: MailServer) -> MailingAcme:
    """The store, which gives the gift cards itself and writes mails with the true words."""
    shop = MailingAcme(acme, peer, mail=post, write=writer_of(app, "https://exchanges.acme.example"))
    shop.set_up()
    shop.set_policy(gift_card_issuer="portal")
    return shop


def fill(shop: MailingAcme, text: str = CODES) -> None:
    fill_pool(shop.box, shop.store_id, text, shop.clock())


def card_of(exchange_id: int) -> GiftCard:
    db.session.expunge_all()
    db.session.rollback()
    return db.session.scalars(select(GiftCard).where(GiftCard.exchange_id == exchange_id)).one()


def mails_of(post: MailServer, words: str) -> list[str]:
    return [mail.body("plain") for mail in post.mails if words in str(mail.message["Subject"])]


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


def test_an_empty_pool_is_said_and_nothing_is_lost(mailing: MailingAcme, post: MailServer) -> None:
    first = mailing.confirm("AC-1001", TO_CARD)
    mailing.send()
    assert "A gift card of 125.68 USD could not be given" in (exchange_of(first).attention or "")
    assert count_pool(mailing.store_id).owed == 1
    assert issue_owed(mailing.store_id, mailing.clock()) == 0
    fill(mailing)
    assert issue_owed(mailing.store_id, mailing.clock()) == 1
    mailing.send()
    assert len(mails_of(post, "gift card")) == 1
    assert exchange_of(first).attention is None
    assert (count_pool(mailing.store_id).given, count_pool(mailing.store_id).owed) == (1, 0)


def test_what_a_person_gave_otherwise_is_not_given_as_well(mailing: MailingAcme, post: MailServer) -> None:
    first = mailing.confirm("AC-1001", TO_CARD)
    mailing.send()
    (flag,) = exchange_of(first).open_flags
    settle_flag(first, flag.id, Settling.ACCEPT, Decision("agent:7", "sent one by hand"), mailing.clock())
    fill(mailing)
    assert issue_owed(mailing.store_id, mailing.clock()) == 0
    assert mails_of(post, "gift card") == []
    assert exchange_of(first).open_flags == []


def owed(shop: MailingAcme) -> int:
    exchange_id = shop.confirm("AC-1001", TO_CARD)
    shop.send()
    return exchange_id


def told_cancelled(exchange_id: int) -> None:
    take_news(exchange_of(exchange_id).reference or "", News(NewsKind.CANCELLED), "platform", NOW)


def test_what_the_platform_cancelled_gets_no_card(mailing: MailingAcme, post: MailServer) -> None:
    first = owed(mailing)
    told_cancelled(first)
    exchange = exchange_of(first)
    assert (exchange.state, exchange.attention) == (Status.CANCELLED, None)
    fill(mailing)
    assert issue_owed(mailing.store_id, mailing.clock()) == 0
    assert (count_pool(mailing.store_id).free, count_pool(mailing.store_id).owed) == ({None: 2}, 0)
    assert mails_of(post, "gift card") == []


@pytest.mark.parametrize("who", ["platform", "books"])
def test_no_card_is_given_while_nobody_knows_whether_it_was_cancelled(mailing: MailingAcme, who: str) -> None:
    first = owed(mailing)
    mark_received(first, NOW, "warehouse", NOW)
    if who == "platform":
        told_cancelled(first)
    else:
        with writing():
            words = f"The books differ: {DriftKind.CANCELLED_THERE} (order 7)."
            ask_for_attention(exchange_of(first), words, "reconciler", NOW, FlagKind.BOOKS)
    fill(mailing)
    assert issue_owed(mailing.store_id, mailing.clock()) == 0
    flag = exchange_of(first).open_flags[-1]
    settle_flag(first, flag.id, Settling.ACCEPT, Decision("agent:7", "it stands"), mailing.clock())
    assert issue_owed(mailing.store_id, mailing.clock()) == 1


def test_no_card_is_given_while_the_platform_is_asked_to_cancel(mailing: MailingAcme) -> None:
    first = owed(mailing)
    with writing():
        follow_up(exchange_of(first), Purpose.CANCEL, mailing.clock())
    fill(mailing)
    assert issue_owed(mailing.store_id, mailing.clock()) == 0


def test_what_is_owed_is_given_now_and_then(mailing: MailingAcme, post: MailServer) -> None:
    mailing.confirm("AC-1001", TO_CARD)
    mailing.send()
    fill(mailing)
    sweep(mailing.clock())
    assert count_pool(mailing.store_id).owed == 0


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


def test_a_code_of_the_very_amount_goes_first(mailing: MailingAcme) -> None:
    fill(mailing, "ANY-1\nANY-2\nEXACT,125.68\nOTHER,50\n")
    with writing():
        taken = take_code(12568, mailing.clock())
    assert taken is not None
    assert (taken.tail, taken.amount) == ("XACT", 12568)
    with writing():
        following = take_code(12568, mailing.clock())
    assert following is not None
    assert following.amount is None


def test_a_gift_goes_to_its_recipient(mailing: MailingAcme, post: MailServer) -> None:
    fill(mailing)
    first = mailing.confirm("AC-1001", TO_CARD)
    with writing():
        row = exchange_of(first)
        row.gift_view, row.recipient_email = True, "rose@example.com"
    mailing.send()
    told = [mail.recipients for mail in post.mails if b"GC-AAAA-1111" in mail.raw]
    assert told == [("rose@example.com",)]


def test_codes_are_of_one_store_alone(mailing: MailingAcme) -> None:
    fill(mailing)
    other = make_store("other")
    with store_scope(other), writing():
        assert take_code(100, NOW) is None
    assert count_pool(other).free == {}


def test_many_at_once_get_different_codes(mailing: MailingAcme, app: Flask) -> None:
    fill(mailing, "\n".join(f"CODE-{n:04}" for n in range(6)))
    taken: list[int | None] = []
    begin = threading.Barrier(4)

    def take_two() -> None:
        begin.wait(30)
        for _ in range(2):
            with app.app_context(), store_scope(mailing.store_id):
                with writing():
                    code = take_code(500, NOW)
                    taken.append(code.id if code else None)
                db.session.remove()

    threads = [threading.Thread(target=take_two) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    given = [code for code in taken if code is not None]
    assert len(taken) == 8
    assert len(given) == len(set(given)) == 6


@pytest.mark.parametrize(
    ("text", "added", "known", "refused"),
    [
        ("A-CODE\nB-CODE\n", 2, 0, 0),
        ("\ufeffcode\r\nA-CODE\r\n\r\n", 1, 0, 0),
        ("A-CODE\nA-CODE\n", 1, 1, 0),
        ("code,amount\nA-CODE,25\nB-CODE,0.5\n", 2, 0, 0),
        ("A-CODE,0\nB-CODE,x\nC-CODE,1.234\nD-CODE,NaN\nE-CODE,-5\nF-CODE,1e99\n", 0, 0, 6),
        ("abc\n<script>\nA CODE@\n" + "x" * 41, 0, 0, 4),
        ("1234 5678 9012\n", 1, 0, 0),
    ],
)
def test_a_file_is_read_line_by_line(
    mailing: MailingAcme, text: str, added: int, known: int, refused: int
) -> None:
    filled = fill_pool(mailing.box, mailing.store_id, text, NOW)
    assert (filled.added, filled.known, len(filled.problems)) == (added, known, refused)
    assert not any(code in " ".join(filled.problems) for code in ("CODE", "script"))
    again = fill_pool(mailing.box, mailing.store_id, text, NOW)
    assert (again.added, again.known) == (0, added + known)


def test_a_file_that_is_none(mailing: MailingAcme) -> None:
    with pytest.raises(PoolRefused):
        fill(mailing, "A-CODE\n\0\n" + '"' * 3 + "x" * 200_000)


def test_the_commands(app: Flask, mailing: MailingAcme, tmp_path: Path) -> None:
    file = tmp_path / "codes.csv"
    file.write_text("code,amount\nGC-AAAA-1111,25\nGC-BBBB-2222,\n!\n", encoding="utf-8")
    run = app.test_cli_runner()
    loaded = run.invoke(args=["cards", "import", "acme", str(file)])
    assert loaded.exit_code == 1
    assert "2 codes added, 0 were there before." in loaded.output
    assert "Refused: line 4" in loaded.output
    counted = run.invoke(args=["cards", "count", "acme"]).output
    assert counted == "free, any amount: 1\nfree, 25.00 USD: 1\ngiven: 0\nowed: 0\n"
    assert "AAAA" not in loaded.output + counted
    secrets = db.session.scalars(select(GiftCardCode.secret)).all()
    assert not any("AAAA-1111" in secret for secret in secrets)
    file.write_bytes(b"\xff\xfe")
    assert run.invoke(args=["cards", "import", "acme", str(file)]).exit_code == 2


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
