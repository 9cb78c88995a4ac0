"""What a store must tell to take payments through Stripe Checkout."""

from __future__ import annotations

import importlib.util
import re
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator

from app.connectors.payments.secret_pair import SecretPair, read_pair
from app.connectors.settings import InvalidSettings, checked_address

PUBLISHED_ADDRESS = "https://api.stripe.com"
PUBLISHED_PAGES = "https://checkout.stripe.com"
# Publishable keys (pk_…) are for browsers; restricted ones (rk_…) do, with the rights that the docs list.
SERVER_KEY = re.compile(r"(sk|rk)_\S+")


class StripeSettings(BaseModel):
    """`url` is the host that `/v1/…` is added to, `pages` the one that payment pages are on.

    `minimum` is the least that Stripe takes of the store's currency, in minor units, where that is not in
    Stripe's own table or the account's bank has another currency.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    url: str = PUBLISHED_ADDRESS
    pages: str = PUBLISHED_PAGES
    minimum: Annotated[int, Field(ge=0, le=10**9)] | None = None

    @field_validator("url", "pages")
    @classmethod
    def _base_address(cls, value: str, info: ValidationInfo) -> str:
        return checked_address(value.rstrip("/").removesuffix("/v1"), info)


def secrets_of(secret: str | None) -> SecretPair:
    """The two secrets, and the certainty that signatures can be checked. Raises InvalidSettings."""
    pair = read_pair(secret, "the secret key")
    if not SERVER_KEY.fullmatch(pair.key):
        raise InvalidSettings({"secret": "must begin with a secret key, which starts with sk_ or rk_"})
    if importlib.util.find_spec("stripe") is None:
        raise InvalidSettings({"stripe": "needs Stripe's own package: install requirements/stripe.txt"})
    return pair
