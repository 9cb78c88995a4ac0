"""Requests and replies without the people in them: evidence shows what was said, not to whom.

Credentials were taken out before the evidence was stored (`app.services.attempt_evidence`).
"""

from __future__ import annotations

import json
import re
from urllib.parse import parse_qsl

from app.domain.facts import Address
from app.models import Exchange, Order
from app.web.console.words import DOTS

PERSONAL = re.compile(
    r"e-?mail|phone|name|street|address|city|postal|zip|province|customer|recipient", re.IGNORECASE
)
EMAIL = re.compile(r"[^\s\"'<>@=&]+(?:@|%40)[^\s\"'<>@&]+")
FORM = re.compile(r"[\w.\[\]%+-]+=[^\s&]*(?:&[\w.\[\]%+-]+=[^\s&]*)*")
CUT = "… (the rest was not kept)"
LONGEST = 8000
SHORTEST_NAME, SHORTEST_PHONE = 2, 6

Json = dict[str, "Json"] | list["Json"] | str | int | float | bool | None


class Masks:
    """Takes e-mail addresses out of any text, and the people of one order, where there is one."""

    def __init__(self, order: Order | None = None, exchange: Exchange | None = None) -> None:
        changed = exchange.shipping_address if exchange else None
        words = _words_of(order, Address.from_data(changed or {})) if order else set()
        # The longest first: a whole name goes before its parts.
        known = [rf"(?<!\w){word}(?!\w)" for word in sorted(words, key=len, reverse=True)]
        self._known = re.compile("|".join([EMAIL.pattern, *known]), re.IGNORECASE)

    def text(self, text: str) -> str:
        """A sentence, of ours or of a platform."""
        return self._known.sub(DOTS, text)

    def body(self, body: bytes | str) -> str:
        """JSON in readable lines and forms field by field, every personal value masked; else as `text`."""
        text = body.decode("utf-8", "replace") if isinstance(body, bytes) else body
        try:
            return self._json(text)
        except ValueError:
            pass
        if text.lstrip()[:1] in ("{", "["):
            return self._begun_json(text)
        if FORM.fullmatch(text.strip()):
            pairs = parse_qsl(text.strip(), keep_blank_values=True)
            return "\n".join(f"{key}={self._masked(value, key)}" for key, value in pairs)[:LONGEST]
        return self.text(text)[:LONGEST]

    def headers(self, headers: dict[str, str]) -> str:
        """One header a line."""
        return "\n".join(f"{name}: {self.text(value)}" for name, value in headers.items())

    def _json(self, text: str) -> str:
        data: Json = json.loads(text, parse_float=str)
        return json.dumps(self._masked(data), ensure_ascii=False, indent=2)[:LONGEST]

    def _begun_json(self, text: str) -> str:
        """What was cut while it was stored, up to the last value that is whole."""
        try:
            return f"{self._json(_whole_part(text))}\n{CUT}"
        except ValueError:
            return f"{DOTS} ({len(text)} characters that cannot be read)"

    def _masked(self, data: Json, key: str = "", *, personal: bool = False) -> Json:
        personal = personal or PERSONAL.search(key) is not None
        if isinstance(data, dict):
            return {key: self._masked(value, key, personal=personal) for key, value in data.items()}
        if isinstance(data, list):
            return [self._masked(value, personal=personal) for value in data]
        if isinstance(data, str):
            return DOTS if personal and data else self.text(data)
        return DOTS if personal and data is not None and not isinstance(data, bool) else data


def _words_of(order: Order, changed: Address) -> set[str]:
    """Patterns for the names, streets and telephone numbers that this order knows."""
    ordered = Address.from_data(order.shipping_address)
    buyer = f"{order.first_name} {order.last_name}"
    names = {part for each in (buyer, ordered.name, changed.name) for part in (each, *each.split())}
    streets = {street for each in (ordered, changed) for street in (each.street1, each.street2)}
    texts = {text.strip() for text in names | streets if any(char.isalpha() for char in text)}
    phones = {re.sub(r"\D", "", each) for each in (order.phone, ordered.phone, changed.phone)}
    return {
        *(re.escape(text) for text in texts if len(text) >= SHORTEST_NAME),
        *(_spelt_anyhow(phone) for phone in phones if len(phone) >= SHORTEST_PHONE),
    }


def _spelt_anyhow(phone: str) -> str:
    """The end of a number with or without spaces and dashes, and what stands before it."""
    return r"\+?[\d ().-]{0,12}" + r"\D{0,2}".join(phone[-9:])


def _whole_part(text: str) -> str:
    """JSON that breaks off, up to its last comma between values, with what is open closed."""
    open_ones: list[str] = []
    end, closing, inside, escaped = 0, "", False, False
    for place, char in enumerate(text):
        if inside:
            inside, escaped = escaped or char != '"', char == "\\" and not escaped
        elif char == '"':
            inside = True
        elif char in "{[":
            open_ones.append("}" if char == "{" else "]")
        elif char in "}]" and open_ones:
            open_ones.pop()
        elif char == ",":
            end, closing = place, "".join(reversed(open_ones))
    return text[:end] + closing
