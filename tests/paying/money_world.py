"""What stands around the money machine: a start, and each provider as the outside world sees it."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple, Protocol

from app.domain.reasons import Reason
from app.models import Payment
from app.services.baskets import VARIANT
from app.services.secret_box import SecretBox
from app.services.wishes import Wish
from tests.faults.behaviours import status
from tests.faults.peer import Behaviour, Peer
from tests.paying.shop_with_till import PayingShop, Provider, new_shop
from tests.paying.stripe_till import new_shop_at_stripe
from tests.payments.fake_stripe import FakeStripe
from tests.services.dispatch_cases import TO_L, TO_XL, Clock

CHEAPER = Wish(Reason.DIFFERENT_COLOUR, VARIANT, {"Colour": "Moss", "Size": "M"})
WISHES = {
    "dearer": TO_XL,
    "even with a fee": TO_L,
    "money back": CHEAPER,
    "back by hand": CHEAPER,
    "card back": CHEAPER,
}
PAID_FIRST = ("dearer", "even with a fee")
PAID_WITH_ORDER = 12568
WORDS = ("allow", "review", "prevent", "away")


class Start(NamedTuple):
    """What is chosen, what the provider refuses, and what a screener says where the store has one.

    `begun` is how far it has come before the first step, any of four where it is not said.
    """

    kind: str
    refuses: str | None = None
    screened: str | None = None
    begun: str | None = None


class There(NamedTuple):
    """What the provider itself has of a try to pay, in minor units."""

    reserved: bool
    captured: int
    refunded: int


class Bank(Protocol):
    """A provider: what it is told to do, and what it has on record."""

    def shop(self, store_id: int, peer: Peer, clock: Clock, box: SecretBox) -> PayingShop:
        """The store connected to it, and to a platform."""

    def paid_before(self, number: str) -> str:
        """Its number of the payment that this order was bought with."""

    def paid_back(self, reference: str) -> int:
        """What of that went back."""

    def refuses(self, act: str | None) -> None:
        """It says no to every capture, void or refund from now on."""

    def trouble(self, kind: str) -> None:
        """The next request goes wrong."""

    def well(self) -> None:
        """Nothing goes wrong by accident any more."""

    def lapse(self, now: datetime) -> None:
        """Let go of what was reserved too long ago."""

    def record(self, payment: Payment) -> There:
        """What it has of this try."""


class CardBank:
    """The sandbox's provider. Its reservations lapse by its clock, which is the test's."""

    def __init__(self, provider: Provider, clock: Clock) -> None:
        self._provider, self._clock = provider, clock

    def shop(self, store_id: int, peer: Peer, clock: Clock, box: SecretBox) -> PayingShop:
        return new_shop(store_id, peer, self._provider, clock, box)

    def paid_before(self, number: str) -> str:
        return f"past_{number}_{PAID_WITH_ORDER}_USD"

    def paid_back(self, reference: str) -> int:
        found = self._provider.app.ledger.record("cards", reference) or {"refunded": 0}
        return int(found["refunded"])

    def refuses(self, act: str | None) -> None:
        self._provider.configure(refuses=act)

    def trouble(self, kind: str) -> None:
        self._provider.will(kind, **({"status": 503} if kind == "status" else {}))

    def well(self) -> None:
        self._provider.well()

    def lapse(self, now: datetime) -> None:
        """By itself."""

    def record(self, payment: Payment) -> There:
        found = self._provider.record(payment.page or "")
        holds = found["status"] == "authorised"
        holds = holds and datetime.fromisoformat(found["capture_before"]) > self._clock()
        return There(holds, found["captured"], found["refunded"])


class StripeBank:
    """The small Stripe on loopback."""

    def __init__(self, stripe: FakeStripe, provider: Provider) -> None:
        self._stripe, self._provider = stripe, provider

    def shop(self, store_id: int, peer: Peer, clock: Clock, box: SecretBox) -> PayingShop:
        return new_shop_at_stripe(store_id, peer, self._provider, clock, box, self._stripe)

    def paid_before(self, number: str) -> str:
        charge = {"id": f"ch_past_{number}", "object": "charge", "status": "succeeded", "captured": True}
        charge |= {"amount": PAID_WITH_ORDER, "amount_captured": PAID_WITH_ORDER, "amount_refunded": 0}
        charge |= {"currency": "usd", "payment_intent": f"pi_past_{number}"}
        self._stripe.account.things[str(charge["id"])] = charge
        return str(charge["id"])

    def paid_back(self, reference: str) -> int:
        return int(self._stripe.account.things[reference]["amount_refunded"])

    def refuses(self, act: str | None) -> None:
        assert act is None, act

    def trouble(self, kind: str) -> None:
        if kind == "lost_answer":
            self._stripe.lost = 1
        else:
            self._stripe.failures.append((503, ""))

    def well(self) -> None:
        self._stripe.lost = 0
        self._stripe.failures.clear()

    def lapse(self, now: datetime) -> None:
        things = self._stripe.account.things
        for thing in list(things.values()):
            if thing["object"] == "payment_intent" and thing["status"] == "requires_capture":
                held = things[thing["latest_charge"]]["payment_method_details"]["card"]
                if held["capture_before"] <= now.timestamp():
                    self._stripe.account.lapse(thing["id"])

    def record(self, payment: Payment) -> There:
        things = self._stripe.account.things
        intent = things.get(things[payment.page or ""]["payment_intent"] or "")
        if intent is None or not intent["latest_charge"]:
            return There(False, 0, 0)
        back = (
            each["amount"]
            for each in things.values()
            if each["object"] == "refund" and each["payment_intent"] == intent["id"]
        )
        return There(intent["status"] == "requires_capture", intent["amount_received"], sum(back))


def advises(word: str) -> Behaviour:
    """A screener that says so, or does not answer."""
    return status(503) if word == "away" else status(200, f'{{"advice": "{word}"}}'.encode())
