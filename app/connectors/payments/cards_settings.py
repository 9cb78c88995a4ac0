"""What a store must tell to take payments by the sandbox's pretend cards."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, ValidationInfo, field_validator

from app.connectors.settings import checked_address


class CardsSettings(BaseModel):
    """`url` is the address that `/v1/…` is added to; `webhook_url` is where payments are told of."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    url: str
    webhook_url: str = ""

    @field_validator("url")
    @classmethod
    def _base_address(cls, value: str, info: ValidationInfo) -> str:
        return checked_address(value.rstrip("/").removesuffix("/v1"), info)

    @field_validator("webhook_url")
    @classmethod
    def _own_address(cls, value: str, info: ValidationInfo) -> str:
        return checked_address(value, info) if value else ""
