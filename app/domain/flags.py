"""What a person is asked to look at an exchange for."""

from __future__ import annotations

from enum import StrEnum


class FlagKind(StrEnum):
    """`SENDING`: a message could not get through; one that moves money is `MONEY`.

    `CONNECTION`: one waits for what the store lacks.
    `RETURN`: nothing came back in time; `WRONG_RETURN`: something else did.
    """

    SENDING = "sending"
    CONNECTION = "connection"
    PLACED = "placed"
    DRIFT = "drift"
    MONEY = "money"
    BOOKS = "books"
    FRAUD = "fraud"
    RETURN = "return"
    WRONG_RETURN = "wrong_return"
    CARD = "card"
    MAIL = "mail"


# In the words of a flag, whoever raised it: the platform has cancelled the exchange, or seems to have.
TOLD_CANCELLED = "The platform says that it has cancelled this exchange"
SEEN_CANCELLED = "it was cancelled at the platform"
SAID_CANCELLED = (TOLD_CANCELLED, SEEN_CANCELLED)
# Looked at over and over: what a person has settled is not asked again in the same words.
STANDING = frozenset({FlagKind.BOOKS, FlagKind.CARD})
# While such a one is open nobody is led to pay once more. What was not sent may be what was paid for.
STOPS_PAYING = frozenset({FlagKind.MONEY, FlagKind.BOOKS, FlagKind.SENDING})
# Asked until it has ended by itself.
ENDS_BY_ITSELF = frozenset({FlagKind.CONNECTION})
# What a person who found it placed has answered.
UNTIL_PLACED = frozenset({FlagKind.SENDING, FlagKind.CONNECTION, FlagKind.PLACED})
