"""Who bought, where it went, and whether it was a gift, from the first row of a Shopify order."""

from __future__ import annotations

from dataclasses import dataclass

from app.domain.facts import Address, Customer
from app.services.importing.cells import unquoted, words, yes
from app.services.importing.csv_reading import Row

GIFT_TAGS = ("isgift", "giftorder")


@dataclass(frozen=True)
class GiftMarks:
    """How a shop flagged the order as a gift, and the code its recipient got."""

    is_gift: bool
    code: str | None


def customer(first: Row, platform_id: str) -> Customer:
    """Who bought. The export has no customer number, so the e-mail address stands for it."""
    first_name, last_name = _split_name(first["Billing Name"] or first["Shipping Name"])
    email = first["Email"]
    phones = (first["Phone"], first["Shipping Phone"], first["Billing Phone"])
    phone = unquoted(next((phone for phone in phones if phone), ""))
    return Customer(email or phone or platform_id, email, first_name, last_name, phone)


def _split_name(name: str) -> tuple[str, str]:
    first, _, last = name.rpartition(" ")
    return (first.strip(), last) if first else (last, "")


def address(first: Row, side: str, other: str) -> Address:
    """The address of one side; where it is blank, as for digital goods, the other's."""
    filled = any(first[f"{side} {part}"] for part in ("Address1", "Street", "City", "Zip"))
    side = side if filled else other
    second = (first[f"{side} Address2"], first[f"{side} Company"])
    return Address(
        name=first[f"{side} Name"],
        street1=first[f"{side} Address1"] or first[f"{side} Street"],
        street2=", ".join(part for part in second if part),
        city=first[f"{side} City"],
        province=first[f"{side} Province"],
        postal_code=unquoted(first[f"{side} Zip"]),
        country_code=first[f"{side} Country"].upper(),
        phone=unquoted(first[f"{side} Phone"]),
    )


def gift_marks(first: Row) -> GiftMarks:
    """Shopify knows no gift orders; shops mark them by a tag or in a checkout field."""
    notes = _note_attributes(first["Note Attributes"])
    tags = {"".join(sign for sign in tag.casefold() if sign.isalnum()) for tag in words(first["Tags"])}
    is_gift = bool(tags & set(GIFT_TAGS)) or yes(notes.get("is_gift", ""))
    return GiftMarks(is_gift, notes.get("gift_code") or None)


def _note_attributes(text: str) -> dict[str, str]:
    """ "gift_code: ABC" a line: what a shop's own checkout fields were filled with."""
    pairs = (line.partition(":") for line in text.splitlines())
    return {name.strip().casefold(): value.strip() for name, _, value in pairs}
