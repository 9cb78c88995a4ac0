"""The contract check: it passes who keeps the contract, and names what is wrong with who does not."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from app.connectors.base import NoAnswer, Request, Sent
from app.connectors.contract import Weight
from app.connectors.http import HttpSender, Limits
from app.connectors.platforms.optoro import OptoroPlacer
from app.connectors.platforms.optoro_contract import cases_of
from app.connectors.platforms.optoro_trial import CannotTry, Goods, Trial
from app.services.bearer_tokens import Sender
from app.services.contract_check import Checker, Result
from app.services.proving import Courier
from tests.connectors.shops import WRONG, Blocked, Forgetful, Plain, Shop, Silent
from tests.connectors.world import World
from tests.faults import behaviours as does
from tests.faults.peer import Peer

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
TOKEN = "tok-3n"
CASES = 13


PATIENT = HttpSender(Limits(10, 30), allow_loopback=True)


class HangsUp:
    """Sends, and does not stay for the answer: however fast that comes, nobody hears it."""

    def send(self, request: Request, credentials: Mapping[str, str]) -> Sent:
        PATIENT.send(request, credentials)
        return NoAnswer("hung up")


def run(
    url: str, version: str = "2", goods: Goods | None = None, hasty: Sender = PATIENT, **settings: Any
) -> list[Result]:
    """All results. Who hangs up waits all the same unless told otherwise: its luck must not decide."""
    known = {"url": url, "optiturn_id": "evenly-check", "api_version": version}
    secret = TOKEN if settings else None
    placer = OptoroPlacer.configure(known | settings, secret, allow_loopback=True)
    checker = Checker(Courier(PATIENT, "check", lambda: NOW), lambda _: hasty, lambda _: None)
    return list(checker.run(cases_of(Trial(placer, goods or Goods(), "TEST-"))))


def failed(results: list[Result]) -> tuple[str, ...]:
    return tuple(result.case.name for result in results if not result.passed)


def said(results: list[Result], name: str) -> str:
    (result,) = [result for result in results if result.case.name == name]
    return "\n".join(finding.words for finding in result.findings)


@pytest.mark.parametrize("version", ["1", "2"])
def test_the_pretend_merchant_keeps_the_contract(world: World, version: str) -> None:
    results = run(f"{world.url}/optoro", version)
    assert (len(results), failed(results)) == (CASES, ())
    notes = [(result.case.name, result.findings) for result in results if result.findings]
    assert [name for name, _ in notes] == ["credential"]
    assert world.orders() == sum(result.case.orders for result in results)
    numbers = {
        request["body"]["original_order_id"] for request in world.requests() if request["status"] == 200
    }
    assert all(number.startswith("TEST-") for number in numbers)


def test_with_a_token_that_has_to_be_fetched(world: World) -> None:
    world.set("optoro", oauth={"client_id": "evenly", "client_secret": TOKEN})
    oauth: dict[str, Any] = {
        "auth": "oauth2",
        "oauth_url": f"{world.url}/optoro/oauth/token",
        "oauth_client_id": "evenly",
    }
    results = run(f"{world.url}/optoro", **oauth)
    assert [result.findings for result in results] == [[]] * CASES


def test_other_goods_and_another_currency(world: World) -> None:
    goods = Goods("JPY", "HAORI-L", "HAORI-M", "OPTOROGIFTCARD", 150)
    assert failed(run(f"{world.url}/optoro", goods=goods)) == ()
    placed = next(request["body"] for request in world.requests() if request["status"] == 200)
    assert (placed["currency"], placed["items"][0]["sku"], placed["items"][0]["original_sku"]) == (
        "JPY", "HAORI-L", "HAORI-M",
    )  # fmt: skip


def test_an_honest_shop_of_somebody_elses() -> None:
    with Peer(Shop(TOKEN)) as peer:
        assert [result.findings for result in run(peer.url, auth="bearer")] == [[]] * CASES


@pytest.mark.parametrize("wrong", WRONG, ids=lambda kind: kind.__name__.lower())
def test_what_is_wrong_is_found_and_nothing_else_is(wrong: type[Shop]) -> None:
    with Peer(wrong(TOKEN)) as peer:
        results = run(peer.url, auth="bearer")
    assert failed(results) == WRONG[wrong]
    for result in results:
        assert result.passed or all(finding.words for finding in result.findings)


def test_the_advice_says_what_to_do() -> None:
    with Peer(Forgetful(TOKEN)) as peer:
        results = run(peer.url, auth="bearer")
    assert "made a second order, SHOP-" in said(results, "repeat")
    assert "keep the first answer under original_order_id" in said(results, "repeat")
    with Peer(Silent(TOKEN)) as peer:
        assert "order_identifier is missing" in said(run(peer.url, auth="bearer"), "places")
    with Peer(Blocked(TOKEN)) as peer:
        results = run(peer.url, auth="bearer")
    assert said(results, "bad bodies").startswith("after refusing bad bodies it also refused what should be")


def test_what_the_portal_puts_up_with_is_a_note() -> None:
    with Peer(Plain(TOKEN)) as peer:
        results = run(peer.url, auth="bearer")
    assert failed(results) == ()
    assert "the page names 200 only; this is 201" in said(results, "places")
    assert "its Content-Type is text/plain" in said(results, "places")


def test_other_sums_are_a_note(world: World) -> None:
    world.set("optoro", shipping_amount_cents=795)
    results = run(f"{world.url}/optoro")
    assert failed(results) == ()
    words = "total_amount_cents is 1875, and the lines that were sent add up to 1080"
    assert words in said(results, "places")


def test_later_is_taken_at_its_word(world: World) -> None:
    world.fault("optoro", "status", status=503, times=2)
    assert failed(run(f"{world.url}/optoro")) == ()


def test_later_for_ever_is_not() -> None:
    with Peer(does.status(503)) as peer:
        results = run(peer.url)
    assert set(failed(results)) == {result.case.name for result in results} - {"credential"}
    assert "answered 503 3 times" in said(results, "places")


def test_nobody_there_ends_it_at_the_first_case() -> None:
    (result,) = run("http://127.0.0.1:1")
    assert not result.passed
    assert "could not be sent" in said([result], "places")


def test_who_hangs_up_gets_the_same_order_by_a_repeat() -> None:
    shop = Shop()
    with Peer(shop) as peer:
        results = run(peer.url, hasty=HangsUp())
        lost = [heard.body for heard in peer.requests if b"LOST" in heard.body]
    assert failed(results) == ()
    assert lost[0] == lost[1]
    assert shop.made == sum(result.case.orders for result in results)


def test_goods_that_cannot_stand_in_an_order_are_refused_before_anything_is_sent() -> None:
    placer = OptoroPlacer.configure(
        {"url": "https://shop.example", "optiturn_id": "x"}, None, allow_loopback=False
    )
    trial = Trial(placer, Goods(currency="dollars"), "TEST-")
    with pytest.raises(CannotTry, match="currency has the wrong form"):
        trial.request(trial.message("PLACES", trial.variant()))


def test_a_case_that_sends_nothing_is_not_a_silence() -> None:
    """No credential is set, so that case has nothing to try; the run goes on behind it."""

    with Peer(Shop()) as peer:
        (last,) = run(peer.url)[-1:]
    assert last.case.name == "credential"
    assert [finding.weight for finding in last.findings] == [Weight.NOTE]
