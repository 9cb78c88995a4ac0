"""What a store must tell to have its exchanges placed in Medusa, and how we prove who we are.

Either with a secret API key over HTTP Basic, or as an admin with an e-mail address and a password, for which
there is a token (`medusa_sign_in`).
"""

from __future__ import annotations

import base64
import re
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

from app.connectors.platforms.medusa_sign_in import SignIn
from app.connectors.settings import InvalidSettings, checked_address, checked_header_value
from app.domain.reasons import Reason

ID = re.compile(r"[A-Za-z0-9_-]{1,100}")


def _checked_id(text: str) -> str:
    if text and not ID.fullmatch(text):
        raise ValueError("must be an id of Medusa, such as so_01M820CN")
    return text


Id = Annotated[str, AfterValidator(_checked_id)]


class MedusaSettings(BaseModel):
    """`url` is where `/admin/exchanges` is found below. All ids are Medusa's own.

    With `publishable` (a key that is made to be public) and `region_id` products are read, with `read_orders`
    orders.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    url: str
    shipping_option_id: Id
    expedited_shipping_option_id: Id = ""
    return_shipping_option_id: Id = ""
    location_id: Id = ""
    prices: Literal["ours", "theirs"] = "ours"
    tax_inclusive: bool = False
    fee_tax: Literal["none", "added"] = "none"
    carry_over_promotions: bool = False
    gift_cards: Literal["none", "loyalty"] = "none"
    reasons: str = ""
    read_orders: bool = False
    publishable: Annotated[str, StringConstraints(max_length=200), AfterValidator(checked_header_value)] = ""
    region_id: Id = ""
    sign_in: Literal["key", "password"] = "key"
    email: Annotated[str, StringConstraints(max_length=320)] = ""

    @field_validator("url")
    @classmethod
    def _base_address(cls, value: str, info: ValidationInfo) -> str:
        return checked_address(value.rstrip("/").removesuffix("/admin"), info)

    @field_validator("shipping_option_id")
    @classmethod
    def _is_there(cls, value: str) -> str:
        if not value:
            raise ValueError("is needed: without a shipping method Medusa reserves no stock")
        return value

    @field_validator("reasons")
    @classmethod
    def _pairs(cls, value: str) -> str:
        reasons_of(value)
        return value

    @model_validator(mode="after")
    def _one_discount(self) -> MedusaSettings:
        if self.carry_over_promotions and self.prices == "ours":
            raise ValueError("carry_over_promotions goes with prices=theirs: our prices hold the discount")
        return self

    @model_validator(mode="after")
    def _both_or_none(self) -> MedusaSettings:
        if bool(self.publishable) != bool(self.region_id):
            raise ValueError("publishable and region_id go together: a price is that of a region")
        return self

    @model_validator(mode="after")
    def _somebody(self) -> MedusaSettings:
        if (self.sign_in == "password") != bool(self.email):
            raise ValueError("email goes with sign_in=password: it says who signs in")
        return self

    def reason_id(self, reason: str) -> str:
        """Medusa's id of one of our reasons, empty when the settings name none."""
        return reasons_of(self.reasons).get(reason, "")


def reasons_of(text: str) -> dict[str, str]:
    """`too_small:rr_1,too_large:rr_2` as a table. Raises ValueError."""
    pairs = [part.strip().partition(":") for part in text.split(",") if part.strip()]
    for name, _, identifier in pairs:
        if name not in set(Reason) or not ID.fullmatch(identifier):
            raise ValueError(
                f"must be pairs such as too_small:rr_01M820CP; the reasons are {', '.join(Reason)}"
            )
    return {name: identifier for name, _, identifier in pairs}


def credentials_of(settings: MedusaSettings, secret: str | None) -> dict[str, str]:
    """Medusa wants a secret key as the user name of Basic and no password; who signs in needs no more.

    Raises InvalidSettings.
    """
    if not secret:
        wanted = "the password of that admin" if settings.email else "a secret API key of Medusa"
        raise InvalidSettings({"secret": f"is needed: {wanted}"})
    if settings.sign_in == "password":
        return {}
    try:
        checked_header_value(secret)
    except ValueError as error:
        raise InvalidSettings({"secret": str(error)}) from None
    return {"Authorization": f"Basic {base64.b64encode(f'{secret}:'.encode()).decode()}"}


def sign_in_of(settings: MedusaSettings, secret: str | None) -> SignIn | None:
    """Who asks for a token, None where a key proves who we are."""
    return SignIn(settings.url, settings.email, secret or "") if settings.sign_in == "password" else None
