"""Every way in which the sandbox can be told to misbehave, seen from the other end of a real connection."""

import json
import socket
import struct
from urllib.parse import urlsplit

import httpx2
import pytest

from tests.sandbox.bodies import order
from tests.sandbox.conftest import HEADERS, Bench


def raw_answer(bench: Bench) -> bytes:
    """What a bare socket reads after sending an order; raises what the kernel reports."""
    body = json.dumps(order()).encode()
    lines = ["POST /optoro/exchange_orders HTTP/1.1", "Host: sandbox", "Content-Type: application/json"]
    lines += [f"{name}: {value}" for name, value in HEADERS.items()] + [
        f"Content-Length: {len(body)}",
        "",
        "",
    ]
    where = urlsplit(bench.url)
    with socket.create_connection((where.hostname or "", where.port or 0), timeout=10) as connection:
        connection.sendall("\r\n".join(lines).encode() + body)
        read = b""
        while piece := connection.recv(65536):
            read += piece
        return read


@pytest.mark.parametrize(
    "status", [200, 301, 400, 401, 408, 409, 421, 422, 425, 429, 500, 502, 503, 504, 599]
)
def test_status_is_answered_without_the_work(bench: Bench, status: int) -> None:
    bench.order_fault("status", status=status)
    reply = bench.place(order())
    assert reply.status_code == status
    assert reply.json() == {"message": f"The sandbox was told to answer {status}."}
    assert bench.orders() == 0
    seen = bench.requests()[0]
    assert (seen["status"], seen["fault"], seen["reply"]) == (status, "status", reply.json())
    assert seen["body"] == order()


@pytest.mark.parametrize("status", [204, 304])
def test_a_status_that_allows_no_body_has_none(bench: Bench, status: int) -> None:
    bench.order_fault("status", status=status)
    reply = bench.place(order())
    assert (reply.status_code, reply.content) == (status, b"")


@pytest.mark.parametrize(
    ("wanted", "sent"), [(120, "120"), ("Wed, 21 Oct 2026 07:28:00 GMT",) * 2, ("soon",) * 2]
)
def test_retry_after_is_sent_as_asked(bench: Bench, wanted: object, sent: str) -> None:
    bench.order_fault("status", status=429, retry_after=wanted)
    assert bench.place(order()).headers["retry-after"] == sent
    bench.order_fault("status", status=429)
    assert "retry-after" not in bench.place(order()).headers


def test_delay_waits_and_then_does_the_work(bench: Bench) -> None:
    bench.order_fault("delay", delay_ms=2500)
    assert bench.place(order()).status_code == 200
    assert bench.waits == [(2.5, 0)]
    assert bench.orders() == 1


def test_drip_sends_the_whole_answer_in_single_bytes(bench: Bench) -> None:
    bench.order_fault("drip", delay_ms=50)
    with bench.client.stream("POST", "/optoro/exchange_orders", json=order(), headers=HEADERS) as reply:
        content = reply.read()
    assert json.loads(content)["order_identifier"] == "H-1001-X1"
    assert bench.waits == [(0.05, 1)] * (len(content) - 1)


def test_drip_is_through_after_a_minute_at_the_latest(bench: Bench) -> None:
    bench.order_fault("drip", delay_ms=60_000)
    content = bench.place(order()).content
    assert len(bench.waits) == len(content) - 1
    assert sum(seconds for seconds, _ in bench.waits) <= 60


def test_reset_cuts_the_connection_before_the_work(bench: Bench) -> None:
    bench.order_fault("reset")
    with pytest.raises(ConnectionResetError):
        raw_answer(bench)
    assert bench.orders() == 0
    seen = bench.requests()[0]
    assert (seen["status"], seen["reply"], seen["fault"], seen["body"]) == (None, None, "reset", order())


def test_lost_answer_does_the_work_and_then_cuts(bench: Bench) -> None:
    bench.order_fault("lost_answer")
    with pytest.raises(ConnectionResetError):
        raw_answer(bench)
    assert bench.orders() == 1
    seen = bench.requests()[0]
    assert (seen["status"], seen["reply"], seen["replayed"]) == (None, None, False)
    assert bench.place(order()).json()["order_identifier"] == "H-1001-X1"
    assert bench.requests()[1]["replayed"] is True
    assert bench.orders() == 1


@pytest.mark.parametrize("kind", ["reset", "lost_answer", "lost answer", "lost-answer"])
def test_a_client_sees_a_transport_error_and_the_sandbox_lives_on(bench: Bench, kind: str) -> None:
    bench.order_fault(kind)
    with pytest.raises(httpx2.TransportError):
        bench.place(order())
    assert bench.client.get("/health").json()["status"] == "ok"


def test_lost_answer_can_keep_the_caller_waiting_after_the_work(bench: Bench) -> None:
    bench.order_fault("lost_answer", delay_ms=20_000)
    with pytest.raises(httpx2.TransportError):
        bench.place(order())
    assert bench.waits == [(20.0, 1)]


