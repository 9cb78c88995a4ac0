"""One style sheet from a folder of small ones: written apart, sent together, so that a page asks for few.

The parts of `static/css/<name>/` follow each other by their names.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

from flask import Flask, Response, abort, current_app, url_for

from app.web.static_files import FOREVER, LETTERS, is_current

SHEETS = frozenset({"shopper", "console"})


def register(app: Flask) -> None:
    """Give the templates `sheet_url`, and the sheets their address."""
    app.add_template_global(sheet_url)
    app.add_url_rule("/assets/<sheet_name>.css", "sheet", sheet)


def sheet_url(name: str) -> str:
    """The address of a sheet, with its fingerprint."""
    return url_for("sheet", sheet_name=name, v=_fingerprint(sheet_text(name)))


def sheet(sheet_name: str) -> Response:
    """All parts of a sheet."""
    if sheet_name not in SHEETS:
        abort(404)
    text = sheet_text(sheet_name)
    answer = Response(text, mimetype="text/css")
    answer.headers["Cache-Control"] = FOREVER if is_current(_fingerprint(text)) else "no-cache"
    return answer


def sheet_text(name: str) -> str:
    """What is sent: the parts one after the other. Read once, but anew for every page while developing."""
    if current_app.debug:
        _joined.cache_clear()
    return _joined(Path(current_app.static_folder or "") / "css" / name)


@lru_cache(maxsize=32)
def _joined(folder: Path) -> str:
    return "\n".join(part.read_text(encoding="utf-8") for part in sorted(folder.glob("*.css")))


@lru_cache(maxsize=32)
def _fingerprint(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:LETTERS]
