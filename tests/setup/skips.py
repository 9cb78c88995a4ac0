"""What was not tested is said aloud, and with REQUIRE_ALL=1 it counts as a failure.

At the end of a run every reason for skipping stands in the summary with its number of tests.
Tests marked `soak`, `medusa_live` or `localstripe` are left out (not skipped) unless `-m` asks for them.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Generator
from typing import TypeVar

import pytest

ON_REQUEST = ("soak", "medusa_live", "localstripe")
# How Playwright says that it waited in vain: docs/adr/0008. No other failure gets another try.
BROWSER_WAITS = [
    r"^(Error|TimeoutError): (Browser|Frame|Locator|Page)\w*\.",
    r"^AssertionError: (Locator|Page) expected",
]
Report = TypeVar("Report", pytest.TestReport, pytest.CollectReport)


def everything_is_required() -> bool:
    """True when the environment has REQUIRE_ALL=1, as continuous integration does."""
    return os.environ.get("REQUIRE_ALL") == "1"


def reason_for(report: pytest.TestReport | pytest.CollectReport) -> str:
    """Why a test was skipped, without pytest's own prefix."""
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    return reason.removeprefix("Skipped: ").rstrip(".")


def refuse_skip(report: Report) -> Report:
    """Turn a skipped report into a failed one where everything is required."""
    if everything_is_required() and report.outcome == "skipped" and not hasattr(report, "wasxfail"):
        reason = reason_for(report)
        report.outcome = "failed"
        report.longrepr = f"REQUIRE_ALL=1 allows no skipped test, but this one was: {reason}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    return refuse_skip((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    return refuse_skip((yield))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what only runs when asked for; mark every test that opens a browser."""
    unasked = [mark for mark in ON_REQUEST if mark not in config.option.markexpr]
    left_out = [item for item in items if any(map(item.get_closest_marker, unasked))]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]
    for item in items:
        if isinstance(item, pytest.Function) and "browser" in item.fixturenames:
            item.add_marker("browser")
            item.add_marker(pytest.mark.flaky(reruns=1, only_rerun=BROWSER_WAITS))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """One line for each reason, with its number of tests."""
    reasons = Counter(reason_for(report) for report in terminalreporter.getreports("skipped"))
    if not reasons:
        return
    terminalreporter.section("NOT TESTED", sep="!", yellow=True, bold=True)
    for reason, count in reasons.most_common():
        tests = "test" if count == 1 else "tests"
        terminalreporter.line(f"{count} {tests} skipped because: {reason}", yellow=True)
