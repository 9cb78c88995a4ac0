"""Handing in a mail, to a real mail server: privacy, deadlines, and what came of it (R8, R26)."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from aiosmtpd.smtp import SMTP

from app.connectors.base import NoAnswer, NotSent, Reply, Request, Sent
from app.connectors.http import Limits
from app.connectors.mail.server import InvalidMailServer, MailServer, Security, checked_sender
from app.connectors.mail.smtp import SmtpSender
from tests.faults.certificates import self_signed
from tests.faults.mail_server import MailServer as Fake

LIMITS = Limits(connect_seconds=2, total_seconds=2)
BODY = (
    b"From: Acme <a@shop.example>\r\nTo: ada@example.com\r\nSubject: x\r\n"
    b"\r\n.dot\r\n..two @code@, @co=\r\nde@\r\nend\r\n"
)


def send(url: str, credentials: dict[str, str] | None = None, tls: ssl.SSLContext | None = None) -> Sent:
    return SmtpSender(LIMITS, tls).send(Request("mail", "MAIL", url, {}, BODY), credentials or {})


def trusting(folder: Path) -> ssl.SSLContext:
    """Takes the certificate that `self_signed` has left in this folder."""
    return ssl.create_default_context(cafile=str(folder / "server.pem"))


def test_the_bytes_arrive_as_they_are_stored() -> None:
    with Fake() as server:
        assert send(server.url()) == Reply(250, {}, b"OK")
    (mail,) = server.mails
    assert mail.raw == BODY
    assert (mail.sender, mail.recipients) == ("a@shop.example", ("ada@example.com",))


def test_a_place_left_open_is_filled_on_the_way_out_alone() -> None:
    with Fake() as server:
        send(server.url(), {"place:@code@": "GC-1234"})
    assert b"..two GC-1234, GC-1234\r\n" in server.mails[0].raw


@pytest.mark.parametrize("scheme", ["smtps", "smtp+starttls"])
def test_who_we_are_is_said_under_encryption(scheme: str, tmp_path: Path) -> None:
    context = self_signed(tmp_path, 30)
    known = {"smtp-user": "evenly", "smtp-password": "s3cret"}
    with Fake(tls=context, from_the_start=scheme == "smtps", login=("evenly", "s3cret")) as server:
        url = f"{scheme}://127.0.0.1:{server.port}"
        assert send(url, known, trusting(tmp_path)) == Reply(250, {}, b"OK")
        wrong = send(url, known | {"smtp-password": "wr0ng"}, trusting(tmp_path))
    assert [mail.encrypted for mail in server.mails] == [True]
    assert isinstance(wrong, NotSent)
    assert not wrong.for_good
    assert "535" in wrong.reason
    assert "wr0ng" not in wrong.reason


@pytest.mark.parametrize("scheme", ["smtps", "smtp+starttls"])
def test_a_stranger_with_a_certificate_of_its_own_gets_nothing(scheme: str, tmp_path: Path) -> None:
    with Fake(tls=self_signed(tmp_path, 30), from_the_start=scheme == "smtps") as server:
        sent = send(f"{scheme}://127.0.0.1:{server.port}")
    assert isinstance(sent, NotSent)
    assert "certificate was not accepted" in sent.reason
    assert not server.mails


def test_a_server_that_offers_no_encryption_is_not_talked_to_without() -> None:
    with Fake() as server:
        sent = send(f"smtp+starttls://127.0.0.1:{server.port}", {"smtp-user": "u", "smtp-password": "p"})
    assert isinstance(sent, NotSent)
    assert not server.mails


@pytest.mark.parametrize("answer", ["450 4.7.1 greylisted", "550 5.1.1 unknown", "421 busy"])
def test_a_no_to_the_recipient(answer: str) -> None:
    with Fake() as server:
        server.at_recipient.append(answer)
        sent = send(server.url())
    assert sent == Reply(int(answer[:3]), {}, answer[4:].encode())
    assert not server.mails


def test_a_no_to_the_message() -> None:
    with Fake() as server:
        server.at_data.append("554 5.7.1 spam")
        assert send(server.url()) == Reply(554, {}, b"5.7.1 spam")


def test_nobody_listens() -> None:
    with Fake() as server:
        server.refuse()
        sent = send(server.url())
    assert isinstance(sent, NotSent)
    assert not sent.for_good


def test_a_name_that_does_not_exist() -> None:
    assert isinstance(send("smtp://mail.invalid:25"), NotSent)


def test_an_answer_that_is_lost_after_the_message() -> None:
    with Fake(after_data=cut) as server:
        assert isinstance(send(server.url()), NoAnswer)
    assert len(server.mails) == 1


def cut(server: SMTP) -> None:
    assert isinstance(server.transport, asyncio.Transport)
    server.transport.abort()


Behaviour = Callable[[socket.socket, threading.Event], None]


@contextlib.contextmanager
def odd_server(behaviour: Behaviour) -> Iterator[str]:
    """A server of one connection that speaks no proper SMTP."""
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            connection, _ = listener.accept()
            with connection, contextlib.suppress(OSError):
                behaviour(connection, over)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"smtp://127.0.0.1:{listener.getsockname()[1]}"
        over.set()
        thread.join(10)


def says_nothing(_connection: socket.socket, over: threading.Event) -> None:
    over.wait(30)


def drips(connection: socket.socket, over: threading.Event) -> None:
    """A greeting without an end, a few bytes at a time: no single read ever waits long."""
    while not over.wait(0.05):
        connection.sendall(b"220-still\r\n")


def hangs_after_the_message(connection: socket.socket, over: threading.Event) -> None:
    connection.sendall(b"220 hello\r\n")
    with connection.makefile("rb") as heard:
        for line in heard:
            if line == b".\r\n":
                over.wait(30)
                return
            if line[:4] in (b"ehlo", b"mail", b"rcpt"):
                connection.sendall(b"250 ok\r\n")
            elif line[:4] == b"data":
                connection.sendall(b"354 go on\r\n")


def leaves_at_once(connection: socket.socket, _over: threading.Event) -> None:
    connection.sendall(b"554 not you\r\n")


def speaks_http(connection: socket.socket, _over: threading.Event) -> None:
    connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")


@pytest.mark.parametrize(
    ("behaviour", "means"),
    [
        (says_nothing, NotSent),
        (drips, NotSent),
        (leaves_at_once, NotSent),
        (speaks_http, NotSent),
        (hangs_after_the_message, NoAnswer),
    ],
)
def test_every_call_ends(behaviour: Behaviour, means: type) -> None:
    with odd_server(behaviour) as url:
        began = time.monotonic()
        sent = send(url)
        took = time.monotonic() - began
    assert isinstance(sent, means)
    assert took < 15  # the deadline is 2 seconds; the rest is for a busy machine


@pytest.mark.parametrize(
    ("text", "server"),
    [
        ("smtp://mail.example", MailServer(Security.NONE, "mail.example", 25)),
        ("smtps://u:p%40ss@mail.example", MailServer(Security.TLS, "mail.example", 465, "u", "p@ss")),
        ("smtp+starttls://u:p@mail.example", MailServer(Security.STARTTLS, "mail.example", 587, "u", "p")),
        ("smtp://u:p@127.0.0.1:2525/", MailServer(Security.NONE, "127.0.0.1", 2525, "u", "p")),
        ("smtp://[::1]:2525", MailServer(Security.NONE, "::1", 2525)),
    ],
)
def test_the_setting_is_read(text: str, server: MailServer) -> None:
    assert MailServer.from_url(text) == server
    assert "p@ss" not in server.url + repr(server)


@pytest.mark.parametrize(
    "text",
    [
        "mail.example",
        "http://mail.example",
        "smtp://",
        "smtp://mail.example:x",
        "smtp://mail.example/in",
        "smtp://mail.example?tls=1",
        "smtp://u@mail.example",
        "smtp://u:p@mail.example",  # it would cross a network in the clear
        "smtps://[::1",
    ],
)
def test_a_setting_that_cannot_be_used(text: str) -> None:
    with pytest.raises(InvalidMailServer):
        MailServer.from_url(text)


@pytest.mark.parametrize(
    "text", ["", "shop", "a@b", "A <a@shop.example>", "a@shop.example\r\nBcc: x@y.z", "ä@b.c"]
)
def test_a_sender_that_cannot_be_used(text: str) -> None:
    with pytest.raises(InvalidMailServer):
        checked_sender(text)


def test_a_sender_that_can() -> None:
    assert checked_sender(" exchanges@shop.example ") == "exchanges@shop.example"
