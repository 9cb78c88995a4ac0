"""Mails as a reader shows them, narrow and wide, light and dark: axe finds nothing, nothing is cut off."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import pytest
from playwright.sync_api import BrowserContext

from app import Settings, create_app
from app.web.mails import writer_of
from tests.pages.axe import assert_accessible
from tests.web.sample_letters import every_letter


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
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
        assert_accessible(page)
