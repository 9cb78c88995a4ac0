"""The bytes of a mail: its headers, what cannot get into them, and where it cannot go."""

from __future__ import annotations

import email
import email.policy
from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.connectors.mail.message import CannotAddress, message_bytes
from app.domain.letter import Letter, MailKind, Sender, Written
from tests.web.sample_letters import every_letter

AT = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
ACME = Sender("acme", "Acme Outdoor", "USD", "en_US", "America/New_York", reply_to="help@acme.example")
LETTER = Letter(MailKind.CONFIRMATION, "abc123", AT, "ada@example.com", ACME, "AC-1001", "EX-7K3M9Q")
WORDS = Written("Your exchange is confirmed: EX-7K3M9Q", "Hallo Grüße\n", "<p>Hallo Grüße</p>")
FROM = "exchanges@shop.example"
HEADERS = {
    *("From", "To", "Reply-To", "Subject", "Date", "Message-ID", "Auto-Submitted"),
    *("MIME-Version", "Content-Type"),
}


def read(raw: bytes) -> EmailMessage:
    found = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(found, EmailMessage)
    return found


def test_the_same_letter_gives_the_same_bytes() -> None:
    assert message_bytes(LETTER, WORDS, FROM) == message_bytes(LETTER, WORDS, FROM)


def test_every_header_as_it_stands_on_the_wire() -> None:
    head, _, _ = message_bytes(LETTER, WORDS, FROM).partition(b"\r\n\r\n")
    assert head.decode("ascii").split("\r\n")[:7] == [
        "From: Acme Outdoor <exchanges@shop.example>",
        "To: ada@example.com",
        "Reply-To: Acme Outdoor <help@acme.example>",
        "Subject: Your exchange is confirmed: EX-7K3M9Q",
        "Date: Sun, 22 Nov 2026 12:00:00 +0000",
        "Message-ID: <abc123@shop.example>",
        "Auto-Submitted: auto-generated",
    ]


def test_lines_are_short_and_of_seven_bits() -> None:
    long = Written("Subject", "ü" * 5000 + "\n", "<p>" + "日" * 5000 + "</p>")
    raw = message_bytes(LETTER, long, FROM)
    assert raw.isascii()
    assert max(map(len, raw.split(b"\r\n"))) <= 78
    assert b"\n" not in raw.replace(b"\r\n", b"")
    part = read(raw).get_body(("plain",))
    assert part is not None
    assert part.get_content().strip() == "ü" * 5000


def test_no_letter_has_a_header_of_a_stranger() -> None:
    evil = "\r\nBcc: everybody@example.com\r\n\r\nbody"
    for name, written in every_letter():
        letter = replace(written, sender=replace(written.sender, name=written.sender.name + evil))
        message = read(message_bytes(letter, replace(WORDS, subject=WORDS.subject + evil), FROM))
        expected = HEADERS if letter.sender.reply_to else HEADERS - {"Reply-To"}
        assert sorted(message.keys()) == sorted(expected), name
        assert [address.addr_spec for address in message["To"].addresses] == [letter.to], name


@settings(deadline=None)
@given(st.text(max_size=80), st.text(max_size=200))
def test_what_strangers_typed_adds_no_header(name: str, subject: str) -> None:
    evil = "\r\nBcc: everybody@example.com\r\n\r\nbody"
    letter = replace(LETTER, sender=replace(ACME, name=name + evil))
    raw = message_bytes(letter, replace(WORDS, subject=subject + evil), FROM)
    message = read(raw)
    assert set(message.keys()) == HEADERS
    assert [address.addr_spec for address in message["To"].addresses] == ["ada@example.com"]
    assert [address.addr_spec for address in message["From"].addresses] == [FROM]


@pytest.mark.parametrize(
    "to",
    [
        "",
        "ada",
        "@example.com",
        "ada@",
        "ada@example.com, eve@example.com",
        "ada@example.com\r\nBcc: eve@example.com",
        "Ada <ada@example.com>",
        "ada@example.com>",
        "<ada@example.com",
        "ada eve@example.com",
        "ädа@example.com",
        f"ada@{'x' * 70}.example",
        "ada@exam ple.com",
        "a(b)@example.com",
        "ada@example.com;eve@example.com",
        "a@b@example.com",
    ],
)
def test_it_goes_to_one_address_or_to_none(to: str) -> None:
    with pytest.raises(CannotAddress) as refused:
        message_bytes(replace(LETTER, to=to), WORDS, FROM)
    assert "example" not in str(refused.value)


@settings(deadline=None)
@given(st.text(max_size=40), st.text(max_size=40))
def test_no_address_becomes_two(name: str, host: str) -> None:
    try:
        raw = message_bytes(replace(LETTER, to=f"{name}@{host}"), WORDS, FROM)
    except CannotAddress:
        return
    addresses = read(raw)["To"].addresses
    assert len(addresses) == 1
    assert addresses[0].username == name


@pytest.mark.parametrize("to", ["o'brien+tag@example.com", "a.b-c_d@sub.example.com", "ada@bücher.example"])
def test_unusual_addresses_that_are_true(to: str) -> None:
    (address,) = read(message_bytes(replace(LETTER, to=to), WORDS, FROM))["To"].addresses
    assert address.domain.isascii()
    assert address.username == to.partition("@")[0]


def test_without_an_address_for_replies_there_is_no_such_header() -> None:
    message = read(message_bytes(replace(LETTER, sender=replace(ACME, reply_to="")), WORDS, FROM))
    assert message["Reply-To"] is None


def test_a_name_in_any_letters() -> None:
    message = read(message_bytes(replace(LETTER, sender=replace(ACME, name='風 "Kaze", Ltd.')), WORDS, FROM))
    assert message["From"].addresses[0].display_name == '風 "Kaze", Ltd.'


def test_a_letter_is_kept_whole() -> None:
    full = replace(LETTER, gift=True, exchange="x1", facts={"sum": {"due": 5}, "items": [{"card": True}]})
    assert Letter.from_data(full.to_data()) == full
