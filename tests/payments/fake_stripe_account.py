"""What sessions, payments, charges and refunds of the small Stripe do. `fake_stripe_things` has new ones.

Sources: Stripe's pages about Checkout Sessions, PaymentIntents, Charges, Refunds, currencies, statement
descriptors and webhooks. A partial capture counts the rest as refunded on the charge, as Stripe's answers do.
"""

from __future__ import annotations

import hashlib
import hmac
import http.client
import itertools
import json
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from tests.payments.fake_stripe_forms import Form, listed
from tests.payments.fake_stripe_rules import (
    DAY,
    SESSION_FIELDS,
    Refusal,
    check_amount,
    check_page,
    check_units,
    only,
    unexpected,
)
from tests.payments.fake_stripe_things import Thing, new_charge, new_intent, new_refund, new_session

GOOD, DECLINED = "4242424242424242", "4000000000000002"


@dataclass
class Account:
    """Everything of one account: things by their number."""

    pages: str
    signing: str
    webhook_url: str
    now: Callable[[], float] = time.time
    things: dict[str, Thing] = field(default_factory=dict)
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def open_session(self, form: Form) -> Thing:
        only(form, SESSION_FIELDS)
        line = listed(form["line_items"])[0]
        price = line["price_data"]
        amount = int(price["unit_amount"]) * int(line["quantity"])
        check_amount(amount, price["currency"])
        check_page(form, self.now())
        number = self._number("cs_test")
        session = new_session(number, f"{self.pages}/c/pay/{number}", amount, form)
        self.things[number] = session | {"wish": form}
        return session

    def session(self, number: str, form: Form) -> Thing:
        session = self._found(number, "checkout.session")
        if session["status"] == "open" and session["expires_at"] <= self.now():
            session["status"] = "expired"
        told = {name: value for name, value in session.items() if name != "wish"}
        if session["payment_intent"] and listed(form.get("expand")) == ["payment_intent.latest_charge"]:
            told["payment_intent"] = self.intent(session["payment_intent"], {})
            charge = told["payment_intent"]["latest_charge"]
            told["payment_intent"]["latest_charge"] = self.things.get(charge)
        return told

    def expire(self, number: str, form: Form) -> Thing:
        only(form, set())
        session = self._found(number, "checkout.session")
        if session["status"] != "open":
            raise Refusal(400, 'Only Checkout Sessions with a status in ["open"] can be expired.')
        session["status"] = "expired"
        return self.session(number, {})

    def intent(self, number: str, form: Form) -> Thing:
        only(form, set())
        return dict(self._found(number, "payment_intent"))

    def capture(self, number: str, form: Form) -> Thing:
        only(form, {"amount_to_capture", "metadata"})
        intent = self._found(number, "payment_intent")
        amount = int(form["amount_to_capture"])
        check_units(amount, intent["currency"])
        if intent["status"] != "requires_capture":
            raise unexpected(intent, "captured")
        if not 0 < amount <= intent["amount_capturable"]:
            raise Refusal(
                400,
                "The requested capture amount is greater than the amount you can capture",
                code="amount_too_large",
            )
        intent |= {"status": "succeeded", "amount_received": amount, "amount_capturable": 0}
        intent["metadata"] = intent["metadata"] | form.get("metadata", {})
        charge = self.things[intent["latest_charge"]]
        charge |= {"captured": True, "amount_captured": amount}
        charge["amount_refunded"] = charge["amount"] - amount
        return dict(intent)

    def cancel(self, number: str, form: Form) -> Thing:
        only(form, {"cancellation_reason"})
        intent = self._found(number, "payment_intent")
        if intent["status"] in ("succeeded", "canceled"):
            raise unexpected(intent, "canceled")
        intent |= {"status": "canceled", "amount_capturable": 0}
        return dict(intent)

    def refunds(self, form: Form) -> Thing:
        only(form, {"payment_intent", "charge", "limit"})
        charge = self._charge_of(form)
        found = [
            thing
            for thing in self.things.values()
            if thing["object"] == "refund" and thing["charge"] == charge["id"]
        ]
        return {"object": "list", "data": found[::-1][: int(form.get("limit", 10))], "has_more": False}

    def charges(self, form: Form) -> Thing:
        only(form, {"payment_intent", "limit"})
        of = self._found(form["payment_intent"], "payment_intent")["id"]
        found = [
            thing
            for thing in self.things.values()
            if thing["object"] == "charge" and thing["payment_intent"] == of
        ]
        limit = int(form.get("limit", 10))
        return {"object": "list", "data": found[::-1][:limit], "has_more": len(found) > limit}

    def refund_made(self, number: str, form: Form) -> Thing:
        only(form, set())
        return dict(self._found(number, "refund"))

    def refund(self, form: Form) -> Thing:
        only(form, {"payment_intent", "charge", "amount", "reason", "metadata"})
        charge, amount = self._charge_of(form), int(form["amount"])
        check_units(amount, charge["currency"])
        left = charge["amount"] - charge["amount_refunded"]
        if not charge["captured"]:
            raise Refusal(400, "This PaymentIntent does not have a successful charge to refund.")
        if amount > left:
            words = f"Refund amount ({amount}) is greater than unrefunded amount on charge ({left})"
            raise Refusal(400, words)
        charge["amount_refunded"] += amount
        number = self._number("re")
        self.things[number] = new_refund(number, charge, amount, form)
        return dict(self.things[number])

    def pay(self, number: str, card: str) -> str:
        """A shopper types in a card: where the browser is led."""
        session = self._found(number, "checkout.session")
        wish = session["wish"]
        digits = re.sub(r"\D", "", card)
        if session["status"] != "open":
            return str(wish["cancel_url"])
        intent = self._intent_for(session)
        if digits == DECLINED:
            charge = self._charge_for(intent, "failed")
            error = {"code": "card_declined", "message": "Your card was declined.", "charge": charge}
            intent |= {"status": "requires_payment_method", "last_payment_error": error}
            intent |= {"latest_charge": charge}
            self._tell("payment_intent.payment_failed", dict(intent))
            return str(session["url"])
        assert digits == GOOD, card
        self._reserve(intent)
        session |= {"status": "complete"}
        self._tell("checkout.session.completed", self.session(number, {}))
        return str(wish["success_url"])

    def lapse(self, intent: str) -> None:
        """The reservation ends by itself."""
        self.things[intent] |= {"status": "canceled", "amount_capturable": 0}

    def _intent_for(self, session: Thing) -> Thing:
        if session["payment_intent"]:
            return self.things[session["payment_intent"]]
        number = self._number("pi")
        session["payment_intent"] = number
        self.things[number] = new_intent(number, session)
        return self.things[number]

    def _reserve(self, intent: Thing) -> None:
        number = self._charge_for(intent, "succeeded")
        until = {"card": {"capture_before": int(self.now()) + 7 * DAY}, "type": "card"}
        self.things[number]["payment_method_details"] = until
        intent |= {"status": "requires_capture", "amount_capturable": intent["amount"]}
        intent |= {"latest_charge": number, "last_payment_error": None}

    def _charge_for(self, intent: Thing, status: str) -> str:
        """Every try with a card is a charge of its own, also one that the bank declines."""
        number = self._number("ch")
        self.things[number] = new_charge(number, intent, status)
        return number

    def _charge_of(self, form: Form) -> Thing:
        if "charge" in form:
            return self._found(form["charge"], "charge")
        intent = self._found(form.get("payment_intent", ""), "payment_intent")
        if intent["latest_charge"] is None:
            raise Refusal(400, "This PaymentIntent does not have a successful charge to refund.")
        return self.things[intent["latest_charge"]]

    def _found(self, number: str, kind: str) -> Thing:
        thing = self.things.get(number)
        if thing is None or thing["object"] != kind:
            raise Refusal(404, f"No such {kind}: '{number}'", code="resource_missing")
        return thing

    def _number(self, prefix: str) -> str:
        return f"{prefix}_{next(self._numbers):024d}"

    def _tell(self, happened: str, about: Thing) -> None:
        """Sent before the shopper is led back, so that a test knows when; Stripe promises no order."""
        event = {"id": self._number("evt"), "object": "event", "type": happened, "data": {"object": about}}
        body = json.dumps(event).encode()
        at = int(self.now())
        digest = hmac.new(self.signing.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
        headers = {"Content-Type": "application/json", "Stripe-Signature": f"t={at},v1={digest}"}
        address = urlsplit(self.webhook_url)
        connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=30)
        connection.request("POST", address.path, body, headers)
        connection.getresponse().read()
        connection.close()
