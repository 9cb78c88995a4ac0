"""The demo as people start it: real processes, real HTTP, and nothing left when it is told to stop."""

from __future__ import annotations

import os
import re
import signal
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.cli.running_demo import PATIENCE_SECONDS, RunningDemo, is_alive, running_demo

TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
CHOICE = re.compile(r'name="line" [^>]*value="(\d+)"|value="(\d+)"[^>]* name="line"')
QUOTE = re.compile(r'name="quote_hash" value="([^"]+)"')


class Shopper:
    """Someone with a plain browser: follows links and posts the form that is on the page."""

    def __init__(self, browser: httpx2.Client) -> None:
        self.browser = browser

    def look_up(self, number: str, email: str) -> httpx2.Response:
        page = self.browser.get("/acme/")
        return self.send(page, {"order_number": number, "email_or_postcode": email})

    def send(self, page: httpx2.Response, form: dict[str, Any]) -> httpx2.Response:
        """Post to the page's own address."""
        token = TOKEN.search(page.text)
        assert token, page.text
        headers = {"Origin": str(self.browser.base_url).rstrip("/")}
        return self.browser.post(page.url, data={"csrf_token": token[1], **form}, headers=headers)


@contextmanager
def shopper_at(demo: RunningDemo) -> Iterator[Shopper]:
    with httpx2.Client(base_url=demo.url, follow_redirects=True, timeout=30) as browser:
        yield Shopper(browser)


def ledger(demo: RunningDemo) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = httpx2.get(f"{demo.sandbox_url}/ledger").json()["requests"]
    return listed


def mail_to(demo: RunningDemo, address: str) -> dict[str, Any]:
    """The newest mail to this address in the mailbox, once there is one."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        mails: list[dict[str, Any]] = httpx2.get(f"{demo.sandbox_url}/mailbox.json").json()["mails"]
        for mail in mails:
            if mail["to"] == [address]:
                return mail
        time.sleep(0.2)
    raise AssertionError(f"no mail to {address}")


def exchange_first_order(shopper: Shopper) -> httpx2.Response:
    """AC-1001: the parka in Navy M for one in Navy XL. The status page once the shop has it."""
    items = shopper.look_up("AC-1001", "maya.jones@example.com")
    chosen = CHOICE.search(items.text)
    assert chosen, items.text
    item = shopper.send(items, {"line": chosen[1] or chosen[2]})
    wish = {"reason": "too_small", "outcome": "variant", "option-0": "Navy", "option-1": "XL"}
    review = shopper.send(item, {**wish, "action": "continue"})
    quote = QUOTE.search(review.text)
    assert quote, review.text
    status = shopper.send(review, {"quote_hash": quote[1]})
    deadline = time.monotonic() + PATIENCE_SECONDS
    while "AC-1001-X1" not in status.text and time.monotonic() < deadline:
        status = shopper.browser.get(status.url)
    return status


def assert_gone(demo: RunningDemo, family: dict[int, str]) -> None:
    assert {pid: command for pid, command in family.items() if is_alive(pid)} == {}
    for port in (demo.port, demo.sandbox_port):
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", port), timeout=5)


def test_an_exchange_reaches_the_sandbox_and_outlives_a_restart(tmp_path: Path) -> None:
    with running_demo(tmp_path / "var") as demo:
        assert f"{demo.url}/acme/" in demo.said
        assert f"{demo.url}/kaze/" in demo.said
        for url in (demo.url, demo.sandbox_url):
            assert httpx2.get(f"{url}/health").json()["status"] == "ok"
        family = demo.family()
        assert {
            name for name in ("granian", "app.sandbox", "worker") if name in " ".join(family.values())
        } == {
            "granian",
            "app.sandbox",
            "worker",
        }
        with shopper_at(demo) as shopper:
            assert "AC-1001-X1" in exchange_first_order(shopper).text
        sent = ledger(demo)
        assert [(r["status"], r["body"]["original_order_id"]) for r in sent] == [(200, "AC-1001")]
        told = mail_to(demo, "maya.jones@example.com")
        assert told["subject"].startswith("Your exchange is confirmed: EX-")
        assert f"{demo.url}/acme/exchanges/" in told["text"]
        assert demo.end(signal.SIGINT) == 0
        assert_gone(demo, family)
    with running_demo(tmp_path / "var") as again:
        assert ledger(again) == sent
        with shopper_at(again) as shopper:
            assert "AC-1001-X1" in shopper.look_up("AC-1001", "maya.jones@example.com").text
        family = again.family()
        assert again.end(signal.SIGTERM) == 0
        assert_gone(again, family)


def test_when_a_part_dies_the_demo_says_so_and_ends_the_others(tmp_path: Path) -> None:
    with running_demo(tmp_path / "var") as demo:
        family = demo.family()
        worker = next(pid for pid, command in family.items() if command.endswith("wsgi worker"))
        os.kill(worker, signal.SIGKILL)
        assert demo.ended() == 1
        assert "The worker ended by itself, by signal 9." in demo.said
        assert_gone(demo, family)


@pytest.mark.parametrize("name", ["PORT", "SANDBOX_PORT"])
def test_a_taken_port_is_one_plain_sentence(tmp_path: Path, name: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        with running_demo(tmp_path / "var", ready=False, **{name: port}) as demo:
            assert demo.ended() == 1
            (sentence,) = demo.lines
            assert re.fullmatch(rf"Error: Port {port} is taken: .*`{name}=\d+ make demo`\.", sentence)
            assert not (tmp_path / "var" / "evenly.db").exists()
