"""The fault matrix at the payment providers: every call of each, over real HTTP (R7).

The calls before it were answered by the provider itself. What each cell must come to is `gateway_faults`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import pytest

from app.connectors.base import Done, Outcome, Reply, Request, Sent, Step
from app.connectors.gateway import Gateway
from app.connectors.http import HttpSender, Limits
from app.connectors.moved import HostedPage, Moved
from app.domain.payment import MoneyAct, MoneyMove, PaymentRecord
from app.sandbox.payments import WEBHOOK_SECRET
from tests.faults.matrix import MATRIX, Cell
from tests.faults.peer import Heard, Peer
from tests.faults.test_matrix import outcome_of
from tests.payments.cases import move
from tests.payments.gateway_faults import MOVES, PAGE_CALLS, PROVIDER_NAMES, declared
from tests.payments.providers import KEY, PROVIDERS, Provider

CALLS = [(system, call) for system in PROVIDER_NAMES for call in (*PAGE_CALLS, *MOVES)]
SECRET = f"{KEY} {WEBHOOK_SECRET}"
# Several faults are that no answer ends. They are waited for side by side, so that an honest answer has time.
SENDER = HttpSender(Limits(connect_seconds=1, total_seconds=1, reply_bytes=100_000), allow_loopback=True)
AT_ONCE = 24


@dataclass
class Answering(Peer):
    """Gives the answer that the provider gave, once whatever is asked of it is done; its address its own."""

    recorded: bytes = b"{}"
    before: str = ""
    done: list[Heard] = field(default_factory=list)

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def work(self, heard: Heard) -> bytes:
        self.done.append(heard)
        return self.recorded.replace(self.before.encode(), self.origin.encode())


@dataclass(frozen=True)
class AtTheCall:
    """A call as it was made of the provider at `origin`, to be made anew where things go wrong."""

    gateway: Gateway
    origin: str
    ask: Callable[[Gateway], Step]
    read: Callable[[Gateway, Sent], str]
    answer: bytes

    def comes_to(self, cell: Cell) -> str:
        with Answering(otherwise=cell.behaviour, recorded=self.answer, before=self.origin) as peer:
            gateway = self._at(peer.origin)
            asked = self.ask(gateway)
            assert isinstance(asked, Request)
            sent = SENDER.send(asked, gateway.credentials())
            assert [(heard.method, heard.body) for heard in peer.requests] == [(asked.method, asked.body)]
            assert len(peer.done) == cell.orders
            return self.read(gateway, sent)

    def _at(self, origin: str) -> Gateway:
        stored = self.gateway.stored_settings()
        addresses = {name: origin for name in ("url", "pages") if name in stored}
        return type(self.gateway).configure(stored | addresses, SECRET, allow_loopback=True)


def opening(gateway: Gateway, sent: Sent) -> str:
    """As `app.services.payment_pages` takes it."""
    found = gateway.page_of(sent) if isinstance(sent, Reply) else None
    if isinstance(found, HostedPage):
        return "page"
    return "no page" if found and outcome_of(gateway, sent) is Outcome.REJECTED else "no word"


def looking(gateway: Gateway, sent: Sent) -> str:
    if isinstance(sent, Reply) and isinstance(gateway.record_of(sent), PaymentRecord):
        return "record"
    return "no record" if isinstance(sent, Reply) and sent.status == 404 else "no word"


def closing(_gateway: Gateway, sent: Sent) -> str:
    return "look next" if isinstance(sent, Reply) else "no word"


def at_page_calls(provider: Provider, origin: str) -> dict[str, AtTheCall]:
    wish = provider.wish()

    def opened(gateway: Gateway) -> Step:
        return gateway.open_page(wish)

    asked = opened(provider.gateway)
    assert isinstance(asked, Request)
    reply = provider.send(asked)
    page = provider.gateway.page_of(reply)
    assert isinstance(page, HostedPage)
    number = page.reference
    looked = provider.send(provider.gateway.look_at_page(number))
    closed = provider.close(page)
    known = provider.gateway, origin
    return {
        "open": AtTheCall(*known, opened, opening, reply.body),
        "look": AtTheCall(*known, lambda gateway: gateway.look_at_page(number), looking, looked.body),
        "close": AtTheCall(*known, lambda gateway: gateway.close_page(number), closing, closed.body),
    }


def at_move(provider: Provider, origin: str, act: MoneyAct) -> AtTheCall:
    """The last request of a movement, which makes it; those before it only look."""
    _, payment = provider.paid()
    if act is MoneyAct.REFUND:
        provider.move(MoneyAct.CAPTURE, payment)
    asked = move(act, payment=payment, key=f"{payment}:{act}")
    before = list[Reply]()
    while True:
        step = provider.gateway.next_step(asked, before)
        assert isinstance(step, Request)
        reply = provider.send(step)
        if step.method != "GET":
            return AtTheCall(
                provider.gateway, origin, moving(asked, before), moved_by(asked, before), reply.body
            )
        before.append(reply)


def moving(asked: MoneyMove, before: list[Reply]) -> Callable[[Gateway], Step]:
    return lambda gateway: gateway.next_step(asked, before)


def moved_by(asked: MoneyMove, before: list[Reply]) -> Callable[[Gateway, Sent], str]:
    def read(gateway: Gateway, sent: Sent) -> str:
        outcome = outcome_of(gateway, sent)
        if outcome is not Outcome.DELIVERED or not isinstance(sent, Reply):
            return str(outcome)
        step = gateway.next_step(asked, [*before, sent])
        return "moved" if isinstance(step, Done) and isinstance(step.result, Moved) else "refused"

    return read


def came_to(system: str) -> Iterator[tuple[tuple[str, str], dict[str, str]]]:
    """Every call of one provider with what came of each fault of it."""
    with PROVIDERS[system]() as provider, ThreadPoolExecutor(AT_ONCE) as pool:
        address = urlsplit(provider.open().url)
        calls = at_page_calls(provider, f"{address.scheme}://{address.netloc}")
        calls |= {act: at_move(provider, f"{address.scheme}://{address.netloc}", act) for act in MoneyAct}
        results = {
            call: {fault: pool.submit(at.comes_to, MATRIX[fault]) for fault in MATRIX}
            for call, at in calls.items()
        }
        for call, cells in results.items():
            yield (system, str(call)), {fault: cell.result() for fault, cell in cells.items()}


@pytest.fixture(scope="module")
def matrix() -> Mapping[tuple[str, str], dict[str, Any]]:
    return {call: cells for system in PROVIDER_NAMES for call, cells in came_to(system)}


@pytest.mark.parametrize(("system", "call"), CALLS)
def test_each_fault_comes_to_what_is_declared(
    matrix: Mapping[tuple[str, str], dict[str, Any]], system: str, call: str
) -> None:
    assert matrix[system, call] == declared(system, call)
