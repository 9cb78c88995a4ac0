"""`GET …/exchanges/<reference>`, and `POST …/news` about one."""

from __future__ import annotations

from flask import Blueprint
from flask.typing import ResponseReturnValue

from app.queries.exchange_record import record_of
from app.queries.exchanges import exchange_called
from app.services.api_keys import Caller, Scope
from app.services.exchange_news import CannotMark, UnknownExchange, take_news
from app.web.api.gate import json_body, needs
from app.web.api.news_body import news_in
from app.web.api.once import answered_once
from app.web.clock import now
from app.web.problems import Problem

PATH = "/stores/<slug>/exchanges/<reference>"


def register(blueprint: Blueprint) -> None:
    blueprint.add_url_rule(PATH, "exchange", show_exchange, methods=["GET"])
    blueprint.add_url_rule(f"{PATH}/news", "news", post_news, methods=["POST"])


@needs(Scope.EXCHANGES_READ)
def show_exchange(_caller: Caller, reference: str) -> ResponseReturnValue:
    """Everything about one exchange, as `exchange show --json` prints it."""
    exchange = exchange_called(reference)
    if exchange is None:
        raise _unknown()
    return record_of(exchange)


@needs(Scope.EXCHANGES_WRITE)
def post_news(caller: Caller, reference: str) -> ResponseReturnValue:
    """Take down one piece of news, once for each Idempotency-Key."""
    return answered_once(caller, lambda: _take(caller, reference))


def _take(caller: Caller, reference: str) -> ResponseReturnValue:
    try:
        exchange = take_news(reference, news_in(json_body()), caller.actor, now())
    except UnknownExchange:
        raise _unknown() from None
    except CannotMark as refused:
        raise Problem(409, str(refused)) from None
    return {"reference": exchange.reference, "state": exchange.status}


def _unknown() -> Problem:
    return Problem(404, "There is no exchange with this reference in the store.")
