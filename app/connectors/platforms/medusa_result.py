"""What became of an exchange order in Medusa, compared with what the shopper confirmed.

Medusa makes no new order: the exchange stands on the order it came from, and is numbered here by that
order and Medusa's own count, 1001-E7. What the order has pending afterwards, less what it had before,
is the difference as Medusa reckons it.
"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from app.connectors.base import Placed
from app.connectors.found import LINES_TOTAL
from app.connectors.platforms.medusa_asking import Asked, pending
from app.connectors.platforms.medusa_card import CardPlaced
from app.connectors.platforms.medusa_json import Json, amount, entries, inner, minor_of, text
from app.connectors.platforms.medusa_orders import address_of
from app.connectors.platforms.medusa_paid import unpaid_of
from app.connectors.platforms.medusa_reply import Exchange, units_gone
from app.domain.exchange_order import ExchangeOrder

ELSEWHERE = "the shopper wants it sent to another address than the order has in Medusa: change it there"


def placed(
    asked: Asked, exchange: Exchange | None, card: CardPlaced | None, order: Json, trouble: str = ""
) -> Placed:
    """The result. `trouble` is what went wrong beside it."""
    message = asked.message
    before = _before(asked, exchange, card)
    moved = _moved(asked, before, card, order)
    counted = card.value if card else 0
    face = message.card.face + message.card.bonus if message.card and card else 0
    doubts = [trouble] if trouble else []
    if exchange and _goes_elsewhere(message, order):
        doubts.append(ELSEWHERE)
    if moved is None or counted is None:
        doubts.append("Medusa did not tell what it counts")
        return Placed(_number(asked, exchange, card), None, None, None, _reply(exchange, card), _all(doubts))
    expected = _expected(asked, card)
    if moved != expected:
        ours, theirs = _words(asked, expected), _words(asked, moved)
        doubts.append(f"Medusa reckons {theirs} of difference where {ours} was confirmed")
    if counted != face:
        doubts.append(
            f"its gift card holds {_words(asked, counted)} where {_words(asked, face)} was confirmed"
        )
    product, tax = _sum(asked, exchange, order, "subtotal"), _sum(asked, exchange, order, "tax_total")
    return Placed(
        order=_number(asked, exchange, card),
        total=(message.replacements + message.shipping if exchange else 0) + counted + moved - expected,
        product=product + counted if product is not None else None,
        tax=tax,
        reply=_reply(exchange, card)
        | {"pending_difference": _words(asked, moved), LINES_TOTAL: lines_total(asked, exchange, order)}
        | _to_be_paid(asked, before, order),
        doubt=_all(doubts),
    )


def lines_total(asked: Asked, exchange: Exchange | None, order: Json) -> int | None:
    """What the lines that the exchange sends cost with tax, in minor units; None once one of them came back.

    It stays what it was at placing unless somebody changes the exchange in Medusa.
    """
    ids = exchange.items if exchange else ()
    came_back = [item for item in entries(order.get("items")) if item.get("id") in ids and units_gone(item)]
    return None if came_back else _sum(asked, exchange, order, "total")


def _expected(asked: Asked, card: CardPlaced | None) -> int:
    """The difference that was confirmed; the refund of what a card is given for stays on the order."""
    given = asked.message.card.returned if asked.message.card and card else ()
    return asked.message.difference - sum(item.credit for item in given)


def _before(asked: Asked, exchange: Exchange | None, card: CardPlaced | None) -> int | None:
    """What the order had pending before we began."""
    due_before = exchange.due_before if exchange else card.returned.due_before if card else ""
    try:
        return minor_of(Decimal(due_before), asked.message.currency)
    except InvalidOperation:
        return None


def _moved(asked: Asked, before: int | None, card: CardPlaced | None, order: Json) -> int | None:
    """What the order has pending now, less what it had before."""
    now = pending(order, asked.message.currency)
    if now is None or before is None:
        return None
    expected = _expected(asked, card)
    # Medusa shows a pending difference of one minor unit as none.
    return expected if now == 0 and abs(before + expected) == 1 else now - before


def _sum(asked: Asked, exchange: Exchange | None, order: Json, name: str) -> int | None:
    """This amount over the lines that the exchange sends."""
    ids = exchange.items if exchange else ()
    items = [item for item in entries(order.get("items")) if item.get("id") in ids]
    parts = [minor_of(item.get(name), asked.message.currency) for item in items]
    known = [part for part in parts if part is not None]
    return sum(known) if len(known) == len(ids) else None


def _to_be_paid(asked: Asked, before: int | None, order: Json) -> dict[str, str]:
    """The unpaid collection that Medusa made of the difference, to be marked as paid later.

    Medusa keeps one for all that an order owes, so it is ours only where nothing was owed before.
    """
    unpaid = unpaid_of(order, asked.message.currency)
    if asked.message.difference <= 0 or before is None or before > 0 or len(unpaid) != 1:
        return {}
    (collection,) = unpaid
    return collection.to_data()


def _goes_elsewhere(message: ExchangeOrder, order: Json) -> bool:
    """Whether Medusa, which sends to the order's own address, would send it to another than was asked for."""
    there = address_of(inner(order, "shipping_address"))
    return message.readdressed and not there.same_place(message.shipping_address)


def _number(asked: Asked, exchange: Exchange | None, card: CardPlaced | None) -> str:
    if exchange:
        return f"{asked.number}-E{exchange.display_id}" if exchange.display_id else exchange.id
    if card:
        return f"{asked.number}-R{card.returned.display_id}" if card.returned.display_id else card.returned.id
    return ""


def _reply(exchange: Exchange | None, card: CardPlaced | None) -> dict[str, str]:
    """Medusa's own ids, for people who look there. The code of a card is money, and not among them."""
    said = {}
    if exchange:
        said = {"exchange_id": exchange.id, "return_id": exchange.return_id}
    if card:
        said |= {"gift_card_id": card.id, "gift_card_return_id": card.returned.id}
    return {name: value for name, value in said.items() if text(value)}


def _words(asked: Asked, minor: int) -> str:
    return f"{amount(minor, asked.message.currency)} {asked.message.currency}"


def _all(doubts: list[str]) -> str:
    return "; ".join(doubts)
