"""What goes wrong at the payment provider, call by call, up to what becomes of exchange and money (R7, R15).

Unpaid nothing is placed. What was paid is taken once for what was placed, let go of, or given back once; or a
person is told. How each connector reads each fault is tests/payments/test_gateway_faults.py.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from app.domain.exchange_status import PLACED_ONCE
from app.models import MovementKind
from app.services.cancelling import cancel_exchange
from app.services.dispatch_recovery import retry
from app.services.parcels import mark_received
from tests.faults import behaviours as does
from tests.faults.peer import Behaviour
from tests.paying.relay import RelayedShop
from tests.paying.shop_with_till import DUE, ledger_of, payment_of, states
from tests.paying.test_afterwards import YES
from tests.services.dispatch_cases import exchange_of

PASSING: dict[str, Behaviour] = {
    "reset before the work": does.reset,
    "lost answer": does.lost_answer,
    "a byte at a time": does.drips_body,
    "500 after the work": does.says(b"oops", 500),
    "503, in two minutes": does.status(503, b"{}", {"Retry-After": "120"}),
    "malformed JSON": does.says(b'{"page": "pg_'),
    "too long": does.endless,
}
# Answers that nobody repeats a request after: a person must look.
FINAL: dict[str, Behaviour] = {
    "wrong types": does.says(b'{"id": ["X"], "page": 1, "movement": {}, "amount": "1022"}'),
    "redirected": does.status(307, b"", {"Location": "http://169.254.169.254/latest/meta-data/"}),
    "401": does.status(401),
    "404": does.status(404),
    "409": does.status(409),
}
FAULTS = PASSING | FINAL
LESS = 22  # what the platform counts less than was confirmed


@dataclass(frozen=True)
class There:
    """What the provider itself has of one exchange's payment, in minor units."""

    reserved: bool
    captured: int
    refunded: int


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    return sqlite_database_url


Start = Callable[[RelayedShop, str, Behaviour], int]


def opening(shop: RelayedShop, number: str, fault: Behaviour) -> int:
    """No page at first; the shopper presses again."""
    exchange_id = shop.confirm(number)
    shop.goes_wrong("open", fault)
    assert shop.open(exchange_id) is None
    shop.send()
    assert number not in shop.acme.peer.orders
    shop.pay(shop.open(exchange_id))
    shop.watch()
    return exchange_id


def looking(shop: RelayedShop, number: str, fault: Behaviour) -> int:
    """Paid, and the provider's record is not to be had at first."""
    exchange_id = shop.confirm(number)
    shop.pay(shop.open(exchange_id))
    shop.goes_wrong("look", fault)
    shop.watch()
    shop.send()
    assert number not in shop.acme.peer.orders
    return exchange_id


def taking(shop: RelayedShop, number: str, fault: Behaviour) -> int:
    exchange_id = shop.paid(number)
    shop.goes_wrong("capture", fault)
    return exchange_id


def letting_go(shop: RelayedShop, number: str, fault: Behaviour) -> int:
    shop.acme.set_policy(undo_minutes=15)
    exchange_id = shop.paid(number)
    cancel_exchange(exchange_id, "shopper", shop.clock())
    shop.goes_wrong("void", fault)
    return exchange_id


def giving_back(shop: RelayedShop, number: str, fault: Behaviour) -> int:
    """Taken before placing, and then the platform counts less."""
    shop.acme.set_policy(undo_minutes=15, release="received")
    exchange_id = shop.paid(number)
    shop.clock.forward(minutes=15)
    shop.send()
    assert there(shop, exchange_id).captured == DUE
    shop.acme.peer.extra_total = -LESS
    mark_received(exchange_id, shop.clock(), "carrier", shop.clock())
    shop.goes_wrong("refund", fault)
    return exchange_id


