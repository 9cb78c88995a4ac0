"""The HTTP client against a real server: what leaves, what is refused, and what never arrives (R8)."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from app.connectors.base import NotSent, Reply, Request
from app.connectors.http import HttpSender, Limits
from tests.faults import behaviours as does
from tests.faults.certificates import self_signed
from tests.faults.peer import Peer

LIMITS = Limits(connect_seconds=1, total_seconds=2, reply_bytes=1000)
BODY = b'{"original_order_id":"NW-1001","items":[]}'


def sender() -> HttpSender:
    return HttpSender(LIMITS, allow_loopback=True)


def request_to(url: str, **headers: str) -> Request:
    return Request("test", "POST", url, {"Content-Type": "application/json", **headers}, BODY)


def test_what_leaves() -> None:
    with Peer() as peer:
        reply = sender().send(request_to(peer.url), {"Authorization": "Bearer s3cret"})
    assert isinstance(reply, Reply)
    assert reply.status == 200
    assert reply.headers["content-type"] == "application/json"
    (heard,) = peer.requests
    assert (heard.method, heard.path, heard.body) == ("POST", "/merchant", BODY)
    assert heard.headers == {
        "host": f"127.0.0.1:{peer.port}",
        "user-agent": "Evenly",
        "accept-encoding": "identity",
        "connection": "close",
        "content-type": "application/json",
        "authorization": "Bearer s3cret",
        "content-length": str(len(BODY)),
    }


def test_an_answer_is_cut_at_the_cap() -> None:
    with Peer(otherwise=does.endless) as peer:
        reply = sender().send(request_to(peer.url), {})
    assert isinstance(reply, Reply)
    assert len(reply.body) == LIMITS.reply_bytes


def test_a_redirect_is_not_followed() -> None:
    with Peer() as inside:
        redirect = does.status(307, b"", {"Location": inside.url})
        with Peer(otherwise=redirect) as peer:
            reply = sender().send(request_to(peer.url), {})
    assert isinstance(reply, Reply)
    assert reply.status == 307
    assert inside.requests == []


def test_a_proxy_in_the_environment_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    with Peer() as proxy, Peer() as peer:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, proxy.url)
        monkeypatch.setenv("NO_PROXY", "")
        assert isinstance(sender().send(request_to(peer.url), {}), Reply)
    assert proxy.requests == []


def test_a_cookie_is_not_brought_back() -> None:
    with Peer(otherwise=does.status(200, b"{}", {"Set-Cookie": "who=us; Path=/"})) as peer:
        client = sender()
        for _ in range(2):
            client.send(request_to(peer.url), {})
    assert all("cookie" not in heard.headers for heard in peer.requests)


def test_nobody_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    refused = sender().send(request_to(f"http://127.0.0.1:{port}/"), {})
    assert isinstance(refused, NotSent)
    assert not refused.for_good


def test_a_name_that_does_not_exist() -> None:
    refused = sender().send(request_to("https://shop.invalid/"), {})
    assert isinstance(refused, NotSent)
    assert not refused.for_good


def test_a_connection_that_is_never_taken_up() -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=0) as listener:
        address = listener.getsockname()
        fillers = []
        for _ in range(4):  # more than the queue of a listener without one
            filler = socket.socket()
            filler.setblocking(False)
            filler.connect_ex(address)
            fillers.append(filler)
        refused = sender().send(request_to(f"http://127.0.0.1:{address[1]}/"), {})
        for filler in fillers:
            filler.close()
    assert isinstance(refused, NotSent)


@pytest.mark.parametrize(
    "wrong",
    [
        Request("test", "POST", "not an address", {}, b""),
        Request("test", "POST", "ftp://shop.example/", {}, b""),
        Request("test", "POST", "http://[::1", {}, b""),
        Request("test", "POST", "https://shop.example/", {"X-Id": "two\nlines"}, b""),
        Request("test", "POST", "https://shop.example/", {"X-Id": "smørrebrød €"}, b""),
    ],
)
def test_what_http_cannot_say_is_not_sent(wrong: Request) -> None:
    with Peer() as peer:
        address = wrong.url.replace("https://shop.example", peer.url)
        refused = sender().send(Request("test", "POST", address, wrong.headers, b""), {})
    assert isinstance(refused, NotSent)
    assert refused.for_good
    assert peer.requests == []


@pytest.mark.parametrize("days", [30, -1], ids=["nobody vouches for it", "expired"])
def test_a_certificate_that_is_not_trusted(tmp_path: Path, days: int) -> None:
    with Peer(tls=self_signed(tmp_path, days)) as peer:
        refused = sender().send(request_to(peer.url), {"Authorization": "Bearer s3cret"})
    assert isinstance(refused, NotSent)
    assert "certificate" in refused.reason
    assert peer.requests == []


def test_a_certificate_that_the_operator_vouches_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Peer(tls=self_signed(tmp_path, 30)) as peer:
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "server.pem"))
        reply = sender().send(request_to(peer.url), {})
    assert isinstance(reply, Reply)
    assert reply.status == 200
