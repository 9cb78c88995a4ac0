"""What a mail shows, whichever body it is drawn in."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class MailItem:
    """What goes back, and what comes for it."""

    leaves: str
    arrives: str


@dataclass(frozen=True)
class MailRow:
    """Something worth finding again: a number, a day, an amount."""

    label: str
    value: str


@dataclass(frozen=True)
class MailLink:
    label: str
    url: str


@dataclass(frozen=True)
class MailPage:
    """One mail. `lead` are paragraphs above what is shown, `after` those below it.

    `code` stands large and alone on its line, where the bytes that are stored leave a place open.
    """

    subject: str
    headline: str
    lead: tuple[str, ...] = ()
    items: tuple[MailItem, ...] = ()
    items_title: str = "Going back, and coming to you"
    rows: tuple[MailRow, ...] = ()
    code: str = ""
    links: tuple[MailLink, ...] = ()
    after: tuple[str, ...] = ()
    reason: str = ""  # why this mail came, at its foot
