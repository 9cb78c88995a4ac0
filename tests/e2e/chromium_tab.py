"""A tab of Chromium, driven by the words that people see, and judged for what it must never do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from playwright.sync_api import ConsoleMessage, Locator, Page, Request, expect


class ChromiumTab:
    """A `Tab` (see `tests.shopper.tab`). Call `assert_quiet` at the end."""

    def __init__(self, page: Page, base_url: str, elsewhere: tuple[str, ...] = ()) -> None:
        """`elsewhere` is where the tab may go besides: a payment provider."""
        self.page = page
        self.base_url = base_url
        self._allowed = (base_url, "data:", *elsewhere)
        self._complaints: list[str] = []
        page.on("console", self._on_console)
        page.on("pageerror", lambda error: self._complaints.append(f"script error: {error}"))
        page.on("request", self._on_request)

    @property
    def path(self) -> str:
        return urlsplit(self.page.url).path

    @property
    def html(self) -> str:
        return self.page.content()

    def open(self, path: str) -> None:
        self.page.goto(self.base_url + path)

    def fill(self, label: str, text: str) -> None:
        self.page.get_by_label(label, exact=True).fill(text)

    def tick(self, label: str) -> None:
        self.page.get_by_role("checkbox", name=begins(label)).check()

    def pick(self, group: str, label: str) -> None:
        self.radio(group, label).check()

    def select(self, label: str, option: str) -> None:
        self.page.get_by_role("combobox", name=begins(label)).select_option(label=option)

    def press(self, button: str) -> None:
        self._go_by(self.button(button))

    def update(self) -> None:
        if self.button("Update choice").is_visible():
            self.press("Update choice")
        expect(self.page.locator("#choice")).not_to_have_attribute("aria-busy", "true")

    def follow(self, link: str) -> None:
        self._go_by(self.page.get_by_role("link", name=begins(link)))

    def _go_by(self, control: Locator) -> None:
        """Leave by this button or link; the page that it is on must be there, or it is taken for the next."""
        control.wait_for()
        self.page.wait_for_load_state("domcontentloaded")
        with self.next_page():
            control.click()

    @contextmanager
    def next_page(self) -> Iterator[None]:
        """Wait for a new document. (htmx rewrites the address of the same one, which is no new page.)"""
        with self.page.expect_event("domcontentloaded"):
            yield

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=begins(name))

    def radio(self, group: str, label: str) -> Locator:
        """One choice of a group of radio buttons."""
        frame = self.page.get_by_role("group", name=begins(group))
        return frame.get_by_role("radio", name=begins(label))

    def assert_quiet(self) -> None:
        """Fail on a console message, a script error, a breach of the content policy, a request elsewhere."""
        assert not self._complaints, "\n".join(self._complaints)

    def _on_console(self, message: ConsoleMessage) -> None:
        # Chromium notes every answer of 400 and above, also those that are meant.
        if message.type in ("error", "warning") and "Failed to load resource" not in message.text:
            self._complaints.append(f"console: {message.text}")

    def _on_request(self, request: Request) -> None:
        if not request.url.startswith(self._allowed):
            self._complaints.append(f"a request elsewhere: {request.url}")


def begins(words: str) -> re.Pattern[str]:
    """Names that begin with these words; "L" is not the beginning of "Large"."""
    return re.compile(rf"^{re.escape(words)}(?!\w)")
