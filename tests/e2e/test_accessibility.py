"""axe on every screen in every state: light and dark, on a phone and on a desk. No finding is allowed."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, ViewportSize

from tests.e2e.chromium_tab import ChromiumTab
from tests.e2e.conftest import Portal
from tests.e2e.layout import assert_bar_keeps_clear, assert_fits_the_window, assert_targets_can_be_hit
from tests.pages.axe import ALL_RULES, assert_accessible
from tests.shopper.scenes import SCENES, Stage

PHONE = ViewportSize(width=320, height=640)
COLOUR_RULES = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}
DESK = ViewportSize(width=1280, height=800)


@pytest.fixture(scope="module")
def held_worker(running: Portal) -> Iterator[None]:
    """Scenes say themselves when something is sent."""
    with running.worker.held():
        yield


@pytest.fixture
def stage(held_worker: None, portal: Portal) -> Stage:
    return Stage(portal.shop, portal.platform)


@pytest.mark.parametrize("name", SCENES)
def test_every_screen_is_accessible(stage: Stage, new_tab: Callable[..., ChromiumTab], name: str) -> None:
    tab = new_tab(viewport=DESK, color_scheme="light", reduced_motion="reduce")
    SCENES[name](tab, stage)
    for scheme in ("light", "dark"):
        tab.page.emulate_media(color_scheme=scheme)
        for window in (DESK, PHONE):
            tab.page.set_viewport_size(window)
            assert_accessible(tab.page, ALL_RULES if scheme == "light" else COLOUR_RULES)
    judge_on_a_phone(tab.page)
    tab.assert_quiet()


def judge_on_a_phone(page: Page) -> None:
    """At 320 px nothing is cut off and everything can be hit with a thumb; at 360 nothing overlaps either."""
    for window in (ViewportSize(width=360, height=640), PHONE):
        page.set_viewport_size(window)
        assert_bar_keeps_clear(page)
    assert_fits_the_window(page)
    assert_targets_can_be_hit(page)
    with_text_spacing(page)
    assert_fits_the_window(page)


def with_text_spacing(page: Page) -> None:
    """What WCAG 1.4.12 lets a reader set. The sheet is the reader's, so the page's policy has no say."""
    page.evaluate(
        """() => {
            const sheet = new CSSStyleSheet();
            sheet.replaceSync(`* { line-height: 1.5 !important; letter-spacing: 0.12em !important;
                word-spacing: 0.16em !important } p { margin-block-end: 2em !important }`);
            document.adoptedStyleSheets = [sheet];
        }"""
    )
