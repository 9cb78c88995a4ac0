"""Measuring boxes on a page: what sticks out, what is cut off, what is too small to hit, what is covered."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page

SMALLEST_TARGET = 24  # CSS pixels, WCAG 2.5.8

STICKING_OUT = """() => [...document.querySelectorAll('body *')].filter((element) => {
    const box = element.getBoundingClientRect();
    return box.width > 0 && box.right > document.documentElement.clientWidth + 1
        && getComputedStyle(element).position !== 'fixed' && !element.closest('.unseen, .sprite, .skip');
}).slice(0, 5).map((element) => element.outerHTML.slice(0, 120))"""

CUT_OFF = """() => [...document.querySelectorAll('body *')].filter((element) => {
    const {overflowX, overflowY} = getComputedStyle(element);
    const hides = [overflowX, overflowY].some((way) => way === 'hidden' || way === 'clip');
    return hides && element.innerText && !element.closest('.unseen, .sprite')
        && (element.scrollWidth > element.clientWidth + 1 || element.scrollHeight > element.clientHeight + 1);
}).slice(0, 5).map((element) => element.outerHTML.slice(0, 120))"""

# A link within a sentence may be as small as its text; a label enlarges its control.
TARGETS = """() => [...document.querySelectorAll('a[href], button, input, select')].filter((element) =>
    element.checkVisibility() && element.type !== 'hidden' && !element.closest('.unseen, .skip')
    && !(element.tagName === 'A' && element.closest('p, li, dd, td, span')
        && getComputedStyle(element).display === 'inline')
).map((element) => {
    const areas = [element, ...(element.labels || [])].map((area) => area.getBoundingClientRect());
    return {
        name: element.outerHTML.slice(0, 120),
        width: Math.max(...areas.map((box) => box.width)),
        height: Math.max(...areas.map((box) => box.height)),
    };
})"""

# The amount and the button of the bar at a phone's foot.
OVERLAPPING = """() => [...document.querySelectorAll('.summary__end')].filter((bar) => {
    const outcome = bar.querySelector('.outcome'), button = bar.querySelector('.button');
    if (!outcome || !button || !outcome.checkVisibility()) return false;
    const words = document.createRange(), box = button.getBoundingClientRect();
    words.selectNodeContents(outcome);
    return [...words.getClientRects()].some((one) => one.right > box.left + 1 && one.left < box.right - 1
        && one.bottom > box.top + 1 && one.top < box.bottom - 1);
}).map((bar) => bar.innerText)"""

SCROLLING_TABLES = """() => [...document.querySelectorAll('.console__scroll')].filter((frame) =>
    frame.scrollWidth > frame.clientWidth + 1).map((frame) => frame.getAttribute('aria-label'))"""

FOCUSED = """() => {
    const element = document.activeElement;
    if (!element || element === document.body) return null;
    const box = (element.matches('.option__input') ? element.parentElement : element).getBoundingClientRect();
    const x = box.left + box.width / 2;
    const points = [box.top + 2, box.top + box.height / 2, box.bottom - 2];
    const seen = points.filter((y) => {
        const top = document.elementFromPoint(x, y);
        return top && (top === element || element.contains(top) || top.contains(element)
            || [...(element.labels || [])].some((label) => label.contains(top)));
    });
    return {
        name: element.id || element.outerHTML.slice(0, 80), seen: seen.length,
        top: box.top, bottom: box.bottom, window: innerHeight,
    };
}"""


def assert_fits_the_window(page: Page) -> None:
    """Nothing to scroll sideways, and no text cut off."""
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"{page.url} is {wide} px too wide: {page.evaluate(STICKING_OUT)}"
    cut = page.evaluate(CUT_OFF)
    assert not cut, f"{page.url} cuts text off: {cut}"


def assert_bar_keeps_clear(page: Page) -> None:
    """The button of the bar at the foot lies over none of the words beside it."""
    over = page.evaluate(OVERLAPPING)
    assert not over, f"{page.url} has a button over the words: {over}"


def assert_no_table_scrolls(page: Page) -> None:
    """On a phone a table of the console is a list of cards, with nothing to push sideways."""
    wide = page.evaluate(SCROLLING_TABLES)
    assert not wide, f"{page.url} has tables that scroll sideways: {wide}"


def assert_targets_can_be_hit(page: Page) -> None:
    """Every control is at least 24 by 24 CSS pixels."""
    targets: list[dict[str, Any]] = page.evaluate(TARGETS)
    small = [t for t in targets if min(t["width"], t["height"]) < SMALLEST_TARGET]
    assert not small, f"{page.url} has controls that are too small: {small}"


def focused(page: Page) -> dict[str, Any] | None:
    """What has the focus: its id, how many of three points down its middle can be seen, its box."""
    found: dict[str, Any] | None = page.evaluate(FOCUSED)
    return found
