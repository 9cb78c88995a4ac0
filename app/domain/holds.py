"""A hold: units of a variant kept back for one shopper for some minutes.

Taking one, so that two shoppers cannot both have the last unit, is `app.services.holds`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from app.domain.facts import VariantFacts

NEAR_ITS_END = timedelta(minutes=2)
EXTENSIONS = 10  # WCAG 2.2.1 asks for at least ten


@dataclass(frozen=True)
class HoldFacts:
    """What is held for one return item, until when, and how often that was put off."""

    variant_id: int
    units: int
    expires_at: datetime
    extended: int

    def live(self, now: datetime) -> bool:
        return now < self.expires_at

    def near_its_end(self, now: datetime) -> bool:
        """Whether the shopper should be asked whether it is still wanted."""
        return self.live(now) and self.expires_at - now <= NEAR_ITS_END

    @property
    def extendable(self) -> bool:
        return self.extended < EXTENSIONS

    def keeps(self, variant_id: int, units: int, now: datetime) -> bool:
        """Whether exactly these units of this variant are held now."""
        return self.live(now) and (self.variant_id, self.units) == (variant_id, units)


def wants_hold(variant: VariantFacts) -> bool:
    """Whether a variant can run out: not where stock is untracked or more can be ordered."""
    return variant.stock is not None and not variant.backorder
