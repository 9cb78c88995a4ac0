"""Shopify exports of any size, written row by row: a catalogue, and orders over it.

The same size gives the same bytes. Orders have one to three lines, in all columns that Shopify
writes; every seventh has an order discount, every fifth is shipped in part.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

SIZES = ("XS", "S", "M", "L", "XL")
PRODUCTS = 200
FIRST_DAY = datetime(2026, 1, 1, 9, 30, tzinfo=UTC)


def _names(text: str) -> list[str]:
    return [name.strip() for name in text.split(",")]


PRODUCT_COLUMNS = _names(
    """
    Handle, Title, Body (HTML), Vendor, Type, Tags, Published, Option1 Name, Option1 Value, Variant SKU,
    Variant Inventory Tracker, Variant Inventory Qty, Variant Inventory Policy, Variant Price,
    Image Src, Image Position, Gift Card, Status
    """
)

ORDER_COLUMNS = _names(
    """
    Name, Email, Financial Status, Paid at, Fulfillment Status, Fulfilled at, Accepts Marketing,
    Currency, Subtotal, Shipping, Taxes, Total, Discount Code, Discount Amount, Shipping Method,
    Created at, Lineitem quantity, Lineitem name, Lineitem price, Lineitem compare at price,
    Lineitem sku, Lineitem requires shipping, Lineitem taxable, Lineitem fulfillment status,
    Billing Name, Billing Street, Billing Address1, Billing Address2, Billing Company, Billing City,
    Billing Zip, Billing Province, Billing Country, Billing Phone, Shipping Name, Shipping Street,
    Shipping Address1, Shipping Address2, Shipping Company, Shipping City, Shipping Zip,
    Shipping Province, Shipping Country, Shipping Phone, Notes, Note Attributes, Cancelled at,
    Payment Method, Payment Reference, Refunded Amount, Vendor, Outstanding Balance, Employee, Location,
    Device ID, Id, Tags, Risk Level, Source, Lineitem discount, Tax 1 Name, Tax 1 Value, Tax 2 Name,
    Tax 2 Value, Tax 3 Name, Tax 3 Value, Tax 4 Name, Tax 4 Value, Tax 5 Name, Tax 5 Value, Phone,
    Receipt Number, Duties, Billing Province Name, Shipping Province Name, Payment ID,
    Payment Terms Name, Next Payment Due At, Payment References
    """
)


def write_products(path: Path) -> None:
    """200 products in five sizes, half of them without a SKU."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, PRODUCT_COLUMNS, restval="")
        writer.writeheader()
        for number in range(PRODUCTS):
            for place, size in enumerate(SIZES):
                row = {"Handle": f"shirt-{number}", "Option1 Value": size, "Variant Price": _price(number)}
                if number % 2:
                    row["Variant SKU"] = f"SHIRT-{number}-{size}"
                if place == 0:
                    row |= {"Title": f"Shirt {number}", "Option1 Name": "Size", "Published": "true"}
                writer.writerow(row)


def write_orders(path: Path, rows: int) -> None:
    """Orders of exactly so many rows."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, ORDER_COLUMNS, restval="")
        writer.writeheader()
        written = number = 0
        while written < rows:
            lines = list(_order(number, min(1 + number % 3, rows - written)))
            writer.writerows(lines)
            written += len(lines)
            number += 1


def _order(number: int, lines: int) -> Iterator[dict[str, str]]:
    """The rows of one order: its own fields stand on the first."""
    placed = FIRST_DAY + timedelta(minutes=3 * number)
    rows = [_line(number, place, placed) for place in range(lines)]
    cents = sum(_cents(number + place) * (1 + place % 2) for place in range(lines))
    discount = cents // 10 if number % 7 == 0 else 0
    tax = (cents - discount) * 825 // 10000
    rows[0] |= {
        "Financial Status": "paid",
        "Fulfillment Status": "partial" if number % 5 == 0 else "fulfilled",
        "Fulfilled at": _moment(placed + timedelta(days=1)),
        "Currency": "USD",
        "Subtotal": _amount(cents - discount),
        "Taxes": _amount(tax),
        "Total": _amount(cents - discount + tax),
        "Id": str(5_500_000_000_000 + number),
        "Tags": "web, returning",
        **_address("Billing", number),
        **_address("Shipping", number),
    }
    yield from rows


def _line(number: int, place: int, placed: datetime) -> dict[str, str]:
    product, size = (number + place) % PRODUCTS, SIZES[number % len(SIZES)]
    return {
        "Name": f"#AP{number}",
        "Email": f"shopper{number}@example.com",
        "Created at": _moment(placed),
        "Lineitem quantity": str(1 + place % 2),
        "Lineitem name": f"Shirt {product} - {size}",
        "Lineitem price": _price(number + place),
        "Lineitem sku": f"SHIRT-{product}-{size}" if product % 2 else "",
        "Lineitem taxable": "true",
        "Lineitem fulfillment status": "pending" if number % 5 == 0 and place else "fulfilled",
        "Lineitem discount": "0.00",
    }


def _address(side: str, number: int) -> dict[str, str]:
    parts = {
        "Name": f"Ada Moss {number}",
        "Address1": f"{number} Quay St",
        "City": "Bend",
        "Zip": f"'{number % 90_000 + 10_000}",
        "Province": "OR",
        "Country": "US",
    }
    return {f"{side} {part}": value for part, value in parts.items()}


def _cents(number: int) -> int:
    return 2000 + number % 40 * 125


def _price(number: int) -> str:
    return _amount(_cents(number))


def _amount(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02d}"


def _moment(when: datetime) -> str:
    return f"{when:%Y-%m-%d %H:%M:%S} +0000"
