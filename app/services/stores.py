"""Opening a store and changing how it looks: what was typed is checked, refused in plain words.

Each check raises InvalidStore with the option at fault. Connecting a store to its platform is done in
`connector_settings`, keys for signed links are made in `portal_links`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel import Locale, UnknownLocaleError
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.domain.money import UnknownCurrency, exponent
from app.domain.policy import Policy
from app.models import Store, TaxMode, db, store_scope, writing
from app.services import audit
from app.services.policies import keep_version, policy_data
from app.services.return_labels import is_label_template

SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
RESERVED = frozenset(
    {"admin", "api", "assets", "console", "docs", "favicon", "health", "help", "hooks", "login", "logout"}
    | {"metrics", "robots", "sandbox", "static", "store", "stores", "support", "www"}
)
HOST = re.compile(r"(?:\*\.)?[a-z0-9-]+(?:\.[a-z0-9-]+)+(?::\d{1,5})?")
COLOUR = re.compile(r"#(?:[0-9a-f]{3}|[0-9a-f]{6})", re.IGNORECASE)
WEB_ADDRESS = re.compile(r"https?://[^\s\"'<>/]+(?:/[^\s\"'<>]*)?")
EMAIL = re.compile(r"[^\s@<>\"',?&]+@[^\s@<>\"',?&]+\.[^\s@<>\"',?&]+")


class InvalidStore(ValueError):
    """Something about a store that cannot be; `field` names it."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(f"{field} {sentence}")
        self.field = field


class StoreExists(ValueError):
    """Another store has this slug."""


@dataclass(frozen=True)
class NewStore:
    """A store as somebody typed it in. `tax_rate` is a percentage such as "8.25"."""

    slug: str
    name: str
    currency: str
    locale: str
    time_zone: str
    tax_mode: str = TaxMode.EXCLUSIVE
    tax_rate: str = "0"


def create_store(
    new: NewStore, now: datetime, actor: str = "operator", policy: Mapping[str, Any] = MappingProxyType({})
) -> int:
    """Open a store; its id. `policy` holds the fields that are not the default in its first policy.

    Raises InvalidStore, InvalidPolicy and StoreExists.
    """
    store = Store(
        slug=checked_slug(new.slug),
        name=checked_name(new.name),
        currency=checked_currency(new.currency),
        locale=checked_locale(new.locale),
        time_zone=checked_time_zone(new.time_zone),
        tax_mode=checked_tax_mode(new.tax_mode),
        tax_rate_ppm=checked_tax_rate(new.tax_rate),
        branding={},
        policy_data=policy_data(Policy.from_data(policy)),
        image_hosts=[],
        created_at=now,
    )
    try:
        with writing():
            db.session.add(store)
            db.session.flush()
            with store_scope(store.id):
                keep_version(store, now, actor)
                audit.record(f"store:{store.id}", actor, "created", {"slug": store.slug}, now)
            return store.id
    except IntegrityError:
        raise StoreExists(new.slug) from None


def brand_store(slug: str, branding: Mapping[str, str], image_hosts: list[str] | None, now: datetime) -> None:
    """Change a store's accent, logo_url, help_url, label_url and support_email; an empty text takes one away.

    `image_hosts`, when given, replace those that pictures may come from. Raises InvalidStore, and
    LookupError for an unknown store.
    """
    hosts = None if image_hosts is None else [checked_host(host) for host in image_hosts]
    with writing():
        store = db.session.scalar(select(Store).where(Store.slug == slug))
        if store is None:
            raise LookupError(slug)
        allowed = hosts if hosts is not None else store.image_hosts
        checked = {name: checked_brand(name, text, allowed) for name, text in branding.items()}
        store.branding = {name: text for name, text in (store.branding | checked).items() if text}
        store.image_hosts = allowed
        with store_scope(store.id):
            changed = sorted([*checked, *(["image_hosts"] if hosts is not None else [])])
            audit.record(f"store:{store.id}", "operator", "branded", {"fields": changed}, now)


def checked_slug(text: str) -> str:
    if not 2 <= len(text) <= 40 or not SLUG.fullmatch(text):
        raise InvalidStore("slug", "must be 2 to 40 small letters and digits, with single hyphens between")
    if text in RESERVED:
        raise InvalidStore("slug", f"{text!r} is kept for pages of the portal itself")
    return text


def checked_name(text: str) -> str:
    name = " ".join(text.split())
    if not 1 <= len(name) <= 120 or any(unicodedata.category(sign) in ("Cc", "Cs") for sign in name):
        raise InvalidStore("--name", "must be 1 to 120 characters")
    return name


def checked_currency(text: str) -> str:
    code = text.strip().upper()
    try:
        exponent(code)
    except UnknownCurrency:
        raise InvalidStore("--currency", f"{text!r} is not a currency of ISO 4217, such as USD") from None
    return code


def checked_locale(text: str) -> str:
    try:
        return str(Locale.parse(text.strip().replace("-", "_")))
    except (ValueError, UnknownLocaleError, TypeError):
        raise InvalidStore("--locale", f"{text!r} is not a locale, such as en_US") from None


def checked_time_zone(text: str) -> str:
    try:
        return ZoneInfo(text.strip()).key
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise InvalidStore("--timezone", f"{text!r} is not a time zone, such as Europe/Berlin") from None


def checked_tax_mode(text: str) -> TaxMode:
    try:
        return TaxMode(text)
    except ValueError:
        raise InvalidStore("--tax-mode", f"must be one of {', '.join(TaxMode)}") from None


def checked_tax_rate(text: str) -> int:
    """Parts per million of a percentage: "8.25" is 82500."""
    try:
        parts = Decimal(text.strip().removesuffix("%")).scaleb(4)
    except InvalidOperation:
        parts = Decimal(-1)
    if not parts.is_finite() or not 0 <= parts <= 1_000_000 or parts != parts.to_integral_value():
        raise InvalidStore("--tax-rate", "must be a percentage from 0 to 100, such as 8.25")
    return int(parts)


def checked_host(text: str) -> str:
    host = text.strip().lower()
    if not HOST.fullmatch(host):
        raise InvalidStore("--image-host", f"{text!r} is not a host name, such as cdn.example.com")
    return host


def checked_brand(field: str, text: str, image_hosts: list[str]) -> str:
    """One part of the branding, empty to take it away. Raises InvalidStore."""
    text = text.strip()
    option = f"--{field.replace('_', '-')}"
    if field == "accent" and text and not COLOUR.fullmatch(text):
        raise InvalidStore(option, f"{text!r} is not a colour such as #1f2a44")
    if field == "help_url" and text and not WEB_ADDRESS.fullmatch(text):
        raise InvalidStore(option, "must be a web address such as https://shop.example/help")
    if field == "support_email" and text and not EMAIL.fullmatch(text):
        raise InvalidStore(option, "must be an e-mail address")
    if field == "label_url" and text and not is_label_template(text):
        places = "{rma}, {order} and {reference} may stand after the host"
        raise InvalidStore(
            option, f"must be an https address such as https://labels.example/{{rma}}; {places}"
        )
    if field == "logo_url" and text and not text.startswith("/static/"):
        host = text.split("/")[2].lower() if WEB_ADDRESS.fullmatch(text) else None
        if host not in image_hosts:
            raise InvalidStore(option, "must be a picture on a host that --image-host names")
    return text
