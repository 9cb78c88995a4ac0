"""Agents at tabs of their own, where every page on the way keeps the rules of pages."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask

from app.models import Role
from tests.console.acting_steps import at_a_desk
from tests.console.cases import connect
from tests.pages.html_checker import HtmlPages
from tests.pages.rules import assert_page
from tests.shopper.form_tab import FormTab
from tests.web.conftest import Shop

NewTab = Callable[..., FormTab]


@pytest.fixture
def new_tab(app: Flask, shop: Shop, html_pages: HtmlPages) -> NewTab:
    """Somebody signed in at a tab of their own; every page on the way keeps the rules of pages."""
    connect(app, shop.store_id)

    def made(email: str = "ana@acme.example", role: Role = Role.AGENT) -> FormTab:
        def judge(answer: object) -> None:
            if getattr(answer, "mimetype", "") == "text/html":
                text = answer.text  # type: ignore[attr-defined]
                assert_page(text)
                html_pages.add(answer.request.path, text)  # type: ignore[attr-defined]

        return at_a_desk(app, shop.store_id, email, role, judge)

    return made


def agent_of(entry: str) -> str:
    return re.sub(r"[0-9]+", "N", entry)
