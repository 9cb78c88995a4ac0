"""A telephone number as people say it: with its country or without, with a leading 0, its last digits."""

from __future__ import annotations

import re

SAID = re.compile(r"[\s+().\-/0-9]+")
# The country codes of one and of two digits; all others have three (ITU E.164).
COUNTRY = re.compile(r"[17]|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|[0-9]{3}")
NATIONAL = 10  # digits of most numbers without their country
LOCAL = (7, 8)  # digits that somebody says who leaves the area out
SHORTEST = 7


def phone_keys(phone: str) -> frozenset[str]:
    """All digits of the number, and as it is said at home, in its area, and without a leading 0."""
    digits, abroad = _digits(phone)
    home = _at_home(digits, abroad)
    local = {digits[-count:] for count in LOCAL if len(digits) > count}
    return frozenset({digits, home, home.lstrip("0"), *local} - {""})


def said_number(typed: str) -> tuple[str, ...]:
    """The beginnings of keys that it may stand for; empty where it is no telephone number."""
    digits, abroad = _digits(typed)
    if not SAID.fullmatch(typed.strip()) or len(digits) < SHORTEST:
        return ()
    home = _at_home(digits, abroad)
    return tuple(dict.fromkeys((digits, home, home.lstrip("0"))))


def _digits(text: str) -> tuple[str, bool]:
    """The digits, and whether a country code stands in front of them."""
    digits = "".join(sign for sign in text if sign in "0123456789")
    if digits.startswith("00"):
        return digits[2:], True
    return digits, text.strip().startswith("+")


def _at_home(digits: str, abroad: bool) -> str:
    if abroad:
        return digits[len(code[0]) :] if (code := COUNTRY.match(digits)) else digits
    # "1 541 555 0142" without the plus: North America's code is its trunk prefix as well.
    return digits[1:] if len(digits) == NATIONAL + 1 and digits.startswith("1") else digits
