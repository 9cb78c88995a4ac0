"""What can become of a refund due: where it goes, when, and who pays it back."""

from __future__ import annotations

from enum import StrEnum


class RefundTo(StrEnum):
    """Where a refund due goes."""

    ORIGINAL_PAYMENT = "original_payment"
    GIFT_CARD = "gift_card"
    FORFEITED = "forfeited"


class RefundWhen(StrEnum):
    """When a refund due is paid: once the platform has the exchange, or once the goods are back."""

    PLACED = "placed"
    RECEIVED = "received"


class RefundBy(StrEnum):
    """Who pays a refund due back: the portal at the payment provider, or the platform with its own means."""

    GATEWAY = "gateway"
    PLATFORM = "platform"