STARTS: dict[str, Start] = {
    "open": opening, "look": looking, "capture": taking, "void": letting_go, "refund": giving_back,
}  # fmt: skip
# Exchange and payment in the end, and after an answer that nobody repeats a request after.
ENDINGS = {
    "open": ("placed, captured", "placed, captured"),
    "look": ("placed, captured", "placed, captured"),
    "capture": ("placed, captured", "placed, authorised, flagged"),
    "void": ("cancelled, voided", "cancelled, releasing, flagged"),
    "refund": ("placed, captured", "placed, captured, flagged"),
}
IN_THE_BOOKS = {"open": DUE, "look": DUE, "capture": DUE, "void": 0, "refund": DUE - LESS}


@pytest.mark.parametrize("call", STARTS)
def test_every_fault_ends_well_or_before_a_person(relayed_shop: RelayedShop, call: str) -> None:
    shop, ended = relayed_shop, {}
    for place, (fault, behaviour) in enumerate(FAULTS.items()):
        shop.relay.done.clear()
        exchange_id = STARTS[call](shop, f"AC-{place}", behaviour)
        shop.settle()
        assert not shop.relay.wrong, fault  # it did go wrong
        nothing_is_doubled(shop, exchange_id, f"AC-{place}")
        ended[fault] = ending(shop, exchange_id, call)
    well, flagged = ENDINGS[call]
    # The same key under way, Stripe says with it.
    waits = {"409"} if shop.gateway == "stripe" else set()
    assert ended == {fault: well if fault in {*PASSING, *waits} else flagged for fault in FAULTS}


@pytest.mark.parametrize("call", ["capture", "void", "refund"])
def test_send_again_finds_out_what_was_done(relayed_shop: RelayedShop, call: str) -> None:
    """Also after a yes that nobody could read: what is done is found, what is not is done, each once."""
    shop = relayed_shop
    for place, (fault, behaviour) in enumerate(FINAL.items()):
        shop.relay.done.clear()
        number = f"AC-{place}"
        exchange_id = STARTS[call](shop, number, behaviour)
        shop.send()
        if fault != "409" or shop.gateway != "stripe":
            assert "could not be" in (exchange_of(exchange_id).attention or ""), fault
            retry(shop.acme.connections, exchange_id, YES, shop.clock())
        shop.settle()
        nothing_is_doubled(shop, exchange_id, number)
        assert ending(shop, exchange_id, call) == ENDINGS[call][0], fault


def ending(shop: RelayedShop, exchange_id: int, call: str) -> str:
    """Where exchange and payment stand; what nobody looks at agrees with the provider's own record."""
    status, standing = states(exchange_id)
    if "could not be" in (exchange_of(exchange_id).attention or ""):
        return f"{status}, {standing}, flagged"
    found, ours = there(shop, exchange_id), payment_of(exchange_id)
    assert (found.captured, found.refunded) == (ours.captured, ours.refunded)
    assert found.captured - found.refunded == IN_THE_BOOKS[call]
    assert not found.reserved
    return f"{status}, {standing}"


def nothing_is_doubled(shop: RelayedShop, exchange_id: int, number: str) -> None:
    """Whatever was heard here: one page, one movement of a kind, never more out than in, nothing unpaid."""
    for call in STARTS:
        assert len(shop.done(call)) <= 1, call
    found, lines = there(shop, exchange_id), Counter(kind for kind, _ in ledger_of(exchange_id))
    assert found.refunded <= found.captured <= DUE
    assert not (shop.done("void") and found.captured)
    assert max(lines.values(), default=0) <= 1
    placed = exchange_of(exchange_id).state in PLACED_ONCE
    assert placed == (number in shop.acme.peer.orders)
    if placed:
        assert lines[MovementKind.AUTHORISED]
        assert found.reserved or found.captured


def there(shop: RelayedShop, exchange_id: int) -> There:
    payment = payment_of(exchange_id)
    if shop.stripe is None:
        record = shop.provider.record(payment.page or "")
        return There(record["status"] == "authorised", record["captured"], record["refunded"])
    things = shop.stripe.account.things
    intent = things[payment.payment or ""]
    refunds = [thing for thing in things.values() if thing["object"] == "refund"]
    back = [each["amount"] for each in refunds if each["payment_intent"] == intent["id"]]
    return There(intent["status"] == "requires_capture", intent["amount_received"], sum(back))
