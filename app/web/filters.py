"""How amounts, days and times are written for people: pure functions and their Jinja filters.

The functions take everything they need; only `register_filters` knows that the currency, locale and
time zone of a page are those of `flask.g.store`. Nothing here rounds or adds: an amount comes in
minor units and leaves as text.
"""

from __future__ import annotations

import copy
from datetime import date, datetime
from zoneinfo import ZoneInfo

from babel.core import Locale, UnknownLocaleError
from babel.dates import format_date, format_skeleton, format_time
from flask import Flask, g

from app.domain.money import exponent, major_units

MINUS = "\N{MINUS SIGN}"


def parsed_locale(name: str) -> Locale:
    """The Babel locale of "en_US" or "en-US"; plain English for "en-JP", which Babel does not know.

    Raises babel.UnknownLocaleError for an unknown language, ValueError for what is no locale name.
    """
    try:
        return Locale.parse(name.replace("-", "_"))
    except UnknownLocaleError:
        return Locale.parse(name.replace("-", "_").split("_")[0])


def money(minor: int, currency: str, locale: str) -> str:
    """Minor units as text: 1050 USD is "$10.50", −12900 is "−$129.00", 1650 JPY is "¥1,650".

    The number of decimals is ISO 4217's. Babel's own digits follow CLDR, which shows fewer for some
    currencies (IQD, LAK, MGA): its pattern is used for signs, grouping and places only.
    Raises app.domain.money.UnknownCurrency.
    """
    digits = exponent(currency)
    place = parsed_locale(locale)
    # A copy: Babel shares the pattern objects of a locale between all callers.
    pattern = copy.copy(place.currency_formats["standard"])
    pattern.frac_prec = (digits, digits)
    text: str = pattern.apply(major_units(minor, currency), place, currency=currency, currency_digits=False)
    return text.replace("-", MINUS)


def long_date(day: date, locale: str) -> str:
    """A day with its month as a word: "14 December 2026" in English, the local order elsewhere."""
    place = parsed_locale(locale)
    if place.language == "en":
        return format_date(day, "d MMMM y", locale=place)
    return format_date(day, "long", locale=place)


def clock_time(moment: datetime, locale: str, time_zone: str) -> str:
    """The wall clock of the store: "16:20". `moment` must know its own time zone."""
    return format_time(moment, "HH:mm", tzinfo=ZoneInfo(time_zone), locale=parsed_locale(locale))


def day_time(moment: datetime, locale: str, time_zone: str) -> str:
    """Day and wall clock of the store: "22 November, 16:20"."""
    place = parsed_locale(locale)
    local = moment.astimezone(ZoneInfo(time_zone))
    if place.language == "en":
        day = format_date(local.date(), "d MMMM", locale=place)
    else:
        day = format_skeleton("MMMMd", local, fuzzy=True, locale=place)
    return f"{day}, {clock_time(moment, locale, time_zone)}"


def register_filters(app: Flask) -> None:
    """Give the templates `money`, `long_date`, `clock_time` and `day_time` for the page's store."""

    @app.template_filter("money")
    def _money(minor: int) -> str:
        return money(minor, g.store.currency, g.store.locale)

    @app.template_filter("long_date")
    def _long_date(day: date) -> str:
        return long_date(day, g.store.locale)

    @app.template_filter("clock_time")
    def _clock_time(moment: datetime) -> str:
        return clock_time(moment, g.store.locale, g.store.time_zone)

    @app.template_filter("day_time")
    def _day_time(moment: datetime) -> str:
        return day_time(moment, g.store.locale, g.store.time_zone)
