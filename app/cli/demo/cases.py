"""The cases that the demo's orders show, by the words that lists and tests go by."""

from __future__ import annotations

from enum import StrEnum


class Case(StrEnum):
    """What an order is there for."""

    EVEN = "even swap"
    DEARER = "dearer"
    CHEAPER = "cheaper"
    GIFT_CARD = "gift card with bonus"
    MIXED = "mixed"
    PARTIAL = "partial quantity"
    SPLIT = "one line into several"
    OTHER_PRODUCT = "another product"
    SAME_AGAIN = "same again"
    BACKORDER = "backorder"
    GIFT = "gift order"
    FINAL_SALE = "final sale"
    OUTSIDE_WINDOW = "outside the window"
    NOT_SHIPPED = "not shipped"
    NOT_DELIVERED = "not delivered"
    SOLD_OUT = "sold out"
    NO_LONGER_SOLD = "no longer sold"
    CANCELLED = "cancelled"
    REFUNDED = "already refunded"
    PARTLY_REFUNDED = "partly refunded"
    EXCHANGED = "already exchanged"
    CHAIN = "exchange of an exchange"
    REVIEW = "needs review"
    MANY_LINES = "20 lines"
    LONG_NAMES = "long names"
    EMOJI = "emoji"
    RIGHT_TO_LEFT = "right-to-left name"
