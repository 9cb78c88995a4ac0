"""What a platform tells of an exchange that it placed, when it is looked at."""

from __future__ import annotations

from dataclasses import dataclass

from app.domain.news import News


@dataclass(frozen=True)
class Seen:
    """All that is known there by now, in the order in which it happens; most of it was told before."""

    news: tuple[News, ...] = ()
