"""`make screenshots`: draw the pictures of every screen in docs/img again; given names, only of those.

A portal of its own is started on free ports, with the demo's stores in a database that is thrown away
afterwards, and Chromium walks through the same scenes that the tests judge.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import flask_migrate
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from docs import console_stage
from docs.small_png import small_png
from tests.e2e.chromium_tab import ChromiumTab
from tests.e2e.portal import served
from tests.setup.browser import MISSING, chromium, launch_options
from tests.setup.databases import sqlite_address
from tests.shopper.fixtures import demo_app
from tests.shopper.platform import running_platform
from tests.shopper.scenes import SCENES, Stage
from tests.shopper.shop import Shop

FOLDER = Path(__file__).parent / "img"
LARGEST = 150_000  # bytes: pictures stay in the repository for ever
PHONE, DESK = ViewportSize(width=360, height=740), ViewportSize(width=1280, height=800)

# File name and scene, in the order of the journey.
PICTURES = {
    "1-find-order": "find_order",
    "1-find-order-not-matched": "find_order_not_matched",
    "1-link-in": "link_in",
    "1-link-expired": "link_expired",
    "1-lost-number": "lost_number",
    "1-lost-number-asked": "lost_number_asked",
    "2-items": "items",
    "2-items-too-late": "items_all_too_late",
    "3-replacement": "replacement_three_options",
    "3-replacement-dearer": "replacement_chosen",
    "3-replacement-gift-card": "replacement_gift_card",
    "3-replacement-other-products": "replacement_other_products",
    "3-replacement-another-product": "replacement_another_product",
    "3-replacement-split": "replacement_split",
    "4-review": "review_mixed",
    "4-review-moved": "review_moved",
    "4-address": "address",
    "5-paying": "paying",
    "5-paying-declined": "paying_declined",
    "5-paying-not-opened": "paying_not_opened",
    "5-paying-by-link": "paying_by_link",
    "5-unpaid": "review_unpaid",
    "6-status-unpaid": "status_unpaid",
    "6-status-on-its-way": "status_on_its_way",
    "6-status": "status_placed",
    "6-status-needs-a-person": "status_needs_a_person",
    "6-status-with-undo": "status_with_undo",
    "6-cancel": "cancel_asked",
    "6-status-elsewhere": "status_elsewhere",
    "gift-1-entrance": "gift_entrance",
    "gift-2-items": "gift_items",
    "gift-3-choice": "gift_choice",
    "gift-4-review": "gift_review",
    "gift-6-status": "gift_status",
    "page-not-found": "page_not_found",
}
CONSOLE = ("console-waiting", "console-search", "console-exchange", "console-overview")
ALSO_DARK = ("3-replacement-dearer", "5-paying", "6-status", "console-overview")


def main(only: list[str]) -> int:
    """Take all pictures, or only those of these names.

    Returns 1 when there is no Chromium or a picture is too large.
    """
    program = chromium()
    if program is None:
        print(MISSING, file=sys.stderr)
        return 1
    FOLDER.mkdir(exist_ok=True)
    with stage() as (set_up, url), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=launch_options())
        blank = browser.new_page()
        for name, scene in PICTURES.items():
            if only and name not in only:
                continue
            for title, picture in pictures_of(browser, set_up, url, name, scene):
                (FOLDER / f"{title}.png").write_bytes(small_png(blank, picture))
                print(f"docs/img/{title}.png")
        for title, picture in console_pictures(browser, set_up, url, only):
            (FOLDER / f"{title}.png").write_bytes(small_png(blank, picture))
            print(f"docs/img/{title}.png")
        browser.close()
    large = [path.name for path in FOLDER.glob("*.png") if path.stat().st_size > LARGEST]
    for name in large:
        print(f"{name} is larger than {LARGEST} bytes", file=sys.stderr)
    return 1 if large else 0


def pictures_of(
    browser: Browser, set_up: Stage, url: str, name: str, scene: str
) -> Iterator[tuple[str, bytes]]:
    """Walk to a scene; its file names and pictures on a phone and on a desk."""
    context = browser.new_context(viewport=DESK, color_scheme="light", reduced_motion="reduce")
    page = context.new_page()
    SCENES[scene](ChromiumTab(page, url), set_up)
    yield from in_every_size(page, name)
    context.close()


def console_pictures(
    browser: Browser, set_up: Stage, url: str, only: list[str]
) -> Iterator[tuple[str, bytes]]:
    """The same of the console, which somebody signed in to."""
    wanted = [name for name in CONSOLE if not only or name in only]
    if not wanted:
        return
    context = browser.new_context(viewport=DESK, color_scheme="light", reduced_motion="reduce")
    page = context.new_page()
    tab, places = console_stage.sign_in(page, url, set_up), console_stage.fill(set_up)
    for name in wanted:
        tab.open(places[name])
        yield from in_every_size(page, name)
    context.close()


def in_every_size(page: Page, name: str) -> Iterator[tuple[str, bytes]]:
    """What is shown now, on a phone and on a desk; some pictures also in the dark."""
    for size in (PHONE, DESK):
        page.set_viewport_size(size)
        yield f"{name}-{size['width']}", drawn(page)
        if name in ALSO_DARK:
            page.emulate_media(color_scheme="dark")
            yield f"{name}-{size['width']}-dark", drawn(page)
            page.emulate_media(color_scheme="light")


def drawn(page: Page) -> bytes:
    """The whole page, as a window shows it that is tall enough: a bar at the bottom stands at its end."""
    page.evaluate("document.activeElement?.blur(); scrollTo(0, 0)")
    before = page.viewport_size or DESK
    height = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size(ViewportSize(width=before["width"], height=height))
    picture = page.screenshot()
    page.set_viewport_size(before)
    return picture


@contextmanager
def stage() -> Iterator[tuple[Stage, str]]:
    """A portal with the demo's stores, its platform, and the portal's address."""
    with ExitStack() as parts:
        folder = Path(parts.enter_context(tempfile.TemporaryDirectory()))
        app = demo_app(sqlite_address(folder / "pictures.db"), folder)
        with app.app_context():
            flask_migrate.upgrade()
        platform = parts.enter_context(running_platform())
        shop = Shop(app, platform.url)
        port = parts.enter_context(served(app))
        yield Stage(shop, platform), f"http://127.0.0.1:{port}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
