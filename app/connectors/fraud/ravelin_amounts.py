"""Amounts as Ravelin counts them: whole "basic units" by a table of its own, not by ISO 4217.

Source: Ravelin's page about currencies. Against ISO it differs for CVE (no decimals), MGA and MRU (fifths),
CLF and UYW (hundredths). What a body holds is `ravelin_body`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from app.domain.money import exponent

WHOLE = "BIF CLP CVE DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"
FIFTHS = "MGA MRU"
THOUSANDTHS = "BHD IQD JOD KWD LYD OMR TND"
MULTIPLIERS: Mapping[str, int] = MappingProxyType(
    dict.fromkeys(WHOLE.split(), 1)
    | dict.fromkeys(FIFTHS.split(), 5)
    | dict.fromkeys(THOUSANDTHS.split(), 1000)
)
USUAL = 100


class Inexact(ValueError):
    """An amount that has no whole number of Ravelin's units."""


def basic_units(minor: int, currency: str, *, exact: bool = False) -> int:
    """Ravelin's units for ISO minor units of 0 or more: 1050 USD stays 1050, 120 MRU are 6.

    What does not come out whole is rounded half up. Raises Inexact instead where `exact` is asked for.
    """
    numerator = minor * MULTIPLIERS.get(currency, USUAL)
    denominator: int = 10 ** exponent(currency)
    if exact and numerator % denominator:
        raise Inexact(f"{minor} minor units of {currency} are no whole number of Ravelin's units")
    return (2 * numerator + denominator) // (2 * denominator)


def parts_of(amounts: Sequence[int], currency: str, *, exact: bool = False) -> list[int]:
    """Several amounts that still add up to their total after all are converted."""
    parts, minor, given = list[int](), 0, 0
    for amount in amounts:
        minor += amount
        upto = basic_units(minor, currency, exact=exact)
        parts.append(upto - given)
        given = upto
    return parts


def unit_prices(total: int, quantity: int) -> list[tuple[int, int]]:
    """(price, how many units) so that they make `total`: what does not divide is on the last units."""
    price, over = divmod(total, quantity)
    return [(price, quantity - over)] + ([(price + 1, over)] if over else [])
