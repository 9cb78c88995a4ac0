"""The files that are installed from agree with pyproject.toml and name no address."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).resolve().parents[2]
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS: dict[str, list[str]] = PROJECT["optional-dependencies"]
WANTED: dict[str, list[str]] = {
    "base": [],
    "postgres": EXTRAS["postgres"],
    "stripe": EXTRAS["stripe"],
    "dev": [requirement for extra in EXTRAS.values() for requirement in extra],
}


def locked(name: str) -> dict[str, Version]:
    text = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
    pins = re.findall(r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?==(\S+)", text, flags=re.MULTILINE)
    return {canonicalize_name(package): Version(version) for package, version in pins}


@pytest.mark.parametrize("name", WANTED)
def test_the_lock_has_what_the_project_asks_for(name: str) -> None:
    pins = locked(name)
    for text in [*PROJECT["dependencies"], *WANTED[name]]:
        requirement = Requirement(text)
        package = canonicalize_name(requirement.name)
        assert package in pins, f"{package} is missing from requirements/{name}.txt: run `make lock`"
        assert pins[package] in requirement.specifier


@pytest.mark.parametrize("name", WANTED)
def test_every_pin_has_a_hash_and_no_address(name: str) -> None:
    text = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
    assert "://" not in text
    pins = [block for block in re.split(r"\n(?=[a-z0-9])", text) if "==" in block]
    assert all("--hash=sha256:" in block for block in pins)


def test_one_version_of_each_package_everywhere() -> None:
    everything = locked("dev")
    for name in WANTED:
        assert locked(name).items() <= everything.items()


def test_node_packages_are_exact_and_name_no_address() -> None:
    lock: dict[str, Any] = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))
    wanted: dict[str, str] = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))[
        "devDependencies"
    ]
    for name, version in wanted.items():
        entry = lock["packages"][f"node_modules/{name}"]
        assert entry["version"] == version
        assert entry["integrity"].startswith("sha512-")
    assert not [name for name, entry in lock["packages"].items() if "resolved" in entry]
