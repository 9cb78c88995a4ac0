"""What a store must tell to have Ravelin hear of its exchanges, and what Ravelin's pages leave open.

Sources: Ravelin's pages about authentication, exchange orders and refunds. One connection serves both kinds
of work: telling, always, and screening where the merchant has bought Refund Abuse.
"""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    StringConstraints,
    ValidationInfo,
    field_validator,
)

from app.connectors.settings import InvalidSettings, checked_address, checked_header_value

PUBLISHED_ADDRESS = "https://api.ravelin.com"
# Publishable keys (pk_…) are for browsers and cannot post events.
SECRET_KEY = re.compile(r"(sk|secret_key)_\S+")
Short = Annotated[str, StringConstraints(min_length=1, max_length=100), AfterValidator(checked_header_value)]


class RavelinSettings(BaseModel):
    """`url` is the host that `/v2/…` is added to."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    url: str = PUBLISHED_ADDRESS
    refund_abuse: bool = False
    refund_type: Literal["refundType", "type"] = "refundType"
    refund_amount: Literal["money", "goods"] = "money"
    order_id: Literal["number", "platform"] = "number"
    gateway: Short = "evenly"
    inexact: Literal["round", "refuse"] = "round"

    @field_validator("url")
    @classmethod
    def _base_address(cls, value: str, info: ValidationInfo) -> str:
        return checked_address(value.rstrip("/").removesuffix("/v2"), info)


def credentials_of(secret: str | None) -> dict[str, str]:
    """The header that proves who we are. Raises InvalidSettings."""
    if not secret:
        raise InvalidSettings({"secret": "is needed: the secret key of Ravelin"})
    if not SECRET_KEY.fullmatch(secret):
        raise InvalidSettings({"secret": "must be a secret key, which starts with sk_ or secret_key_"})
    try:
        checked_header_value(secret)
    except ValueError as error:
        raise InvalidSettings({"secret": str(error)}) from None
    # "token" in lower case, as the page about authentication has it.
    return {"Authorization": f"token {secret}"}
