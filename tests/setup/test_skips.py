"""Nothing is passed over in silence, tried on a small run of its own."""

from __future__ import annotations

import pytest

SKIPPING = """
import pytest

@pytest.fixture
def server():
    pytest.skip("no server was found")

def test_one(server): pass
def test_two(server): pass
def test_three(): pass

@pytest.mark.soak
def test_long(): pass
"""


@pytest.fixture
def run(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    monkeypatch.delenv("REQUIRE_ALL", raising=False)
    pytester.makeini("[pytest]\nmarkers =\n    soak: long\n    browser: b\n")
    pytester.makepyfile(SKIPPING)
    return pytester


PLUGIN = ("-p", "tests.setup.skips", "-p", "no:playwright")


def test_skips_are_counted_aloud(run: pytest.Pytester) -> None:
    result = run.runpytest_inprocess(*PLUGIN)
    result.assert_outcomes(passed=1, skipped=2, deselected=1)
    result.stdout.fnmatch_lines(["*NOT TESTED*", "2 tests skipped because: no server was found"])


def test_where_all_is_required_a_skip_fails(run: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REQUIRE_ALL", "1")
    result = run.runpytest_inprocess(*PLUGIN)
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.assert_outcomes(passed=1, errors=2, deselected=1)
    result.stdout.fnmatch_lines(["*REQUIRE_ALL=1 allows no skipped test*no server was found*"])


def test_a_module_that_skips_itself_fails_too(run: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REQUIRE_ALL", "1")
    run.makepyfile(test_whole="import pytest\npytest.importorskip('no_such_module')\n")
    assert run.runpytest_inprocess(*PLUGIN).ret != pytest.ExitCode.OK


def test_soak_runs_when_asked_for(run: pytest.Pytester) -> None:
    run.runpytest_inprocess(*PLUGIN, "-m", "soak").assert_outcomes(passed=1, deselected=3)
