"""Accessibility of a page as Chromium shows it, by axe-core: no finding is allowed.

The rules are WCAG 2.2 levels A and AA and axe's best practices. `page.evaluate` runs outside the
page's content security policy, so the policy stays on while we look. In a tab without JavaScript it
is switched on for as long as axe looks; the page's own scripts were passed over and stay so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

SCRIPT = Path(__file__).parents[2] / "node_modules/axe-core/axe.min.js"
TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
ALL_RULES: Mapping[str, Any] = {"type": "tag", "values": TAGS}
RUN = "rules => axe.run(document, {runOnly: rules, resultTypes: ['violations']})"


@cache
def _source() -> str:
    if not SCRIPT.exists():
        pytest.skip("axe-core is not installed (make test installs it)")
    return SCRIPT.read_text(encoding="utf-8")


def violations(page: Page, rules: Mapping[str, Any] = ALL_RULES) -> list[dict[str, Any]]:
    """axe's own findings on the page as it stands now."""
    with _scripts_running(page):
        if not page.evaluate("typeof window.axe === 'object'"):
            page.evaluate(_source())
        found: list[dict[str, Any]] = page.evaluate(RUN, dict(rules))["violations"]
    return found


@contextmanager
def _scripts_running(page: Page) -> Iterator[None]:
    if page.evaluate("matchMedia('(scripting: enabled)').matches"):
        yield
        return
    # Without scripts a page's timers never fire, and axe would wait for them for ever.
    developer_tools = page.context.new_cdp_session(page)
    # Chromium acts on a change only, and a new session takes scripts to be on already.
    developer_tools.send("Emulation.setScriptExecutionDisabled", {"value": True})
    developer_tools.send("Emulation.setScriptExecutionDisabled", {"value": False})
    try:
        yield
    finally:
        # The session stays open until the tab is closed: leaving it would switch scripts on again.
        developer_tools.send("Emulation.setScriptExecutionDisabled", {"value": True})


def assert_accessible(page: Page, rules: Mapping[str, Any] = ALL_RULES) -> None:
    """Fail with rule, reason and place of each finding. `rules` in axe's own words (`runOnly`)."""
    found = violations(page, rules)
    if found:
        listed = "\n".join(_in_words(violation) for violation in found)
        raise AssertionError(f"{len(found)} accessibility rules broken on {page.url}\n{listed}")


def _in_words(violation: dict[str, Any]) -> str:
    lines = [f"{violation['id']} ({violation['impact']}): {violation['help']}"]
    for node in violation["nodes"]:
        summary = " ".join(str(node["failureSummary"]).split())
        lines.append(f"    {' '.join(map(str, node['target']))}\n      {node['html'][:200]}\n      {summary}")
    return "\n".join(lines)
