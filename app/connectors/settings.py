"""Reading a connector's settings: values that people typed, refused field by field in plain words.

Which fields there are stands with each connector. Where settings are kept is `app.services`.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from typing import Any, TypeVar

import httpx2
from pydantic import BaseModel, ValidationError, ValidationInfo

from app.connectors.reachable import HTTPS_PORTS, is_allowed

Model = TypeVar("Model", bound=BaseModel)

LONGEST_ADDRESS = 1900  # the column that keeps a request's address holds 2000
HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
PLAIN_WORDS = {
    "missing": "is needed",
    "extra_forbidden": "is not a setting of this connector",
    "string_type": "must be text",
    "string_too_short": "is needed",
    "string_too_long": "is too long",
    "bool_parsing": "must be yes or no",
    "bool_type": "must be yes or no",
    "int_parsing": "must be a whole number",
    "greater_than_equal": "is too small",
    "less_than_equal": "is too large",
}


class InvalidSettings(ValueError):
    """Settings that cannot be; `problems` has a field name and a sentence each."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__("; ".join(f"{name} {sentence}" for name, sentence in problems.items()))
        self.problems = dict(problems)


def read_settings(model: type[Model], data: Mapping[str, Any], *, allow_loopback: bool) -> Model:
    """The settings as `model` has them. Raises InvalidSettings."""
    try:
        return model.model_validate(dict(data), context={"allow_loopback": allow_loopback})
    except ValidationError as error:
        raise InvalidSettings({_name(fault["loc"]): _sentence(fault) for fault in error.errors()}) from None


def checked_address(text: str, info: ValidationInfo) -> str:
    """A base address: https, or plain http to this machine where that is allowed. Raises ValueError."""
    loopback_allowed = bool(info.context and info.context.get("allow_loopback"))
    try:
        url = httpx2.URL(text)
    except httpx2.InvalidURL:
        raise ValueError("is not a web address") from None
    if url.scheme not in ("http", "https") or not url.host:
        raise ValueError("must be a web address such as https://shop.example/api")
    if url.userinfo or url.query or url.fragment:
        raise ValueError("must not hold a user, a query or a fragment")
    if len(text) > LONGEST_ADDRESS:
        raise ValueError("is too long")
    if url.scheme == "http" and not is_loopback(url.host):
        raise ValueError("must start with https://")
    if is_loopback(url.host):
        if not loopback_allowed:
            raise ValueError("is on this machine, which only ALLOW_LOOPBACK_CONNECTORS=1 permits")
    elif (url.port or 443) not in HTTPS_PORTS:
        raise ValueError(f"must use one of the ports {', '.join(map(str, sorted(HTTPS_PORTS)))}")
    elif _is_closed(url.host):
        raise ValueError("is an address of a private network, which connectors may not call")
    return text.rstrip("/")


def checked_header_value(text: str) -> str:
    """Text that can stand in a header: visible ASCII and inner spaces. Raises ValueError."""
    if not text.isascii() or not text.isprintable():
        raise ValueError("must be plain printable characters on one line")
    return text


def is_loopback(host: str) -> bool:
    """Whether this host name or address plainly means this machine."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _is_closed(host: str) -> bool:
    """Whether it is written as an address that is not public; a name shows that only when it is looked up."""
    try:
        return not is_allowed(host, loopback=False, plain=False)
    except ValueError:
        return False


def _name(location: tuple[int | str, ...]) -> str:
    return ".".join(str(part) for part in location) or "settings"


def _sentence(fault: Mapping[str, Any]) -> str:
    if fault["type"] == "literal_error":
        return f"must be one of {fault['ctx']['expected']}"
    if fault["type"] == "value_error":
        return str(fault["ctx"]["error"])
    return PLAIN_WORDS.get(fault["type"], "cannot be read")
