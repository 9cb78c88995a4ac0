"""What can be seen of a call afterwards: the ledger, and the page for people."""

import hashlib
import json
import re
from datetime import datetime, timedelta

import pytest

from tests.sandbox.bodies import order
from tests.sandbox.conftest import HEADERS, Bench


def test_an_entry_holds_the_whole_call(bench: Bench) -> None:
    reply = bench.place(order())
    (entry,) = bench.requests()
    assert entry["system"] == "optoro"
    assert entry["method"] == "POST"
    assert entry["path"] == "/optoro/exchange_orders"
    assert entry["headers"].items() >= {**HEADERS, "Content-Type": "application/json"}.items()
    assert entry["body"] == order()
    assert entry["status"] == 200
    assert entry["reply"] == reply.json()
    assert entry["fault"] is None
    assert datetime.fromisoformat(entry["at"]).utcoffset() == timedelta(0)


def test_the_exact_bytes_can_be_compared_by_their_digest(bench: Bench) -> None:
    for content in (b'{"a":1}', b'{"a": 1}', b'{"a":1}'):
        bench.client.post("/optoro/exchange_orders", content=content, headers=HEADERS)
    digests = [request["body_sha256"] for request in bench.requests()]
    assert digests[0] == digests[2] == hashlib.sha256(b'{"a":1}').hexdigest()
    assert digests[1] != digests[0]


def test_what_is_not_json_is_kept_as_text(bench: Bench) -> None:
    for content in (b"hello", b"\xff\x00", b'"\\ud83d"'):
        bench.client.post("/optoro/exchange_orders?x=1", content=content, headers=HEADERS)
    assert [request["body"] for request in bench.requests()] == ["hello", "\ufffd\x00", "\ud83d"]
    assert bench.requests()[0]["path"] == "/optoro/exchange_orders?x=1"
    assert bench.client.get("/").status_code == 200


def test_entries_stand_in_the_order_of_arrival(bench: Bench) -> None:
    for number in range(5):
        bench.place(order(f"H-{number}"))
    numbers = [request["body"]["original_order_id"] for request in bench.requests()]
    assert numbers == [f"H-{number}" for number in range(5)]


def test_a_request_being_waited_for_is_already_there(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[object, object]] = []
    usual = bench.app._pause

    def look(seconds: float) -> None:
        usual(seconds)
        seen.extend((request["status"], request["body"]) for request in bench.app.ledger.requests())

    monkeypatch.setattr(bench.app, "_pause", look)
    bench.order_fault("delay", delay_ms=10)
    bench.place(order())
    assert seen == [(None, order())]


def test_looking_is_not_written_down(bench: Bench) -> None:
    for path in ("/", "/health", "/faults", "/settings", "/sandbox.css", "/nothing"):
        bench.client.get(path)
    assert bench.requests() == []


def test_the_page_says_what_this_is_before_anything_happened(bench: Bench) -> None:
    reply = bench.client.get("/")
    assert reply.headers["content-type"].startswith("text/html")
    assert reply.text.count("<h1>") == 1
    assert "pretend outside world" in reply.text
    assert "Nothing has called yet." in reply.text


def test_the_page_shows_the_newest_first_and_asks_nobody_else_for_anything(bench: Bench) -> None:
    bench.place(order("H-1"))
    bench.order_fault("status", status=503)
    bench.place(order("H-2"))
    page = bench.client.get("/").text
    assert page.index("H-2") < page.index("H-1-X1")
    assert "answered 503, fault: status" in page
    assert "2 requests shown below, 1 order made. 0 faults waiting." in page
    assert not re.search(r"https?:|<script|style=", page.split("<body>")[0])
    assert "default-src 'none'" in bench.client.get("/").headers["content-security-policy"]
    assert bench.client.get("/sandbox.css").headers["content-type"].startswith("text/css")


def test_what_callers_send_cannot_become_markup(bench: Bench) -> None:
    bench.place(order("<script>alert(1)</script>"))
    bench.client.get("/optoro/<img src=x>")
    page = bench.client.get("/").text
    assert "<script" not in page
    assert "<img" not in page
    assert "&lt;script&gt;" in page


def test_a_long_body_is_cut_on_the_page_only(bench: Bench) -> None:
    content = json.dumps(["y" * 100_000])
    bench.client.post("/optoro/exchange_orders", content=content, headers=HEADERS)
    assert len(bench.client.get("/").text) < 10_000
    assert bench.requests()[0]["body"] == ["y" * 100_000]
