"""Amounts as Stripe counts them, which is not ISO 4217 everywhere, and the least that it takes.

Source: Stripe's page about currencies. Without decimals there, though ISO has two: MGA. With two there,
though ISO has none: ISK and UGX, whose last two digits must be 0. Where there are three decimals the last
digit must be 0. What does not come out whole is refused and never rounded: the shopper was told the exact
amount.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from app.domain.money import UnknownCurrency, exponent, major_units, minor_units

DECIMALS: Mapping[str, int] = MappingProxyType({"MGA": 0, "ISK": 2, "UGX": 2})
TENTHS_ONLY = 3
# By currency, in units as people write them. Stripe goes by the currency of the account's bank, which the
# store's prices are taken to be in; the setting `minimum` is for others.
SMALLEST: Mapping[str, str] = MappingProxyType(
    {
        "AED": "2.00",
        "AUD": "0.50",
        "BRL": "0.50",
        "CAD": "0.50",
        "CHF": "0.50",
        "CZK": "15.00",
        "DKK": "2.50",
        "EUR": "0.50",
        "GBP": "0.30",
        "HKD": "4.00",
        "HUF": "175.00",
        "INR": "0.50",
        "JPY": "50",
        "MXN": "10.00",
        "MYR": "2.00",
        "NOK": "3.00",
        "NZD": "0.50",
        "PLN": "2.00",
        "RON": "2.00",
        "SEK": "3.00",
        "SGD": "0.50",
        "THB": "10.00",
        "USD": "0.50",
    }
)


class NotPayable(ValueError):
    """An amount that Stripe cannot take exactly; the message says which, for an agent."""


def stripe_amount(minor: int, currency: str) -> int:
    """Stripe's units for ISO minor units. Raises NotPayable, UnknownCurrency."""
    amount, over = divmod(minor * _units(_decimals(currency)), _units(exponent(currency)))
    if over or (_decimals(currency) == TENTHS_ONLY and amount % 10):
        raise NotPayable(f"Stripe cannot take exactly {major_units(minor, currency)} {currency}")
    return amount


def minor_amount(amount: int, currency: str) -> int:
    """ISO minor units for Stripe's. Raises NotPayable where there is no whole number, UnknownCurrency."""
    minor, over = divmod(amount * _units(exponent(currency)), _units(_decimals(currency)))
    if over:
        raise NotPayable(f"Stripe's {amount} of {currency} is no whole number of minor units")
    return minor


def smallest(currency: str) -> int:
    """The least that Stripe takes, in minor units; 0 where its page names none."""
    return minor_units(SMALLEST[currency], currency) if currency in SMALLEST else 0


def step(currency: str) -> int:
    """What every amount that Stripe takes is a multiple of, in minor units."""
    try:
        here, there = exponent(currency), _decimals(currency)
    except UnknownCurrency:
        return 1
    return 10 if there == TENTHS_ONLY else max(1, _units(here) // _units(there))


def _units(decimals: int) -> int:
    units: int = 10**decimals
    return units


def _decimals(currency: str) -> int:
    return DECIMALS.get(currency, exponent(currency))
