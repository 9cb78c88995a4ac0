"""What a store must tell to have its exchanges placed at StateSet, and what the pages leave open.

Source: `POST /v1/returns/:id/exchange` and its sister pages. Where they disagree (scheme of the credential,
unit of amounts, address for making a return), the setting's default is what the exchange page itself says
or is nearest to.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    StringConstraints,
    ValidationInfo,
    field_validator,
    model_validator,
)

from app.connectors.settings import InvalidSettings, checked_address, checked_header_value

PUBLISHED_ADDRESS = "https://api.stateset.com/v1"
Short = Annotated[str, StringConstraints(max_length=255), AfterValidator(checked_header_value)]


class StateSetSettings(BaseModel):
    """`url` ends with the version; `returns` says where the id of a unit's return comes from."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    url: str = PUBLISHED_ADDRESS
    auth: Literal["Token", "Bearer"] = "Token"
    price_unit: Literal["major", "minor"] = "major"
    returns: Literal["create", "rma"] = "create"
    return_path: Literal["return", "returns"] = "return"
    approve_returns: bool = False
    repeats: Literal["key", "never"] = "key"
    order_id: Literal["platform", "number"] = "platform"
    shipping_method: Short = "standard"
    expedited_method: Short = ""
    card: Literal["store_credit", "product"] = "store_credit"
    card_product: Short = ""
    card_variant: Short = ""
    watch: bool = True

    @field_validator("url")
    @classmethod
    def _base_address(cls, value: str, info: ValidationInfo) -> str:
        return checked_address(value, info)

    @model_validator(mode="after")
    def _card_has_its_product(self) -> StateSetSettings:
        if self.card == "product" and not self.card_product:
            raise ValueError("lack card_product, which card=product needs")
        return self


def credentials_of(settings: StateSetSettings, secret: str | None) -> dict[str, str]:
    """The header that proves who we are. Raises InvalidSettings."""
    if not secret:
        raise InvalidSettings({"secret": "is needed: the API key of StateSet"})
    try:
        checked_header_value(secret)
    except ValueError as error:
        raise InvalidSettings({"secret": str(error)}) from None
    return {"Authorization": f"{settings.auth} {secret}"}
