"""Mails as a reader shows them, narrow and wide, light and dark: axe finds nothing, nothing is cut off."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import pytest
from playwright.sync_api import BrowserContext

from app import Settings, create_app
from app.web.mails import writer_of
from tests.e2e.layout import assert_fits_the_window
from tests.pages.axe import assert_accessible
from tests.web.sample_letters import every_letter

# Words of which a part lies outside the window, whatever the boxes around them say.
BEYOND = """() => {
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), found = [];
    const range = document.createRange(), width = document.documentElement.clientWidth;
    while (texts.nextNode()) {
        range.selectNodeContents(texts.currentNode);
        const out = [...range.getClientRects()].some((one) => one.left < -1 || one.right > width + 1);
        if (out && texts.currentNode.data.trim()) found.push(texts.currentNode.data.trim().slice(0, 80));
    }
    return found;
}"""


@pytest.mark.browser
@pytest.mark.parametrize(("width", "theme"), [(320, "light"), (600, "dark")])
def test_every_mail_reads_well(
    width: int,
    theme: Literal["light", "dark"],
    new_context: Callable[..., BrowserContext],
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    app = create_app(Settings(database_url="sqlite://", var_dir=str(tmp_path_factory.mktemp("mails"))))
    write = writer_of(app, "https://exchanges.acme.example")
    context = new_context(viewport={"width": width, "height": 800}, color_scheme=theme)
    page = context.new_page()
    for name, letter in every_letter():
        page.set_content(write(letter).html)
        page.evaluate("(name) => history.replaceState(null, '', `#${name}`)", name)  # which one, in a failure
        assert_fits_the_window(page)
        assert page.evaluate(BEYOND) == [], name
        assert_accessible(page)
