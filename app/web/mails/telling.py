"""A letter with its days, times, amounts and addresses as people read them, in the store's own way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import get_timezone_name

from app.domain.letter import Letter
from app.web.filters import day_time, long_date, money, parsed_locale


@dataclass(frozen=True)
class Telling:
    """What the words of a mail are made from. `base` is the portal's address, no slash at its end."""

    letter: Letter
    base: str
    build: Callable[..., str]

    def fact(self, name: str) -> Any:
        """A fact of the letter, None where it has none."""
        return self.letter.facts.get(name)

    def amount(self, minor: int) -> str:
        return money(minor, self.letter.sender.currency, self.letter.sender.locale)

    def day(self, text: str) -> str:
        """An ISO day as "14 December 2026"."""
        return long_date(date.fromisoformat(text), self.letter.sender.locale)

    def moment(self, text: str) -> str:
        """An ISO time as "22 November, 16:20 EST": a mail is read anywhere, so the zone is named."""
        sender, at = self.letter.sender, datetime.fromisoformat(text)
        local = at.astimezone(ZoneInfo(sender.time_zone))
        zone = get_timezone_name(local, width="short", locale=parsed_locale(sender.locale))
        return f"{day_time(at, sender.locale, sender.time_zone)} {zone}"

    def address(self, endpoint: str, **values: str) -> str:
        """The whole address of one of the store's pages."""
        return self.base + self.build(endpoint, {"store_slug": self.letter.sender.slug, **values})

    def within(self, text: str) -> str:
        """An address as it is, or one of the portal's own from its path."""
        return self.base + text if text.startswith("/") else text

    def reset_url(self, token: str) -> str:
        """Where an agent chooses another password."""
        return self.base + self.build("console.reset", {"reset_token": token})

    @property
    def status_url(self) -> str:
        """Where the exchange can be looked at."""
        page = "shopper.gift_status" if self.letter.gift else "shopper.status"
        return self.address(page, public_id=self.letter.exchange)
