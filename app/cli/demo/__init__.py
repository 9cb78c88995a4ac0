"""`flask --app wsgi demo …`: two stores to try everything with, and all the parts running at once.

What is in the stores stands in `stores`, `acme_*`, `kaze_*` and `people`. A deployment that serves
merchants needs none of it.
"""

from __future__ import annotations

from flask import Flask

from app.cli.demo.commands import commands


def register(app: Flask) -> None:
    """Attach `demo …`."""
    app.cli.add_command(commands)
