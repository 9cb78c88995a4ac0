"""Two stores that look alike: whatever the console leads the people of one to holds nothing of the other."""

from __future__ import annotations

import html
import re
from collections import deque

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from app.models import Role
from tests.console.desk import Desk
from tests.console.loopback import settings
from tests.console.two_stores import WORDS, Marked, make_marked

__all__ = ["settings"]

HREF = re.compile(r'href="([^"#]*)')
FORM = re.compile(r'<form[^>]*method="post"[^>]*action="([^"]*/show)"')
SEARCHES = ("ada", "ada@example.com", "moss", "AC-3", "gid-7", "RIDGE-PARKA-NAVY-M", "zq", "+1 541")
KINDS = {
    "console.queue",
    "console.search",
    "console.overview",
    "console.overview_csv",
    "console.owed",
    "console.owed_csv",
    "console.order",
    "console.show_people_of_order",
    "console.exchange",
    "console.show_people_of_exchange",
    "console.exception",
    "console.account",
    "console.acting.items",
    "console.acting.gift_items",
    "console.acting.exceptions",
}
OF_ADMINS = {"console.audit", "console.audit_of_order", "console.people"}
# Shown on no page of the console: said elsewhere, or kept for later.
NOT_SHOWN = {"product-vendor", "exchange_flag-settled_why", "rule_override-decision_reason"}


class Crawl:
    """One person who follows everything from the queue on, searches, and shows the people wherever asked."""

    def __init__(self, app: Flask, desk: Desk) -> None:
        self.desk, self.adapter = desk, app.url_map.bind("localhost")
        self.pages: dict[str, str] = {}
        self.kinds: set[str] = set()
        self.waiting: deque[str] = deque(["/console/"])

    def all(self) -> dict[str, str]:
        for typed in SEARCHES:
            self.waiting.append(self.desk.send("/console/search", {"q": typed}).location)
        while self.waiting:
            self.look(self.waiting.popleft())
        return self.pages

    def look(self, path: str) -> None:
        if path in self.pages:
            return
        answer = self.desk.get(path)
        self.keep("GET", path, answer)
        for shows in FORM.findall(answer.text):
            if shows not in self.pages:
                self.keep("POST", shows, self.desk.send(path, {}, to=shows))

    def keep(self, method: str, path: str, answer: TestResponse) -> None:
        assert answer.status_code in (200, 303), (method, path, answer.status_code)
        self.pages[path] = answer.text
        self.kinds.add(self.endpoint(path, method) or "")
        led_to = [answer.location] if answer.status_code == 303 else HREF.findall(answer.text)
        for href in map(html.unescape, led_to):
            if href.startswith("/console") and self.endpoint(href, "GET"):
                self.waiting.append(href)

    def endpoint(self, path: str, method: str) -> str | None:
        """What answers there, None where nothing does so by this method."""
        bare = path.partition("?")[0]
        if not self.adapter.test(bare, method):
            return None
        found, _ = self.adapter.match(bare, method)
        return str(found)


@pytest.fixture
def two(app: Flask, today: object) -> tuple[Marked, Marked]:
    return make_marked(app, "acme"), make_marked(app, "kaze")


def crawl(app: Flask, store: Marked, role: Role) -> Crawl:
    desk = Desk(app)
    assert desk.sign_in(store.email(role), store.secrets[role]).location == "/console/"
    crawled = Crawl(app, desk)
    crawled.all()
    return crawled


def test_nothing_of_one_store_is_led_to_from_the_other(app: Flask, two: tuple[Marked, Marked]) -> None:
    for ours, theirs in (two, two[::-1]):
        for role in (Role.ADMIN, Role.AGENT):
            crawled = crawl(app, ours, role)
            for path, text in crawled.pages.items():
                assert not theirs.marks_of(text), (ours.slug, role, path)
            wanted = KINDS | OF_ADMINS if role is Role.ADMIN else KINDS
            assert wanted <= crawled.kinds, wanted - crawled.kinds
            assert not (OF_ADMINS & crawled.kinds and role is Role.AGENT)
            seen = "".join(crawled.pages.values())
            marks = {f"{ours.mark}-{place}" for place in ("street", "city", "agent", "store", "answer")} | {
                f"{ours.mark}-{model.__tablename__}-{name}"
                for model, names in WORDS.items()
                for name in names
            }
            # What its own people do not see would not have been seen by the others' either.
            assert {mark for mark in marks if mark not in seen} == {
                f"{ours.mark}-{name}" for name in NOT_SHOWN
            }
