"""The StateSet connector as a store sets it up, and a StateSet that says yes, or what a test has it say."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from app.connectors.base import Reply, Request
from app.connectors.platforms.stateset import StateSetPlacer
from app.domain.exchange_order import ExchangeOrder
from app.domain.exchange_report import ExchangeReport
from tests.connectors.conversation import Talk, reply, talk
from tests.connectors.worked_cases import CAP, CARD, PARKA, SOCKS, line, order, report
from tests.connectors.worked_cases import CASES as WORKED

# What an earlier exchange sent stands in an order of its own at StateSet, unit by unit.
TWO_SOCKS = replace(SOCKS, quantity=2, credit=2000, orders=("ord_exch_1", "ord_exch_2"))
TWO_CAPS = replace(CAP, quantity=2, credit=9000, orders=("ord_exch_3", "ord_exch_4"))
FROM_ITS_CARD = replace(CARD, returned=(TWO_CAPS, replace(PARKA, orders=("ord_exch_4",))))
AGAIN_BY_UNITS = order(line("SOCKS-L", "Wool Socks L", 2100, TWO_SOCKS), card=FROM_ITS_CARD)
CASES = WORKED | {"again_by_units": report(replace(AGAIN_BY_UNITS, original_order_id="ord_exch_1"))}


def placer(secret: str = "st_example", **settings: Any) -> StateSetPlacer:
    return StateSetPlacer.configure(settings, secret, allow_loopback=False)


PLACER = placer()
NO = reply({"error": {"code": "OUT_OF_STOCK", "message": "No stock.", "param": "exchange_variant_id"}}, 422)


def said_yes(request: Request) -> Reply:
    """StateSet agrees to everything; a return is numbered after the key of the call."""
    key = request.headers["Idempotency-Key"].split(":", 1)[1]
    if request.name == "exchange":
        return reply({"exchange_order_id": f"ord_exch_{key.split('%3A')[0]}"})
    return reply({"id": f"rt_{key.rsplit(':', 1)[0].replace('%3A', '_')}"}, 201)


def conversation(message: ExchangeOrder, **settings: Any) -> Talk:
    return talk(placer(**settings), message, said_yes)


def answered(case: ExchangeReport, *exchanges: Reply, credit: Reply | None = None) -> Talk:
    """Returns are made without trouble; `exchanges` are the answers to the exchange calls in turn."""
    made, waiting = iter(range(1, 100)), iter(exchanges)

    def send(request: Request) -> Reply:
        if request.name == "exchange":
            return next(waiting)
        if request.name == "store credit" and credit is not None:
            return credit
        return reply({"id": f"rt_{next(made)}"}, 201)

    return talk(PLACER, case.order, send)
