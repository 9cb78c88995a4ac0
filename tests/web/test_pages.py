"""Every screen in every state: its status, the house rules, and valid HTML by the Nu checker."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from werkzeug.test import TestResponse

from tests.pages.html_checker import HtmlPages
from tests.pages.rules import assert_fragment, assert_page
from tests.shopper.form_tab import FormTab
from tests.shopper.platform import Platform
from tests.shopper.scenes import SCENES, Stage
from tests.shopper.shop import Shop
from tests.shopper.tab import heading

STATUS = {
    "find_order_left_empty": 422,
    "find_order_not_matched": 422,
    "find_order_too_often": 429,
    "link_expired": 410,
    "gift_entrance_left_empty": 422,
    "gift_recipient_left_empty": 422,
    "items_none_chosen": 422,
    "replacement_nothing_said": 422,
    "review_faster_than_seen": 409,
    "review_moved": 409,
    "review_sold_out_meanwhile": 409,
    "review_by_hand_note_too_long": 422,
    "status_elsewhere_not_matched": 422,
    "cancel_too_late": 409,
    "address_incomplete": 422,
    "page_not_found": 404,
    "store_not_found": 404,
} | {name: int(name.removeprefix("error_")) for name in SCENES if name.startswith("error_")}


@pytest.fixture
def checked(request: pytest.FixtureRequest, html_pages: HtmlPages) -> Callable[[TestResponse], None]:
    """Judges every answer that a tab gets, and keeps it for the HTML checker."""

    def judge(answer: TestResponse) -> None:
        assert answer.mimetype == "text/html"
        judged = assert_page if "<html" in answer.text else assert_fragment
        judged(answer.text)
        html_pages.add(request.node.name, answer.text)

    return judge


@pytest.fixture
def stage(demo: Shop, platform: Platform) -> Stage:
    return Stage(demo, platform)


@pytest.mark.parametrize("name", SCENES)
def test_every_page_on_the_way_keeps_the_rules(
    stage: Stage, checked: Callable[[TestResponse], None], name: str
) -> None:
    tab = FormTab(stage.shop.app, checked)
    SCENES[name](tab, stage)
    assert tab.status == STATUS.get(name, 200)
    assert heading(tab)
    assert ("<title>Error: " in tab.html) is ('id="errors"' in tab.html)
    part = htmx_part(tab, name)
    if part is not None:
        assert "<html" not in part
        assert part.count("data-say") == 1


def htmx_part(tab: FormTab, name: str) -> str | None:
    """What htmx would swap on this screen, None where it swaps nothing."""
    if name.startswith("replacement"):
        return tab.partial("Update choice")
    shown = name.startswith("status") and "elsewhere" not in name
    return tab.partial_of(tab.path) if shown else None


@pytest.mark.parametrize("code", [400, 403, 404, 405, 409, 413, 429, 500, 503])
def test_an_error_makes_sense_in_place_of_a_part(
    stage: Stage, checked: Callable[[TestResponse], None], code: int
) -> None:
    part = FormTab(stage.shop.app, checked).partial_of(f"/acme/fail/{code}")
    assert "<html" not in part
    assert 'role="alert"' in part


def test_a_channel_where_no_cookie_is_safe_says_so(
    stage: Stage, checked: Callable[[TestResponse], None]
) -> None:
    tab = FormTab(stage.shop.app, checked, base_url="http://portal.example")
    tab.open("/acme/")
    assert tab.status == 403
    assert "https://" in tab.html
