"""What a store must tell to have its exchanges told as Optoro's RMAs, and what the page leaves open."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, ValidationInfo, field_validator

from app.connectors.platforms.optoro_settings import OptoroAccess
from app.connectors.settings import checked_address

ENDPOINT = "/rmas"


class RmasSettings(OptoroAccess):
    """`exchange_type` and `return_method` are the page's words; `upc` is what its required field holds."""

    # The page of version 5.0.0 names "3" as the only value of this header.
    api_version: Annotated[Literal["3", "4", "5"], BeforeValidator(str)] = "3"
    exchange_type: Literal["INSTANT_EXCHANGE", "STANDARD_EXCHANGE"] = "INSTANT_EXCHANGE"
    return_method: Literal["mail-back", "express-returns", "customer-keep", "home-pickup"] = "mail-back"
    upc: Literal["empty", "sku"] = "empty"

    @field_validator("url")
    @classmethod
    def _base_address(cls, value: str, info: ValidationInfo) -> str:
        return checked_address(value.rstrip("/").removesuffix(ENDPOINT), info)
