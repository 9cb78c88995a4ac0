"""The HTML checker sees errors and warnings, and a run with a bad page in it fails."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.pages.html_checker import HtmlPages, findings, missing

GOOD = '<!DOCTYPE html><html lang="en"><head><title>Order</title></head><body><h1>Order</h1></body></html>'


@pytest.fixture
def checker(tmp_path: Path) -> Path:
    lack = missing()
    if lack:
        pytest.skip(lack)
    return tmp_path


@pytest.mark.html_checker
def test_errors_and_warnings_are_found_with_page_and_line(checker: Path) -> None:
    pages = HtmlPages(checker)
    pages.add("good page", GOOD)
    pages.add("bad/page", GOOD.replace("</h1>", "</h1>\n<ul><p>No</p></ul>\n"))
    pages.add("warned page", GOOD.replace("</h1>", "</h1><section></section>"))
    pages.add("a fragment", "<p data-hx-get='/x'>Fine</p>")
    pages.add("a bare htmx attribute", "<p hx-get='/x'>Refused</p>")
    found = "\n".join(findings(sorted(checker.glob("*.html"))))
    assert "bad-page, line 2" in found
    assert "warned-page, line 1" in found
    assert "a-bare-htmx-attribute" in found
    assert "good-page" not in found
    assert "a-fragment" not in found


def test_the_same_page_is_kept_once(tmp_path: Path) -> None:
    pages = HtmlPages(tmp_path)
    pages.add("first", GOOD)
    pages.add("second", GOOD)
    assert [path.name.split(".")[0] for path in tmp_path.iterdir()] == ["first"]


COLLECTING = """
def test_collects(html_pages):
    html_pages.add("order page", {page!r})
"""
PLUGINS = ("-p", "tests.pages.html_checker", "-p", "tests.setup.skips", "-p", "no:playwright")


@pytest.mark.html_checker
@pytest.mark.usefixtures("checker")
@pytest.mark.parametrize("processes", [(), ("-n", "1")], ids=["one process", "with workers"])
def test_a_run_checks_its_pages_at_the_end(pytester: pytest.Pytester, processes: tuple[str, ...]) -> None:
    pytester.makeini("[pytest]\nmarkers =\n    browser: b\n    soak: s\n")
    pytester.makepyfile(COLLECTING.format(page=GOOD))
    pytester.runpytest_inprocess(*PLUGINS, *processes).assert_outcomes(passed=2)
    pytester.makepyfile(COLLECTING.format(page=GOOD.replace("<h1>", "<h1><p>")))
    result = pytester.runpytest_inprocess(*PLUGINS, *processes)
    result.assert_outcomes(passed=1, failed=1)
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(["*every_collected_page_is_valid_html*", "order-page, line 1:*"])


def test_without_java_the_pages_are_counted_aloud(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("REQUIRE_ALL", raising=False)
    monkeypatch.setattr("tests.pages.html_checker.java", lambda: None)
    pytester.makeini("[pytest]\nmarkers =\n    browser: b\n    soak: s\n")
    pytester.makepyfile(COLLECTING.format(page=GOOD))
    result = pytester.runpytest_inprocess(*PLUGINS)
    result.assert_outcomes(passed=1, skipped=1)
    result.stdout.fnmatch_lines(["1 test skipped because: Java*1 pages were not checked as HTML"])
    monkeypatch.setenv("REQUIRE_ALL", "1")
    assert pytester.runpytest_inprocess(*PLUGINS).ret == pytest.ExitCode.TESTS_FAILED
