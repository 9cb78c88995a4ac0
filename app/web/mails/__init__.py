"""Letters put into words: subject, text and HTML of each mail, made from one description of it.

Both bodies are drawn from the same `MailPage`, so they cannot say different things. Nothing here is asked of
the database: a letter holds all that its mail tells.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial

from flask import Flask

from app.domain.letter import Letter, Written
from app.web.colours import brand_palette
from app.web.mails.kinds import page_of
from app.web.mails.telling import Telling
from app.web.mails.unbroken import unbroken

BLANK = re.compile(r"\n{3,}")
HOUSE_ACCENT = "#2f4a3a"


def writer_of(app: Flask, public_url: str) -> Callable[[Letter], Written]:
    """Who writes this application's mails; links in them begin with `public_url`."""
    base = public_url.rstrip("/")

    def write(letter: Letter) -> Written:
        addresses = app.url_map.bind("")
        telling = Telling(letter, base, addresses.build)
        page = page_of(telling)
        values = {
            "page": page,
            "sender": letter.sender,
            "order": letter.order,
            "front_url": telling.address("shopper.front"),
            "palette": _palette(letter.sender.accent),
            "whole": partial(unbroken, codes=_codes(letter)),
        }
        text = app.jinja_env.get_template("mail/letter.txt").render(values)
        html = app.jinja_env.get_template("mail/letter.html").render(values)
        return Written(page.subject, BLANK.sub("\n\n", text.strip()) + "\n", html)

    return write


def _codes(letter: Letter) -> tuple[str, ...]:
    return tuple(filter(None, (letter.order, letter.reference, letter.facts.get("rma"))))


def _palette(accent: str) -> object:
    try:
        return brand_palette(accent or HOUSE_ACCENT)
    except ValueError:  # the row was changed by hand
        return brand_palette(HOUSE_ACCENT)
