"""Ravelin's connectors as a store sets them up, and the events of an exchange from first to last."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from app.connectors.base import Request
from app.connectors.fraud.ravelin import RavelinListener, RavelinScreener
from app.domain.exchange_report import ExchangeReport
from tests.connectors.conversation import reply, talk
from tests.connectors.worked_cases import once_paid

KEY = "sk_test_example"


def screener(**settings: Any) -> RavelinScreener:
    return RavelinScreener.configure({"refund_abuse": True} | settings, KEY, allow_loopback=False)


def listener(**settings: Any) -> RavelinListener:
    return RavelinListener.configure(settings, KEY, allow_loopback=False)


def events(told: ExchangeReport, **settings: Any) -> list[Request]:
    """What is asked before placing, what is told after it, and what once its money has moved."""
    unplaced = replace(told, platform_order="", placed_at=None)
    asked = talk(screener(**settings), unplaced, lambda _: reply({"data": {"action": "ALLOW"}})).requests
    later = [*once_paid(told), *([told] if told.moved else [])]
    reports = [replace(told, moved=None), *later]
    heard = [talk(listener(**settings), each, lambda _: reply(b"null")).requests for each in reports]
    return [*asked, *(request for requests in heard for request in requests)]


def refusal(told: ExchangeReport, **settings: Any) -> str:
    return talk(listener(**settings), told, lambda _: reply(b"null")).refusal


def body(request: Request) -> Any:
    return json.loads(request.body)
