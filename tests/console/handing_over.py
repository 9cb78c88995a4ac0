"""An agent and a shopper at one draft, which goes from the one to the other by a signed link."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

import pytest
from flask import Flask

from app.models import Role
from tests.console.acting_steps import act_for, at_a_desk, choose_parka
from tests.console.cases import connect
from tests.pages.html_checker import HtmlPages
from tests.pages.rules import assert_page
from tests.shopper.form_tab import FormTab
from tests.shopper.tab import heading, text_of
from tests.web.conftest import Shop


@dataclass(frozen=True)
class Both:
    """An agent's tab with a parka chosen, the shopper's empty one, and the draft they share."""

    agent: FormTab
    shopper: FormTab
    public_id: str

    def hand_over(self) -> str:
        """The path of the link that the agent copies."""
        self.agent.follow("Hand over")
        self.agent.press("Hand over")
        assert heading(self.agent) == "The shopper has it now"
        return urlsplit(text_of(self.agent, "link") or "").path

    def open_link(self, path: str) -> None:
        self.shopper.open(path)
        self.shopper.press("Continue")


@pytest.fixture
def both(app: Flask, shop: Shop, html_pages: HtmlPages) -> Both:
    connect(app, shop.store_id)

    def judge(answer: object) -> None:
        assert_page(answer.text)  # type: ignore[attr-defined]
        html_pages.add(answer.request.path, answer.text)  # type: ignore[attr-defined]

    agent = at_a_desk(app, shop.store_id, "ana@acme.example", Role.AGENT, judge)
    public_id = act_for(agent, shop.order_id)
    choose_parka(agent)
    return Both(agent, FormTab(app, judge), public_id)


def find(tab: FormTab) -> None:
    tab.open("/acme/")
    tab.fill("Order number", "AC-1001")
    tab.fill("Email or postcode", "ada@example.com")
    tab.press("Find my order")


def agents(entries: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """The trail with agents named by no number."""
    return [(re.sub(r"[0-9]+", "N", actor), act) for actor, act in entries]
