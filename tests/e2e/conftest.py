"""Chromium and a running portal for the journeys, with JavaScript and without it in the same test code."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page

from app.models import ThrottleTry, db, writing
from tests.e2e.chromium_tab import ChromiumTab
from tests.e2e.portal import Worker, running_portal
from tests.setup import browser as chromium_of_this_machine
from tests.shopper.platform import Platform
from tests.shopper.shop import Shop

PATIENCE_MS = 15_000


@dataclass(frozen=True)
class Portal:
    """What runs: addresses without a slash at the end, the shop behind them, its worker and platform."""

    url: str
    tls_url: str
    shop: Shop
    worker: Worker
    platform: Platform


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Start the installed Chromium; without one the test is skipped aloud."""
    program = chromium_of_this_machine.chromium()
    if program is None:
        pytest.skip(chromium_of_this_machine.MISSING)
    options = chromium_of_this_machine.launch_options()
    return {**browser_type_launch_args, "executable_path": program, "args": options}


# Not for the whole session: its worker would send what tests elsewhere queue in the same shop.
@pytest.fixture(scope="module")
def running(demo: Shop, platform: Platform) -> Iterator[Portal]:
    """The portal, started once a file: every test brings orders of its own."""
    with running_portal(demo.app) as (url, tls_url, worker):
        yield Portal(url, tls_url, demo, worker, platform)


@pytest.fixture
def portal(running: Portal) -> Portal:
    """The running portal, with no look-up counted against anybody yet."""
    with running.shop.app.app_context(), writing():
        db.session.query(ThrottleTry).delete()
    return running


@pytest.fixture(params=[True, False], ids=["with-javascript", "without-javascript"])
def javascript(request: pytest.FixtureRequest) -> bool:
    """Whether this run of the test has JavaScript."""
    on: bool = request.param
    return on


@pytest.fixture
def shopper(new_context: Callable[..., BrowserContext], javascript: bool) -> Page:
    """A shopper's empty tab; the test runs once with JavaScript and once without."""
    context = new_context(java_script_enabled=javascript)
    context.set_default_timeout(PATIENCE_MS)
    return context.new_page()


@pytest.fixture
def tab(shopper: Page, portal: Portal) -> Iterator[ChromiumTab]:
    """The same tab, driven by words; at the end it must have kept quiet."""
    driven = ChromiumTab(shopper, portal.url)
    yield driven
    driven.assert_quiet()


@pytest.fixture
def new_tab(new_context: Callable[..., BrowserContext], portal: Portal) -> Callable[..., ChromiumTab]:
    """Tabs in browsers of their own, or beside another tab in the same browser."""

    def opened(beside: ChromiumTab | None = None, base_url: str = portal.url, **options: Any) -> ChromiumTab:
        context = beside.page.context if beside else new_context(**options)
        context.set_default_timeout(PATIENCE_MS)
        return ChromiumTab(context.new_page(), beside.base_url if beside else base_url)

    return opened
