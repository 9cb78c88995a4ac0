"""A gift card instead: a return of the items, and a card of Medusa's loyalty plugin for them.

An exchange in Medusa cannot be return-only. The card carries our reference, by which a second one is
prevented, and a code made from it that nobody can guess (`medusa_codes`): Medusa tells a card's value to
anyone who knows its code. The order still shows the refund as owed, so the return says not to pay it as well.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.connectors.base import Request
from app.connectors.platforms.medusa_asking import Asked, content_of, pending, read_order, units_by_line
from app.connectors.platforms.medusa_calls import DUE_BEFORE, REFERENCE
from app.connectors.platforms.medusa_codes import place_of_code, tail_in
from app.connectors.platforms.medusa_course import Course, NoWayOn
from app.connectors.platforms.medusa_json import Json, amount, entries, inner, minor_of, read, text
from app.connectors.platforms.medusa_lines import inbound
from app.connectors.platforms.medusa_reply import Exchange, explain, is_yes
from app.connectors.results import Issued
from app.domain.exchange_order import CardLine
from app.domain.money import exponent

NOTE = "Evenly pays these items out as a gift card. Do not refund them as well."


@dataclass(frozen=True)
class OurReturn:
    """A return that carries our reference."""

    id: str
    display_id: str
    open: bool
    due_before: str


@dataclass(frozen=True)
class CardsFound:
    """What was there of a gift card of ours before: the card itself, and returns."""

    card: Json
    returns: tuple[OurReturn, ...]

    @property
    def returned(self) -> OurReturn | None:
        return next((one for one in self.returns if not one.open), None)


@dataclass(frozen=True)
class CardPlaced:
    """A gift card that was made. `value` in minor units."""

    id: str
    value: int | None
    returned: OurReturn


def look_for_card(asked: Asked, order_id: str, card: CardLine) -> Course[CardsFound]:
    """What there is already. Raises NoWayOn where no card can be made."""
    if asked.settings.gift_cards == "none":
        raise NoWayOn("gift cards are not switched on for this connector (gift_cards=loyalty)")
    if card.face + card.bonus < 10 ** exponent(asked.message.currency):
        raise NoWayOn("Medusa takes no gift card worth less than 1")
    cards = content_of((yield asked.calls.gift_cards(asked.message.reference)))
    found = content_of((yield asked.calls.returns_of(order_id)))
    ours = [
        OurReturn(
            id=text(entry.get("id")),
            display_id=text(entry.get("display_id")),
            open=entry.get("status") == "open",
            due_before=text(inner(entry, "metadata").get(DUE_BEFORE)),
        )
        for entry in entries(found.get("returns"))
        if inner(entry, "metadata").get(REFERENCE) == asked.message.reference
        and entry.get("canceled_at") is None
    ]
    return CardsFound(next(iter(_ours(asked, cards)), {}), tuple(ours))


def place_card(
    asked: Asked, order_id: str, card: CardLine, everything: Sequence[Exchange], found: CardsFound
) -> Course[CardPlaced]:
    """The return and the card, as far as they are not there yet. Raises NoWayOn."""
    returned = found.returned
    if returned is None:
        for one in found.returns:
            yield asked.calls.delete_return(one.id)
        returned = yield from _return(asked, order_id, card, everything)
    made = found.card or (yield from _make(asked, card))
    return CardPlaced(text(made.get("id")), minor_of(made.get("value"), asked.message.currency), returned)


def code_made(asked: Asked) -> Course[Issued | None]:
    """The code of the one card of ours, as Medusa has it. None where that is not to be had.

    The last step of its course: an answer's secret is there with the answer alone.
    """
    reply = yield asked.calls.gift_cards(asked.message.reference)
    ours = _ours(asked, read(reply)) if is_yes(reply) else []
    if reply.sealed is None or len(ours) != 1:
        return None
    return Issued(reply.sealed, tail_in(ours[0]))


def _return(asked: Asked, order_id: str, card: CardLine, everything: Sequence[Exchange]) -> Course[OurReturn]:
    order = yield from read_order(asked, order_id)
    items = inbound(asked, units_by_line(asked, order, everything, card.returned))
    metadata = asked.metadata(pending(order, asked.message.currency) or 0)
    location = asked.settings.location_id
    reply = yield asked.calls.begin_return(order_id, location, asked.about(NOTE), metadata)
    begun = inner(content_of(reply), "return")
    identifier = text(begun.get("id"))
    if not identifier:
        raise NoWayOn("Medusa began a return without saying which")
    for request in (asked.calls.return_items(identifier, items), asked.calls.confirm_return(identifier)):
        yield from _step(asked, identifier, request)
    return OurReturn(identifier, text(begun.get("display_id")), open=False, due_before=metadata[DUE_BEFORE])


def _step(asked: Asked, return_id: str, request: Request) -> Course[None]:
    reply = yield request
    if not is_yes(reply):
        yield asked.calls.delete_return(return_id)
        raise NoWayOn(explain(reply))


def _make(asked: Asked, card: CardLine) -> Course[Json]:
    """The card itself; where its code is taken, the one of ours that has it."""
    message = asked.message
    body = {
        "currency_code": message.currency.lower(),
        "value": amount(card.face + card.bonus, message.currency),
        "code": place_of_code(message.reference),
        "reference": "exchange",
        "reference_id": message.reference,
        "note": f"Evenly {message.reference}",
    }
    reply = yield asked.calls.create_gift_card(body)
    if is_yes(reply):
        return inner(read(reply), "gift_card")
    again = yield asked.calls.gift_cards(message.reference)
    for made in _ours(asked, read(again)):
        return made
    raise NoWayOn(f"the items are on their way back, but no gift card was made: {explain(reply)}")


def _ours(asked: Asked, content: Json) -> list[Json]:
    """The cards of this exchange. Medusa drops filters that it does not know, so it is compared again."""
    cards = entries(content.get("gift_cards"))
    return [card for card in cards if card.get("reference_id") == asked.message.reference]
