"""The codes of gift cards on their way to and from Medusa: whoever has one has the money.

A code goes out in the place of what stands for it in the stored request, and is taken out of every answer
before anybody else sees that. Where an answer holds one card, its code is handed on sealed.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from app.connectors.base import Reply, Request
from app.connectors.platforms.medusa_json import Json, entries, inner, read, text, to_bytes
from app.connectors.results import Sealed
from app.domain.gift_card_code import is_code, tail_of

MASK = "***"
ENDS_IN = "ends_in"
OURS = re.compile(rb"EV(?:-[A-Z2-7]{4}){4}")
PLACE = re.compile(rb"@@code-of-([A-Za-z0-9-]{1,40})@@")


def place_of_code(reference: str) -> str:
    """What stands for the code of this exchange's card."""
    return f"@@code-of-{reference}@@"


def code_of(key: bytes, reference: str) -> str:
    """The same code every time for one exchange, and no way to it without our key."""
    digest = hmac.new(key, f"gift card {reference}".encode(), hashlib.sha256).digest()
    letters = base64.b32encode(digest[:10]).decode()
    return "-".join(["EV", *(letters[start : start + 4] for start in range(0, len(letters), 4))])


def filled(request: Request, key: bytes) -> Request:
    """The request as it leaves."""
    body = PLACE.sub(lambda found: code_of(key, found[1].decode()).encode(), request.body)
    return replace(request, body=body) if body != request.body else request


def without_codes(reply: Reply, seal: Callable[[str], Sealed]) -> Reply:
    """The answer as it may be kept: codes masked, their last signs beside them."""
    content = read(reply)
    cards = [*entries(content.get("gift_cards")), *filter(None, [inner(content, "gift_card")])]
    codes = [code for card in cards if (code := text(card.get("code")))]
    if not codes:
        body = OURS.sub(MASK.encode(), reply.body)  # such as a refusal that names the code
        return replace(reply, body=body) if body != reply.body else reply
    for card in cards:
        card[ENDS_IN] = tail_of(text(card.get("code")))
    body = to_bytes(_masked(content, codes))
    single = codes[0] if len(codes) == 1 and is_code(codes[0]) else ""
    return replace(reply, body=body, sealed=seal(single) if single else None)


def _masked(value: Any, codes: list[str]) -> Any:
    """The same JSON without any of these, wherever they stand."""
    if isinstance(value, str):
        for code in codes:
            value = value.replace(code, MASK)
        return value
    if isinstance(value, dict):
        return {name: _masked(entry, codes) for name, entry in value.items()}
    return [_masked(entry, codes) for entry in value] if isinstance(value, list) else value


def tail_in(card: Json) -> str:
    """The last signs of a card's code, in an answer that was masked."""
    return text(card.get(ENDS_IN))
