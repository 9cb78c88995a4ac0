"""Names of countries in the store's language."""

from __future__ import annotations

from flask import g

from app.web.filters import parsed_locale


def country_name(code: str) -> str:
    """ "United States" for US; the code itself where nothing is known."""
    return str(parsed_locale(g.store.locale).territories.get(code, code))
