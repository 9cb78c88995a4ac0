"""Every page that a test fetches is checked by the Nu HTML checker, all of them in one run at the end.

Tests hand their pages to the `html_pages` fixture; starting Java for each would cost two seconds a
page. The check reports itself as one more test, failed with the page, line and message of each finding,
or skipped where Java or the checker is missing. Fragments are wrapped into a page first.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

CHECKER = Path(__file__).parents[2] / "node_modules/vnu-jar/build/dist/vnu.jar"
NODE_ID = "tests/pages/html_checker.py::every_collected_page_is_valid_html"
WRAPPER = '<!DOCTYPE html>\n<html lang="en"><head><title>Fragment</title></head><body>\n{}\n</body></html>\n'
FOLDER = pytest.StashKey[Path]()


class HtmlPages:
    """Collects pages into a folder; the same text is kept once, under all the names it came with."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def add(self, name: str, html: str) -> None:
        """Keep a page or fragment. `name` should say where it came from: it is what a failure shows."""
        text = html if "<html" in html.lower() else WRAPPER.format(html)
        digest = hashlib.sha256(text.encode()).hexdigest()[:16]
        slug = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:80]
        if not list(self._folder.glob(f"*.{digest}.html")):
            (self._folder / f"{slug}.{digest}.html").write_text(text, encoding="utf-8")


@pytest.fixture(scope="session")
def html_pages(pytestconfig: pytest.Config) -> HtmlPages:
    """Hand every HTML answer to `html_pages.add(name, html)`; the session's end checks them all."""
    return HtmlPages(pytestconfig.stash[FOLDER])


def pytest_configure(config: pytest.Config) -> None:
    """One folder a session. Parallel workers are told the folder of the process that started them."""
    given = getattr(config, "workerinput", {}).get("html_pages")
    config.stash[FOLDER] = Path(given or tempfile.mkdtemp(prefix="evenly-pages-"))


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    node.workerinput["html_pages"] = str(node.config.stash[FOLDER])


@pytest.hookimpl(wrapper=True)
def pytest_runtestloop(session: pytest.Session) -> Generator[None, object, object]:
    result = yield
    folder = session.config.stash[FOLDER]
    pages = sorted(folder.glob("*.html"))
    if pages and not hasattr(session.config, "workerinput"):
        session.ihook.pytest_runtest_logreport(report=_report(pages))
    return result


def pytest_unconfigure(config: pytest.Config) -> None:
    if FOLDER in config.stash and not hasattr(config, "workerinput"):
        shutil.rmtree(config.stash[FOLDER], ignore_errors=True)


def missing() -> str | None:
    """What the checker lacks on this machine, in words, or None."""
    if not java():
        return "Java 11 or newer is missing"
    return None if CHECKER.exists() else "the Nu HTML checker is not installed (make test installs it)"


def java() -> str | None:
    """A Java that runs: macOS has a stub on the path that only says there is none."""
    home = os.environ.get("JAVA_HOME")
    for program in (f"{home}/bin/java" if home else None, shutil.which("java")):
        if (
            program
            and subprocess.run([program, "-version"], check=False, capture_output=True).returncode == 0
        ):
            return program
    return None


def findings(pages: list[Path]) -> list[str]:
    """Errors and warnings of the Nu HTML checker, one text each: page, line, message and the place."""
    command = [java() or "java", "-Xss1m", "-jar", str(CHECKER), "--stdout", "--exit-zero-always"]
    answer = subprocess.run(
        [*command, "--format", "json", *map(str, pages)], check=True, capture_output=True, text=True
    )
    messages: list[dict[str, Any]] = json.loads(answer.stdout)["messages"]
    return [_in_words(message) for message in messages if _counts(message)]


def _counts(message: dict[str, Any]) -> bool:
    return message["type"] != "info" or message.get("subType") == "warning"


def _in_words(message: dict[str, Any]) -> str:
    page = message["url"].rsplit("/", 1)[-1].rsplit(".", 2)[0]
    excerpt = " ".join(message.get("extract", "").split())
    return f"{page}, line {message.get('lastLine', '?')}: {message['message']}\n    {excerpt}"


def _report(pages: list[Path]) -> pytest.TestReport:
    lack = missing()
    if lack:
        reason = f"{lack}, so {len(pages)} pages were not checked as HTML"
        required = os.environ.get("REQUIRE_ALL") == "1"
        return (
            _result("failed", reason) if required else _result("skipped", (NODE_ID, 0, f"Skipped: {reason}"))
        )
    found = findings(pages)
    if found:
        listed = "\n".join(found)
        return _result("failed", f"{len(found)} findings in {len(pages)} pages\n{listed}")
    return _result("passed", None)


def _result(outcome: Any, details: Any) -> pytest.TestReport:
    location = ("tests/pages/html_checker.py", 0, NODE_ID.rpartition("::")[2])
    return pytest.TestReport(NODE_ID, location, {"html_checker": 1}, outcome, details, "call")
