"""Which mail server takes the mails: its address as one setting, read strictly."""

from __future__ import annotations

from dataclasses import dataclass, field
from email.headerregistry import Address
from enum import StrEnum
from urllib.parse import unquote, urlsplit

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


class InvalidMailServer(ValueError):
    """The address cannot be used; the message says why and never holds the password."""


class Security(StrEnum):
    """How the connection is kept private: not at all, from the start, or after a plain greeting."""

    NONE = "smtp"
    TLS = "smtps"
    STARTTLS = "smtp+starttls"


PORTS = {Security.NONE: 25, Security.TLS: 465, Security.STARTTLS: 587}  # RFC 5321, 8314, 6409


@dataclass(frozen=True)
class MailServer:
    """Where mails are handed in. `user` and `password` are empty where it asks for none."""

    security: Security
    host: str
    port: int
    user: str = ""
    password: str = field(default="", repr=False)

    @property
    def url(self) -> str:
        """The address without the credentials."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.security}://{host}:{self.port}"

    @classmethod
    def from_url(cls, text: str) -> MailServer:
        """From `smtps://user:password@mail.example`. Raises InvalidMailServer.

        A password never crosses a network unencrypted: plain `smtp` takes one for this machine only.
        """
        try:
            parts = urlsplit(text.strip())
            port, host = parts.port, parts.hostname
        except ValueError:
            raise InvalidMailServer("is not an address such as smtps://user:password@mail.example") from None
        if parts.scheme not in tuple(Security):
            raise InvalidMailServer("must begin with smtp://, smtps:// or smtp+starttls://")
        if not host or parts.path not in ("", "/") or parts.query or parts.fragment:
            raise InvalidMailServer("must name a host and a port at most, as in smtps://mail.example:465")
        security = Security(parts.scheme)
        user, password = unquote(parts.username or ""), unquote(parts.password or "")
        if bool(user) != bool(password):
            raise InvalidMailServer("must have both a user and a password, or neither")
        if user and security is Security.NONE and host not in LOOPBACK:
            raise InvalidMailServer("must begin with smtps:// or smtp+starttls:// where it has a password")
        return cls(security, host, port or PORTS[security], user, password)


def checked_sender(text: str) -> str:
    """The address that mails come from. Raises InvalidMailServer."""
    try:
        address = Address(addr_spec=text.strip())
    except (ValueError, IndexError):
        address = Address()
    if not address.username or "." not in address.domain or not text.isascii():
        raise InvalidMailServer("must be an e-mail address such as exchanges@shop.example")
    return address.addr_spec
