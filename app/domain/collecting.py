"""How an amount due is collected: at the payment provider before anything is sent, later, or not at all."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from app.domain.policy import Collect, Policy, SmallDue


class Collecting(StrEnum):
    """`GATEWAY`: paid before placing. `LATER`: the shop collects it. `WAIVED`: too small, given up."""

    GATEWAY = "gateway"
    LATER = "later"
    WAIVED = "waived"


@dataclass(frozen=True)
class Till:
    """Where a store takes payments: the provider's name, and in minor units the least that it takes and what
    every amount has to be a multiple of.
    """

    gateway: str
    least: int = 0
    step: int = 1

    def takes(self, due: int) -> bool:
        """Whether exactly this amount can be paid there."""
        return due % self.step == 0


def collecting(policy: Policy, due: int, till: Till | None) -> Collecting | None:
    """How this amount due (minor units) is collected; None where nothing is due."""
    if due <= 0:
        return None
    if till is None or policy.collect is Collect.LATER:
        return Collecting.LATER
    if due < till.least:
        return Collecting.WAIVED if policy.small_due is SmallDue.WAIVE else Collecting.LATER
    return Collecting.GATEWAY


def final_due(due: int, drift: int | None) -> int:
    """What is taken in the end, once the platform has counted: between nothing and what was confirmed."""
    return max(0, due + min(0, drift or 0))
