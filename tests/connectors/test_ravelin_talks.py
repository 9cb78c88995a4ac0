"""The Ravelin connectors and the pretend Ravelin, which were written apart, over real HTTP."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from app.connectors.base import Advice, Told
from app.connectors.fraud.ravelin import RavelinListener, RavelinScreener
from app.domain.exchange_report import ExchangeReport
from tests.connectors.worked_cases import CASES, CHEAPER, DEARER, EVEN, once_paid
from tests.connectors.world import World

KEY = "sk_test_example"


def listener(world: World, **settings: Any) -> RavelinListener:
    return RavelinListener.configure({"url": f"{world.url}/ravelin"} | settings, KEY, allow_loopback=True)


def screener(world: World, **settings: Any) -> RavelinScreener:
    given = {"url": f"{world.url}/ravelin", "refund_abuse": True} | settings
    return RavelinScreener.configure(given, KEY, allow_loopback=True)


def of_customer(email: str) -> ExchangeReport:
    order = replace(EVEN.order, customer=replace(EVEN.order.customer, email=email))
    return replace(EVEN, order=order, platform_order="", placed_at=None)


@pytest.mark.parametrize("name", CASES)
def test_every_case_is_told(world: World, name: str) -> None:
    for report in (CASES[name], *once_paid(CASES[name])):
        told = world.talk(listener(world), report)
        assert isinstance(told.end, Told)
        assert len(told.requests) == 1
    assert world.orders() == 1


@pytest.mark.parametrize("name", CASES)
def test_every_case_is_judged(world: World, name: str) -> None:
    assert world.talk(screener(world), CASES[name]).screened.advice is Advice.ALLOW
    assert world.orders() == 0


@pytest.mark.parametrize(
    ("word", "advice"),
    [
        ("allow", Advice.ALLOW),
        ("review", Advice.REVIEW),
        ("manualreview", Advice.REVIEW),
        ("prevent", Advice.PREVENT),
        ("ratelimit", Advice.NONE),
    ],
)
def test_advice(world: World, word: str, advice: Advice) -> None:
    told = of_customer(f"qa-force-refund-{word}@ravelin.test")
    assert world.talk(screener(world), told).screened.advice is advice


def test_the_other_settings_are_understood_too(world: World) -> None:
    asked = screener(world, refund_type="type", refund_amount="goods", order_id="platform")
    assert world.talk(asked, CHEAPER).screened.advice is Advice.ALLOW


def test_telling_twice_is_telling_once(world: World) -> None:
    for report in (CHEAPER, *once_paid(CHEAPER)) * 2:
        world.talk(listener(world), report)
    assert [request["replayed"] for request in world.requests()] == [False, False, True, True]
    assert world.requests()[0]["body_sha256"] == world.requests()[2]["body_sha256"]


def test_an_answer_that_got_lost_is_had_by_the_same_bytes(world: World) -> None:
    world.fault("ravelin", "lost_answer")
    assert "NoAnswer" in world.talk(listener(world), DEARER).refusal
    assert isinstance(world.talk(listener(world), DEARER).end, Told)
    assert world.orders() == 1


def test_what_ravelin_queues_itself_counts_as_told(world: World) -> None:
    world.fault("ravelin", "status", status=429)
    assert isinstance(world.talk(listener(world), EVEN).end, Told)
    world.fault("ravelin", "status", status=429)
    assert world.talk(screener(world), EVEN).screened.advice is Advice.NONE


@pytest.mark.parametrize("kind", ["malformed", "empty"])
def test_an_answer_that_cannot_be_read_is_no_advice(world: World, kind: str) -> None:
    world.fault("ravelin", kind)
    assert world.talk(screener(world), EVEN).screened.advice is Advice.NONE


def test_a_wrong_key_is_said(world: World) -> None:
    world.set("ravelin", key="sk_test_other")
    for connector in (listener(world), screener(world)):
        assert "credential was not accepted" in world.talk(connector, EVEN).refusal
