"""Amounts: integer minor units of one ISO 4217 currency, and how to split them without losing one.

Every amount in this code base is an `int` of minor units; the currency stands once beside them (on
the order, the quote, the message), and `same_currency` guards the places where two meet. Showing
amounts to people is not done here (`app.web.filters`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from iso4217 import Currency

LARGEST_AMOUNT = 10**15  # a thousand units of it still fit a database's 64-bit integer

# Grouping only in threes: "1,5" is somebody's decimal comma, not 15. No exponents, ASCII digits.
_AMOUNT = re.compile(r"([+-]?)(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d*))?", re.ASCII)


class UnknownCurrency(ValueError):
    """Not an ISO 4217 currency that money can be counted in."""


class MixedCurrencies(ValueError):
    """Two amounts of different currencies met in one sum."""


class NotAnAmount(ValueError):
    """A text that is no amount of its currency: letters, too many decimals, or beyond all bounds."""


def exponent(currency: str) -> int:
    """Decimals of a currency by ISO 4217 (0 for JPY, 3 for KWD, 4 for CLF).

    Raises UnknownCurrency for unknown codes and for metals and test codes, which have no exponent.
    """
    try:
        digits = Currency(currency).exponent
    except ValueError:
        digits = None
    if digits is None:
        raise UnknownCurrency(currency)
    return digits


def same_currency(*currencies: str) -> str:
    """The one currency all arguments agree on. Raises MixedCurrencies."""
    distinct = set(currencies)
    if len(distinct) != 1:
        raise MixedCurrencies(", ".join(sorted(distinct)))
    return distinct.pop()


def minor_units(text: str, currency: str) -> int:
    """Minor units of a decimal text such as "129.00", "-5" or "1,290.5".

    Decimals that the currency does not have must be zeros: "300.00" is 300 JPY. Raises NotAnAmount
    and UnknownCurrency.
    """
    digits = exponent(currency)
    found = _AMOUNT.fullmatch(text.strip()) if len(text) <= 60 else None
    if found is None:
        raise NotAnAmount(text[:60])
    sign, whole, decimals = found[1], found[2].replace(",", ""), found[3] or ""
    if decimals[digits:].strip("0"):
        raise NotAnAmount(text)
    minor = int(whole + decimals[:digits].ljust(digits, "0"))
    if minor > LARGEST_AMOUNT:
        raise NotAnAmount(text)
    return -minor if sign == "-" else minor


def major_units(minor: int, currency: str) -> Decimal:
    """The decimal amount people and some systems write: 1050 USD is 10.50. Exact at any size."""
    # From a text, because arithmetic such as `scaleb` rounds to the context's 28 digits.
    return Decimal(f"{minor}E-{exponent(currency)}")


def share_up_to(total: int, units: int, of: int) -> int:
    """What the first `units` of `of` numbered units are worth together: floor(total·units/of)."""
    return total * units // of


def share_between(total: int, first: int, last: int, of: int) -> int:
    """What units `first`+1 to `last` are worth, so that all parts together are exactly `total`."""
    return share_up_to(total, last, of) - share_up_to(total, first, of)


def round_half_even(numerator: int, denominator: int) -> int:
    """numerator/denominator to the nearest integer, ties to even, without a float."""
    quotient, remainder = divmod(numerator, denominator)
    twice = 2 * remainder
    if twice > denominator or (twice == denominator and quotient % 2):
        return quotient + 1
    return quotient


def spread(total: int, weights: Sequence[int]) -> list[int]:
    """Share `total` out in proportion to `weights` (0 or more); the parts add up to it exactly.

    No part exceeds its weight while `total` is at most their sum, so that a discount shared out by
    price never makes a line negative. With no weight at all the whole goes to the first place. No
    parts for no weights.
    """
    whole = sum(weights)
    if whole == 0:
        return [total, *[0] * (len(weights) - 1)] if weights else []
    parts, seen, given = [], 0, 0
    for weight in weights:
        seen += weight
        upto = total * seen // whole
        parts.append(upto - given)
        given = upto
    return parts
