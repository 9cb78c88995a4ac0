"""The typed-in forms of the gift view."""

from __future__ import annotations

from typing import Any

from flask_wtf import FlaskForm
from wtforms.validators import Regexp

from app.web.fields import typed
from app.web.shopper.forms import AddressForm

BOTH = "Enter the gift code, or the order number and the postcode."


class GiftForm(FlaskForm):  # type: ignore[misc]
    """A gift code, or an order number with the postcode that the gift was delivered to."""

    gift_code = typed("Gift code", 60, "A gift code is shorter than this.")
    order_number = typed("Order number", 60, "An order number is shorter than this.")
    postcode = typed("Your postcode", 320, "A postcode is shorter than this.")

    def validate(self, extra_validators: Any = None) -> bool:
        """One of the two ways has to be filled in; the code goes first."""
        if not super().validate(extra_validators):
            return False
        if self.gift_code.data or (self.order_number.data and self.postcode.data):
            return True
        if self.order_number.data:
            self.postcode.errors = ["Enter the postcode that the gift was delivered to."]
        elif self.postcode.data:
            self.order_number.errors = ["Enter the order number on the packing slip."]
        else:
            self.gift_code.errors = [BOTH]
        return False


class RecipientForm(AddressForm):
    """Who received the gift: where mails and the parcel go."""

    email = typed(
        "Your email",
        320,
        "An email is shorter than this.",
        "Enter your email.",
        Regexp(r"[^@\s]+@[^@\s]+\.[^@\s]+$", message="Enter an email like name@example.com."),
    )
