"""Where connectors may go (T16): every spelling of a closed address, and who was called."""

from __future__ import annotations

import socket
import sys
from collections.abc import Iterator
from itertools import chain, repeat
from pathlib import Path
from typing import Any

import pytest

from app.connectors.base import NotSent, Reply, Request
from app.connectors.http import HttpSender, Limits
from app.connectors.reachable import is_allowed, is_allowed_port
from app.connectors.settings import InvalidSettings, read_settings
from app.connectors.signed_webhook import WebhookSettings
from tests.faults.peer import Peer

LIMITS = Limits(connect_seconds=1, total_seconds=2, reply_bytes=1000)
BODY = b'{"original_order_id":"NW-1001","items":[]}'
SENDERS = {loopback: HttpSender(LIMITS, allow_loopback=loopback) for loopback in (False, True)}

SPELLINGS = Path(__file__).with_name("closed_addresses.txt").read_text("utf-8").split("\n# ")
THIS_MACHINE, INSIDE = (part.splitlines()[1:] for part in SPELLINGS)

called: list[Any] = []


def listen(event: str, given: tuple[Any, ...]) -> None:
    if event == "socket.connect":
        called.append(given[1])


sys.addaudithook(listen)


@pytest.fixture(autouse=True)
def _nobody_called_yet() -> Iterator[None]:
    called.clear()
    yield
    called.clear()


@pytest.fixture(scope="module")
def someone() -> Iterator[Peer]:
    with Peer() as peer:
        yield peer


def post(url: str, *, loopback: bool) -> object:
    return SENDERS[loopback].send(Request("test", "POST", url, {}, BODY), {})


def test_there_are_enough_spellings() -> None:
    assert len(set(THIS_MACHINE + INSIDE)) >= 60


@pytest.mark.parametrize("host", THIS_MACHINE + INSIDE)
@pytest.mark.parametrize("scheme", ["https", "http"])
def test_no_spelling_leads_inside(someone: Peer, host: str, scheme: str) -> None:
    answer = post(f"{scheme}://{host}:{someone.port}/", loopback=False)
    assert isinstance(answer, NotSent)
    assert (called, someone.requests) == ([], [])


@pytest.mark.parametrize("host", INSIDE)
def test_only_this_machine_opens_with_the_setting(host: str) -> None:
    assert isinstance(post(f"https://{host}/", loopback=True), NotSent)
    assert called == []


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::8.8.8.8"])
def test_public_addresses_are_open_over_tls(address: str) -> None:
    assert is_allowed(address, loopback=False, plain=False)
    assert not is_allowed(address, loopback=True, plain=True)
    assert is_allowed_port(address, 443)
    assert not any(is_allowed_port(address, port) for port in (22, 25, 80, 2375, 5432, 6379, 8500, 11211))


def test_a_name_is_looked_up_once_and_its_answer_is_the_one_called(monkeypatch: pytest.MonkeyPatch) -> None:
    """The resolver says one thing when it is asked for the check and another one afterwards."""
    with Peer() as peer:
        answers = chain([["169.254.169.254", "127.0.0.1"]], repeat(["10.0.0.1"]))
        monkeypatch.setattr(socket, "getaddrinfo", lambda host, port, *_, **__: entries(answers, host, port))
        answer = post(f"http://shop.example:{peer.port}/", loopback=True)
    assert isinstance(answer, Reply)
    assert called == [("127.0.0.1", peer.port)]


def entries(answers: Iterator[list[str]], host: str, port: int) -> list[Any]:
    """What a look-up returns; numbers stand for themselves, as with the system's own."""
    addresses = [host] if host[0].isdigit() else next(answers)
    return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in addresses]


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("https://10.0.0.1/hook", "is an address of a private network, which connectors may not call"),
        (
            "https://[64:ff9b::a9fe:a9fe]/",
            "is an address of a private network, which connectors may not call",
        ),
        ("https://shop.example:22/", "must use one of the ports 443, 4443, 8443, 9443"),
        ("https://[::1]/", "is on this machine, which only ALLOW_LOOPBACK_CONNECTORS=1 permits"),
    ],
)
def test_it_is_said_when_the_address_is_set(url: str, sentence: str) -> None:
    with pytest.raises(InvalidSettings) as refused:
        read_settings(WebhookSettings, {"url": url}, allow_loopback=False)
    assert refused.value.problems == {"url": sentence}
