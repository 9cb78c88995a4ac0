"""Forgiving spellings: what a shopper types and what an order was stored with meet in one key.

A key serves for comparing only; what is shown and sent keeps its own spelling. An empty key means
that nothing usable was typed, and must never match anything.
"""

from __future__ import annotations

import re
import unicodedata

_OTHER_ASCII = re.compile(r"[^0-9A-Za-z]+")
_ZIP_PLUS_4 = re.compile(r"([0-9]{5})[0-9]{4}")


def number_key(text: str) -> str:
    """Letters and digits of an order number: "#nw 1001", "NW-1001" and "nw1001" are one order."""
    return _letters_and_digits(text)


def number_digits(text: str) -> str:
    """The digits of an order number, by which it is found without its prefix: "1001" of "NW-1001"."""
    return "".join(sign for sign in number_key(text) if sign.isdigit())


def could_be(typed: str, stored: str) -> bool:
    """Whether two keys of `number_key` may mean one order: one may lack or add words in front.

    "1001" and "order no. NW-1001" both may be NW-1001; their digits must agree besides.
    """
    return bool(typed) and bool(stored) and (typed.endswith(stored) or stored.endswith(typed))


def code_key(text: str) -> str:
    """Letters and digits of a gift code: "rose 7" is ROSE-7."""
    return _letters_and_digits(text)


def postcode_key(text: str) -> str:
    """Letters and digits of a postcode; of a ZIP+4 the first five, as few people know the rest.

    The quote that spreadsheets put before a leading zero falls away with all other signs.
    """
    key = _letters_and_digits(text)
    plus_4 = _ZIP_PLUS_4.fullmatch(key)
    return plus_4[1] if plus_4 else key


def email_key(text: str) -> str:
    """An e-mail address without spaces, invisible signs and capitals."""
    if text.isascii() and text.isprintable():
        return text.lower().replace(" ", "")
    kept = (sign for sign in _plain(text) if not sign.isspace() and not _is_invisible(sign))
    # Composed once more: an accent may have stood apart from its letter by a space only.
    return unicodedata.normalize("NFKC", "".join(kept))


def _letters_and_digits(text: str) -> str:
    if text.isascii():  # nearly every number is, and many are looked at
        return _OTHER_ASCII.sub("", text).lower()
    return "".join(_ascii_digit(sign) for sign in _plain(text) if sign.isalnum())


def _plain(text: str) -> str:
    """One spelling for look-alikes: full-width forms, composed accents, capitals."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())


def _ascii_digit(sign: str) -> str:
    """Arabic, Persian and other keyboards have digits of their own."""
    value = unicodedata.decimal(sign, None)
    return sign if value is None else str(value)


def _is_invisible(sign: str) -> bool:
    """Control and formatting signs, such as direction marks that come along with copied text."""
    return unicodedata.category(sign) in ("Cc", "Cf")
