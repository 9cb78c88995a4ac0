"""What a store must tell to have its exchange orders placed over Optoro's protocol.

Optoro Exchange Orders 2.0.0 names neither host nor authentication: both are agreed with the merchant
who runs the endpoint, so both are settings here. Its page on webhooks lists what merchants ask for.
"""

from __future__ import annotations

import base64
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    StringConstraints,
    ValidationInfo,
    field_validator,
)

from app.connectors.oauth import TokenClient
from app.connectors.settings import HEADER_NAME, InvalidSettings, checked_address, checked_header_value

ENDPOINT = "/exchange_orders"
Plain = Annotated[str, AfterValidator(checked_header_value)]


class OptoroAccess(BaseModel):
    """Where an endpoint of the merchant is, and how we prove who we are.

    `url` is the address that the endpoint's own path is added to; `optiturn_id` names the merchant.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    url: str
    optiturn_id: Annotated[
        str, StringConstraints(min_length=1, max_length=255), AfterValidator(checked_header_value)
    ]
    auth: Literal["none", "header", "basic", "bearer", "oauth2"] = "none"
    auth_header: str = ""
    auth_user: Plain = ""
    oauth_url: str = ""
    oauth_client_id: Plain = ""
    oauth_client_auth: Literal["basic", "body"] = "basic"
    oauth_scope: Plain = ""

    @field_validator("url")
    @classmethod
    def _base_address(cls, value: str, info: ValidationInfo) -> str:
        return checked_address(value.rstrip("/").removesuffix(ENDPOINT), info)

    @field_validator("oauth_url")
    @classmethod
    def _whole_address(cls, value: str, info: ValidationInfo) -> str:
        """As it was typed: a slash at the end of it may matter."""
        if value:
            checked_address(value, info)
        return value

    @field_validator("auth_header")
    @classmethod
    def _header_name(cls, value: str) -> str:
        if value and not HEADER_NAME.fullmatch(value):
            raise ValueError("must be the name of a header, such as X-Api-Key")
        return value


class OptoroSettings(OptoroAccess):
    """For exchange orders."""

    # People type 2 as often as "2".
    api_version: Annotated[Literal["1", "2"], BeforeValidator(str)] = "2"


def credentials_of(settings: OptoroAccess, secret: str | None) -> dict[str, str]:
    """The header that proves who we are; none for `auth=none`, nor where a token is fetched for it.

    Raises InvalidSettings.
    """
    if settings.auth == "none":
        return {}
    if not secret:
        raise InvalidSettings({"secret": f"is needed for auth={settings.auth}"})
    try:
        if settings.auth == "basic":
            pair = f"{settings.auth_user}:{secret}".encode()
            return {"Authorization": f"Basic {base64.b64encode(pair).decode()}"}
        checked_header_value(secret)
    except ValueError as error:
        raise InvalidSettings({"secret": str(error)}) from None
    if settings.auth == "oauth2":
        return {}
    if settings.auth == "bearer":
        return {"Authorization": f"Bearer {secret}"}
    if not settings.auth_header:
        raise InvalidSettings({"auth_header": "is needed for auth=header"})
    return {settings.auth_header: secret}


def token_client_of(settings: OptoroAccess, secret: str | None) -> TokenClient | None:
    """Who asks for a token and where, None where no token is asked for. Raises InvalidSettings."""
    if settings.auth != "oauth2":
        return None
    needed = {"oauth_url": settings.oauth_url, "oauth_client_id": settings.oauth_client_id}
    missing = {name: "is needed for auth=oauth2" for name, value in needed.items() if not value}
    if missing:
        raise InvalidSettings(missing)
    in_body = settings.oauth_client_auth == "body"
    return TokenClient(
        settings.oauth_url, settings.oauth_client_id, secret or "", settings.oauth_scope, in_body
    )
