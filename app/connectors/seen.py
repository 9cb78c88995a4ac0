"""What a platform tells of an exchange that it placed, when it is looked at."""

from __future__ import annotations

from dataclasses import dataclass

from app.domain.news import News


@dataclass(frozen=True)
class Seen:
    """All that is known there by now, in the order in which it happens; most of it was told before.

    `doubt` is a sentence for an agent about what no news can say; empty where all is well.
    """

    news: tuple[News, ...] = ()
    doubt: str = ""
