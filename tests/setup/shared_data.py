"""The sample exports that stand beside the checkout and are not part of it: `../shared/data`."""

from __future__ import annotations

from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[3] / "shared" / "data"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of sample files; tests that read it are skipped aloud where it is absent."""
    if not FOLDER.is_dir():
        pytest.skip("the sample files in ../shared/data are not on this machine")
    return FOLDER


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests that read the samples, so that `-m 'not shared_data'` can leave them out."""
    for item in items:
        if "shared_data" in getattr(item, "fixturenames", ()):
            item.add_marker("shared_data")
