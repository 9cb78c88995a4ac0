"""The sandbox's mailbox: what is handed in over SMTP is there to be read, and nothing else happens."""

import smtplib
import socket
from collections.abc import Iterator
from email.message import EmailMessage

import pytest

from app.sandbox.smtp import LARGEST_MAIL, receiving
from tests.sandbox.conftest import Bench


@pytest.fixture
def port(bench: Bench) -> Iterator[int]:
    with receiving(bench.app.keep_mail, 0) as server:
        yield server.port


def mail(subject: str = "Your exchange", html: str = "<h1>Hello</h1>") -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "Acme <a@shop.example>", "ada@example.com", subject
    message["Message-ID"] = "<1@shop.example>"
    message.set_content("Grüße\n.a dot\n", cte="quoted-printable")
    message.add_alternative(html, subtype="html")
    return message


def hand_in(port: int, message: EmailMessage) -> None:
    with smtplib.SMTP("127.0.0.1", port, local_hostname="here", timeout=10) as server:
        server.send_message(message)


def test_a_mail_can_be_read_as_html_as_text_and_as_json(bench: Bench, port: int) -> None:
    assert "No mail has come yet" in bench.client.get("/mailbox").text
    hand_in(port, mail())
    hand_in(port, mail("Second <b>"))
    page = bench.client.get("/mailbox").text
    assert page.index("Second &lt;b&gt;") < page.index("Your exchange")
    second, first = bench.client.get("/mailbox.json").json()["mails"]
    assert (first["to"], first["from"]) == (["ada@example.com"], "Acme <a@shop.example>")
    assert first["text"] == "Grüße\n.a dot\n"
    assert bench.client.get(f"/mailbox/{first['number']}/text").text == "Grüße\n.a dot\n"
    assert "<h1>Hello</h1>" in bench.client.get(f"/mailbox/{second['number']}").text


def test_a_mail_runs_nothing_and_loads_nothing(bench: Bench, port: int) -> None:
    hand_in(port, mail(html="<script>alert(1)</script>"))
    number = bench.client.get("/mailbox.json").json()["mails"][0]["number"]
    policy = bench.client.get(f"/mailbox/{number}").headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'unsafe-inline'")


def test_a_mail_that_is_not_there(bench: Bench) -> None:
    assert bench.client.get("/mailbox/99999").status_code == 404


def test_starting_afresh_empties_the_mailbox(bench: Bench, port: int) -> None:
    hand_in(port, mail())
    bench.client.delete("/ledger")
    assert bench.client.get("/mailbox.json").json() == {"mails": []}


def test_a_mail_is_no_request_of_the_ledger(bench: Bench, port: int) -> None:
    hand_in(port, mail())
    assert bench.requests() == []


def test_what_is_not_a_mail_is_refused(bench: Bench, port: int) -> None:
    with smtplib.SMTP("127.0.0.1", port, local_hostname="here", timeout=10) as server:
        assert server.docmd("VRFY", "ada")[0] == 502
        assert server.docmd("DATA")[0] == 503
        server.mail("a@shop.example")
        server.rcpt("ada@example.com")
        assert server.data(b"x" * 70 + b"\r\n" + (b"y" * 70 + b"\r\n") * (LARGEST_MAIL // 70))[0] == 552
    assert bench.client.get("/mailbox.json").json() == {"mails": []}


def test_who_leaves_in_the_middle_has_sent_nothing(bench: Bench, port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(b"EHLO x\r\nMAIL FROM:<a@b.c>\r\nRCPT TO:<d@e.f>\r\nDATA\r\nhalf a mail\r\n")
        connection.shutdown(socket.SHUT_WR)
        while connection.recv(1000):
            pass
    assert bench.client.get("/mailbox.json").json() == {"mails": []}