def test_malformed_does_the_work_and_answers_half_of_it(bench: Bench) -> None:
    bench.order_fault("malformed")
    reply = bench.place(order())
    assert reply.status_code == 200
    assert reply.headers["content-type"] == "application/json"
    with pytest.raises(ValueError, match=r"Unterminated|Expecting"):
        reply.json()
    assert bench.orders() == 1
    assert bench.requests()[0]["reply"] == reply.text


def test_empty_does_the_work_and_says_nothing(bench: Bench) -> None:
    bench.order_fault("empty")
    reply = bench.place(order())
    assert (reply.status_code, reply.content) == (200, b"")
    assert bench.orders() == 1


def test_faults_are_used_in_order_and_as_often_as_said(bench: Bench) -> None:
    bench.order_fault("status", status=500, times=2)
    bench.order_fault("status", status=429)
    left = bench.client.get("/faults").json()["faults"]
    assert [(fault["status"], fault["times"]) for fault in left] == [(500, 2), (429, 1)]
    assert [bench.place(order()).status_code for _ in range(4)] == [500, 500, 429, 200]
    assert bench.client.get("/faults").json() == {"faults": []}


def test_deleting_faults_mends_everything(bench: Bench) -> None:
    bench.order_fault("reset", times=1000)
    assert bench.client.delete("/faults").status_code == 204
    assert bench.place(order()).status_code == 200


def test_faults_leave_the_sandboxs_own_pages_alone(bench: Bench) -> None:
    bench.order_fault("reset")
    for path in ("/", "/health", "/ledger", "/faults", "/settings"):
        assert bench.client.get(path).status_code == 200


def test_fields_that_are_null_or_unused_by_the_kind_are_allowed(bench: Bench) -> None:
    bench.order_fault("delay", times=None, status=200, delay_ms=0, retry_after=None)
    assert bench.place(order()).status_code == 200


@pytest.mark.parametrize(
    ("fault", "word"),
    [
        ([], "object"),
        ({}, "system"),
        ({"system": "optoro"}, "kind"),
        ({"system": "nobody", "kind": "reset"}, "system"),
        ({"system": ["optoro"], "kind": "reset"}, "system"),
        ({"system": "optoro", "kind": "explode"}, "kind"),
        ({"system": "optoro", "kind": 7}, "kind"),
        ({"system": "optoro", "kind": "reset", "times": 0}, "times"),
        ({"system": "optoro", "kind": "reset", "times": 1001}, "times"),
        ({"system": "optoro", "kind": "reset", "times": True}, "times"),
        ({"system": "optoro", "kind": "reset", "times": "two"}, "times"),
        ({"system": "optoro", "kind": "status", "status": 100}, "status"),
        ({"system": "optoro", "kind": "status", "status": 600}, "status"),
        ({"system": "optoro", "kind": "delay", "delay_ms": -1}, "delay_ms"),
        ({"system": "optoro", "kind": "delay", "delay_ms": 60_001}, "delay_ms"),
        ({"system": "optoro", "kind": "reset", "retry_after": 5}, "retry_after"),
        ({"system": "optoro", "kind": "status", "retry_after": "1\r\nX-Evil: 1"}, "retry_after"),
        ({"system": "optoro", "kind": "status", "retry_after": -1}, "retry_after"),
        ({"system": "optoro", "kind": "reset", "when": "now"}, "when"),
    ],
)
def test_a_bad_fault_is_refused_in_plain_words(bench: Bench, fault: object, word: str) -> None:
    reply = bench.client.post("/faults", json=fault)
    assert reply.status_code == 422
    assert word in reply.json()["message"]
    assert bench.client.get("/faults").json() == {"faults": []}


def test_a_page_in_a_browser_cannot_order_a_fault(bench: Bench) -> None:
    fault = json.dumps({"system": "optoro", "kind": "reset"})
    reply = bench.client.post("/faults", content=fault, headers={"Content-Type": "text/plain"})
    assert reply.status_code == 415
    assert bench.client.get("/faults").json() == {"faults": []}


def test_a_caller_that_leaves_in_mid_drip_does_no_harm(bench: Bench) -> None:
    bench.order_fault("drip", delay_ms=1)
    body = json.dumps(order()).encode()
    where = urlsplit(bench.url)
    connection = socket.create_connection((where.hostname or "", where.port or 0), timeout=10)
    head = "".join(f"{name}: {value}\r\n" for name, value in HEADERS.items())
    connection.sendall(
        b"POST /optoro/exchange_orders HTTP/1.1\r\nContent-Type: application/json\r\n"
        + f"{head}Content-Length: {len(body)}\r\n\r\n".encode()
        + body
    )
    assert connection.recv(1)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()
    assert bench.client.get("/health").status_code == 200
    assert bench.orders() == 1
