"""The words of each mail: text and HTML say the same, nothing is loaded, and a gift tells of no amount."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from app import Settings, create_app
from app.domain.letter import Letter, MailKind, Written
from app.settings import InvalidSetting
from app.web.mails import writer_of
from tests.pages.html_checker import HtmlPages
from tests.pages.markup import parse
from tests.web.sample_letters import ACME, LONG_ITEMS, every_letter, gift, letter

BASE = "https://exchanges.acme.example"
LETTERS = [pytest.param(each, id=name) for name, each in every_letter()]
TELL_AMOUNTS = (
    MailKind.PAY_LINK,
    MailKind.PAY_REMINDER,
    MailKind.REFUND_SENT,
    MailKind.GIFT_CARD,
)  # a gift is never paid for
GMAIL_CLIPS_AT = 102_000
LONGEST_LINK = 200  # trust.md, 10: a longer one may be broken by whoever wraps lines


@pytest.fixture(scope="module")
def write(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Letter], Written]:
    folder = tmp_path_factory.mktemp("mails")
    app = create_app(Settings(database_url="sqlite://", var_dir=str(folder)))
    return writer_of(app, BASE + "/")


@pytest.mark.html_checker
@pytest.mark.parametrize("told", LETTERS)
def test_both_bodies_say_the_same(
    told: Letter, write: Callable[[Letter], Written], html_pages: HtmlPages
) -> None:
    written = write(told)
    html_pages.add(f"mail {told.kind}", written.html)
    elements = parse(written.html)
    body = next(element for element in elements if element.tag == "body")
    addresses = [(element.get("href") or "").removeprefix("mailto:") for element in elements]
    shown = {*body.all_text().split(), *addresses}
    for word in written.text.split():
        found = {word, word.rstrip(":."), f"{word}."} & shown
        assert found or word in ("-", "->", "--", "Help:"), word
    assert written.subject
    assert "\n\n\n" not in written.text


@pytest.mark.parametrize("told", LETTERS)
def test_a_mail_loads_nothing_and_leads_home(told: Letter, write: Callable[[Letter], Written]) -> None:
    written = write(told)
    assert len(written.html.encode()) < GMAIL_CLIPS_AT / 4
    elements = parse(written.html)
    assert not [e for e in elements if e.tag in ("img", "script", "link", "form", "iframe")]
    assert "url(" not in written.html
    links = [e.get("href") or "" for e in elements if e.tag == "a"]
    foreign = (told.sender.help_url, f"mailto:{told.sender.reply_to}", told.facts.get("url"))
    ours = (f"{BASE}/{told.sender.slug}/", f"{BASE}/console/reset/")
    assert all(link.startswith(ours) or link in foreign for link in links)
    assert max(map(len, links)) <= LONGEST_LINK


def test_what_strangers_typed_is_shown_as_it_is(write: Callable[[Letter], Written]) -> None:
    written = write(letter(MailKind.CONFIRMATION, items=list(LONG_ITEMS)))
    assert "<b>&amp;</b> {{ 7*7 }}" in written.text
    assert "&lt;b&gt;&amp;amp;&lt;/b&gt; {{ 7*7 }}" in written.html


def amounts_in(text: str) -> list[str]:
    return re.findall(r"[$¥￥]|987|765", text)


@pytest.mark.parametrize("kind", [kind for kind in MailKind if kind not in TELL_AMOUNTS])
def test_a_gift_tells_of_no_amount(kind: MailKind, write: Callable[[Letter], Written]) -> None:
    # Even where somebody put a sum among its facts.
    told = replace(gift(kind), facts=letter(kind).facts)
    written = write(told)
    assert amounts_in(written.subject + written.text + written.html.partition("<main>")[2]) == []
    assert "What you paid" not in written.text


def test_the_amount_of_a_card_stands_in_its_own_mail(write: Callable[[Letter], Written]) -> None:
    written = write(gift(MailKind.GIFT_CARD))
    assert "￥76,543" in written.text
    assert "GC-1234-5678" in written.text
    assert "GC-1234-5678" in written.html


@pytest.mark.parametrize(
    ("kind", "says"),
    [
        (MailKind.CONFIRMATION, "You can cancel until 22 November, 07:15 EST."),
        (MailKind.CONFIRMATION, "You pay: $987.65"),
        (MailKind.CONFIRMATION, "Your card's statement shows it with EX-7K3M9Q."),
        (MailKind.CONFIRMATION, "Gift card, by e-mail: $765.43"),
        (MailKind.CONFIRMATION, f"{BASE}/acme/exchanges/3f9c"),
        (MailKind.PAY_LINK, f"{BASE}/acme/pay/x"),
        (MailKind.PAY_REMINDER, "Pay $987.65 by 24 November, 07:15 EST"),
        (MailKind.PAY_REMINDER, f"{BASE}/acme/exchanges/3f9c"),
        (MailKind.REFUND_SENT, "We have sent you $987.65"),
        (MailKind.REFUND_SENT, "It goes back to what order AC-1001 was paid with."),
        (MailKind.PAYMENT_FAILED, "Nothing was charged and your exchange is saved."),
        (MailKind.PAYMENT_FAILED, f"{BASE}/acme/exchanges/3f9c"),
        (MailKind.PAYMENT_FAILED, "-> Ridge Parka, Navy · L"),
        (MailKind.DECLINED, "We are sorry: it was worn."),
        (MailKind.CANCELLED, "You pay nothing, and nothing needs to be sent back."),
        (MailKind.SHIPPED, "Carrier: UPS"),
        (MailKind.PART_KEPT, "You keep: 1 × Ridge Parka, 2 × Trail Cap"),
        (MailKind.SHIPPED, "Tracking number: 1Z999AA10123456784"),
        (MailKind.SHIPPED, "Should arrive by: 28 November 2026"),
        (MailKind.RETURN_REMINDER, "Hand it in by: 6 December 2026"),
        (MailKind.LINKS, "Open order AC-1002:"),
    ],
)
def test_what_each_kind_tells(kind: MailKind, says: str, write: Callable[[Letter], Written]) -> None:
    assert says in write(letter(kind)).text


@pytest.mark.parametrize("kind", [MailKind.CANCELLED, MailKind.DECLINED])
def test_what_was_charged_goes_back(kind: MailKind, write: Callable[[Letter], Written]) -> None:
    assert "What you paid, $10.22, goes back to your card in full." in write(letter(kind, taken=1022)).text
    assert "goes back" not in write(letter(kind, taken=0)).text
    assert "goes back" not in write(gift(kind, taken=1022)).text


def test_numbers_are_not_broken_at_the_end_of_a_line(write: Callable[[Letter], Written]) -> None:
    html = write(letter(MailKind.SHIPPED)).html
    for code in ("RMA-7K3M9Q inside", "AC-1001 is exchanged"):
        number, _, rest = code.partition(" ")
        assert f'<span style="white-space:nowrap">{number}</span> {rest}' in html
    odd = write(replace(letter(MailKind.SHIPPED), order="<i>-1")).html
    assert '<span style="white-space:nowrap">&lt;i&gt;-1</span> is exchanged' in odd


def test_a_request_that_waits_for_a_person_promises_nothing(write: Callable[[Letter], Written]) -> None:
    written = write(letter(MailKind.CONFIRMATION, waits=True, rma=None))
    assert written.subject == "We have your request: EX-7K3M9Q"
    assert "RMA" not in written.text
    assert "confirmed" not in written.text


def test_a_colour_that_no_store_should_have(write: Callable[[Letter], Written]) -> None:
    odd = letter(MailKind.CONFIRMATION, replace(ACME, accent='red;"><script>'))
    assert "script" not in write(odd).html


@pytest.mark.parametrize(
    ("environ", "names"),
    [
        ({"SMTP_URL": "mail.example", "MAIL_FROM": "a@shop.example"}, "SMTP_URL"),
        ({"SMTP_URL": "smtps://u:s3cret@mail.example"}, "MAIL_FROM"),
    ],
)
def test_settings_that_cannot_be_used_are_named(
    environ: dict[str, str], names: str, tmp_path: Path, sqlite_database_url: str
) -> None:
    settings = Settings.from_environ(
        {**environ, "DATABASE_URL": sqlite_database_url, "VAR_DIR": str(tmp_path)}
    )
    with pytest.raises(InvalidSetting, match=names) as refused:
        create_app(settings)
    assert "s3cret" not in str(refused.value)


def test_an_application_without_a_mail_server_has_no_post(app: Flask) -> None:
    assert app.extensions["evenly.connections"].post is None
