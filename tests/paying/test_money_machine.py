"""Any order of paying, news, answers, judging, cancelling and kills conserves the money (R15, R18, R22).

What is chosen is dearer, even with a fee, or cheaper with money or a card back. The shopper pays or does
not, the provider tells or does not or takes nothing, a screener judges, the platform says yes or no, an agent
decides, sends again, collects or takes back what was placed, what was reserved lapses, and the worker is
killed in the middle. After each step no unpaid exchange is placed, nothing is taken or paid back twice. When
all has settled, the provider holds exactly what is due of what was placed, or it is owed or was collected; a
refund or a card went out once for what was placed and not at all for the rest.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from app.models import db
from app.services import connected_systems
from app.services.mailing import turn_on
from tests.faults.peer import Peer
from tests.paying.money_desk import Desk
from tests.paying.money_reckoning import Reckoning
from tests.paying.money_rules import Killed
from tests.paying.money_world import WORDS, CardBank, Start, StripeBank
from tests.paying.shop_with_till import Provider
from tests.payments.fake_stripe import FakeStripe
from tests.services.dispatch_cases import Clock
from tests.services.other_systems import Watchful

Shares = Mapping[Start, int]


class Paying(Desk, Reckoning):
    """All of it together."""


# How often each start is tried in an ordinary run: at the sandbox's provider, on PostgreSQL, at Stripe.
SHARES: Shares = {
    Start("dearer"): 4,
    Start("dearer", begun="paid"): 3,
    Start("dearer", begun="placed"): 2,
    Start("dearer", "capture", begun="placed"): 3,
    Start("dearer", screened="allow", begun="paid"): 2,
    Start("even with a fee"): 1,
    Start("money back"): 2,
    Start("back by hand"): 1,
    Start("card back"): 1,
}
FEW: Shares = {Start("dearer"): 2, Start("money back"): 1}
EVERY: Shares = dict.fromkeys((*SHARES, *(Start("dearer", screened=word) for word in WORDS)), 60)
AT_STRIPE: Shares = {start: times for start, times in EVERY.items() if not start.refuses}
SQLITE, POSTGRES = "sqlite", "postgres"
ON_POSTGRES = pytest.mark.postgres


@pytest.fixture
def database_url(request: pytest.FixtureRequest, database: str) -> str:
    made: str = request.getfixturevalue(f"{database}_database_url")
    return made


@pytest.fixture
def machine(
    app: Flask,
    clock: Clock,
    provider: Provider,
    stripe: FakeStripe,
    bank: str,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[type[Paying]]:
    """The machine on this test's database, with a platform, a screener and a provider of its own."""

    def end(_pid: int, _signal: int) -> None:
        raise Killed

    monkeypatch.setattr("app.services.crashpoints.os.kill", end)
    monkeypatch.setattr(connected_systems, "SCREENERS", {"watchful": Watchful})
    with Peer() as peer, Peer() as screener, app.app_context():
        turn_on(db.engine)  # a card is given to somebody who can be told
        Paying.app, Paying.peer, Paying.screener, Paying.clock = app, peer, screener, clock
        Paying.bank = CardBank(provider, clock) if bank == "cards" else StripeBank(stripe, provider)
        Paying.done = Counter()
        yield Paying


def run(machine: type[Paying], shares: Shares, steps: int, *, random: bool) -> None:
    """Each start by a class of its own, whose name makes its walks differ from those of the others."""
    for start, examples in shares.items():
        run_state_machine_as_test(
            type(f"From {start}", (machine,), {"starts": (start,)}),
            settings=settings(
                max_examples=examples,
                stateful_step_count=steps,
                deadline=None,
                derandomize=not random,
                database=None,
                phases=(Phase.generate,),  # to make one smaller takes many times as long as to find it
                suppress_health_check=list(HealthCheck),
            ),
        )


@pytest.mark.parametrize(("database", "bank"), [(SQLITE, "cards")])
def test_any_order_of_steps_conserves_the_money(machine: type[Paying]) -> None:
    run(machine, SHARES, steps=13, random=False)
    # A machine that never gets anywhere would prove nothing.
    done = machine.done
    assert done["placed and paid"] > 2, done
    assert len([name for name in done if name.startswith("nothing kept")]) > 1, done
    for begun in ("killed at", "screener: "):
        assert any(name.startswith(begun) for name in done), done
    for reached in ("placed and collected", "sent again", "taken back", "6 days", "8 days"):
        assert done[reached], done
    for kind in ("money back", "back by hand", "card back"):
        assert done[f"placed: {kind}"], done


@pytest.mark.parametrize(
    ("database", "bank"), [pytest.param(POSTGRES, "cards", marks=ON_POSTGRES), (SQLITE, "stripe")]
)
def test_nor_does_it_matter_where(machine: type[Paying]) -> None:
    run(machine, FEW, steps=12, random=False)
    assert machine.done["placed and paid"], machine.done
    assert machine.done["placed: money back"], machine.done


@pytest.mark.soak
@pytest.mark.parametrize(
    ("database", "bank"),
    [
        (SQLITE, "cards"),
        (SQLITE, "stripe"),
        pytest.param(POSTGRES, "cards", marks=ON_POSTGRES),
        pytest.param(POSTGRES, "stripe", marks=ON_POSTGRES),
    ],
)
def test_many_orders_of_steps_conserve_the_money(machine: type[Paying], bank: str) -> None:
    run(machine, EVERY if bank == "cards" else AT_STRIPE, steps=40, random=True)
