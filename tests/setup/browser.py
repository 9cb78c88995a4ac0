"""The Chromium of this machine, wherever its system keeps it. Nothing is downloaded."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
MAC_APPS = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
MISSING = "no Chromium was found (install it, or set CHROMIUM to its path)"


def chromium() -> str | None:
    """The program to start: the one named by CHROMIUM, else the first that is installed."""
    given = os.environ.get("CHROMIUM")
    if given:
        return given
    on_path = next((found for name in NAMES if (found := shutil.which(name))), None)
    return on_path or next((path for path in MAC_APPS if Path(path).exists()), None)


def launch_options() -> list[str]:
    """Command line of a browser that tests: quiet, calling nobody, and without a sandbox as root."""
    options = [
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
    ]
    return ["--no-sandbox", *options] if os.geteuid() == 0 else options
