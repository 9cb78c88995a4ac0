"""Static files under addresses that change with their content, so that browsers may keep them for ever."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

from flask import Flask, current_app, request, url_for
from werkzeug.security import safe_join

FOREVER = "public, max-age=31536000, immutable"
LETTERS = 12


def register(app: Flask) -> None:
    """Give the templates `static_url`."""
    app.add_template_global(static_url)


def static_url(path: str) -> str:
    """The address of a file below `static/`, with its fingerprint; without one where it is missing."""
    version = fingerprint(path)
    return url_for("static", filename=path, v=version) if version else url_for("static", filename=path)


def fingerprint(path: str) -> str | None:
    """The first letters of the SHA-256 of a static file, None when there is no such file."""
    full = safe_join(current_app.static_folder or "", path)
    try:
        state = Path(full or "").stat()
        return _fingerprint(full or "", state.st_mtime_ns, state.st_size)
    except OSError:
        return None


def is_current(version: str | None) -> bool:
    """Whether this request asks for exactly this version."""
    return version is not None and request.args.get("v") == version


@lru_cache(maxsize=1024)
def _fingerprint(full: str, _changed_at: int, _size: int) -> str:
    """Read once for each state of the file."""
    return hashlib.sha256(Path(full).read_bytes()).hexdigest()[:LETTERS]
