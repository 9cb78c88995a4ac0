"""What Acme Outfitters sells: US dollars in cents, without tax, and how many of each there are.

Stock 0 is sold out, None is not counted. The orders rely on it: see the comments at each product.
"""

from __future__ import annotations

from app.cli.demo.tables import DemoProduct, Row, row

# One price whatever colour and size, so that every swap is even. No Sand in XL; Navy L runs low.
PARKA = DemoProduct(
    code="PARKA",
    title="Ridge Parka",
    drawing="parka",
    options=("Colour", "Size"),
    rows=(
        *row("Navy", 12900, {"S": 18, "M": 64, "L": 3, "XL": 40}),
        *row("Moss", 12900, {"S": 27, "M": 0, "L": 55, "XL": 21}),
        *row("Sand", 12900, {"S": 31, "M": 46, "L": 38}),
    ),
)

# XL is dearer and comes in Oat only, so that it swaps for something cheaper whatever is chosen.
SWEATER = DemoProduct(
    code="SWEATER",
    title="Fisher Sweater",
    drawing="sweater",
    options=("Colour", "Size"),
    rows=(
        *row("Oat", 8800, {"S": 40, "M": 52, "L": 47}),
        *row("Oat", 9600, {"XL": 33}),
        *row("Forest", 8800, {"S": 22, "M": 35, "L": 2}),
    ),
)

# A price a size: Small swaps for something dearer, Weekender for something cheaper, always.
TOTE = DemoProduct(
    code="TOTE",
    title="Harbour Tote",
    drawing="tote",
    colour="Sand",
    options=("Size",),
    rows=(
        *row("", 2400, {"Small": 80}),
        *row("", 3250, {"Large": 75}),
        *row("", 4900, {"Weekender": 60}),
    ),
)

# One pair comes in White only and is the cheapest: it swaps for something dearer whatever is chosen.
SOCKS = DemoProduct(
    code="SOCKS",
    title="Everyday Socks",
    drawing="socks",
    options=("Colour", "Pack"),
    rows=(
        *row("White", 1200, {"1 pair": 200}),
        *row("White", 3000, {"3 pairs": 140}),
        *row("Forest", 3000, {"3 pairs": 120}),
        *row("Navy", 3000, {"3 pairs": 0}),
    ),
)

# The plain case: one price, many sizes, a few gaps.
TEE = DemoProduct(
    code="TEE",
    title="Everyday Tee",
    drawing="tee",
    options=("Colour", "Size"),
    rows=(
        *row("White", 2800, {"XS": 60, "S": 90, "M": 120, "L": 110, "XL": 70}),
        *row("Navy", 2800, {"XS": 35, "S": 80, "M": 95, "L": 90, "XL": 0}),
        *row("Ochre", 2800, {"S": 44, "M": 58, "L": 41}),
        *row("Rose", 2800, {"XS": 30, "S": 2, "M": 0, "L": 26}),
    ),
)

# Three options, and not every waist comes in every length.
JEANS = DemoProduct(
    code="JEANS",
    title="Straight Jeans",
    drawing="jeans",
    options=("Colour", "Waist", "Length"),
    rows=(
        *row(("Indigo", "28"), 9800, {"30": 24, "32": 31}),
        *row(("Indigo", "30"), 9800, {"30": 42, "32": 50}),
        *row(("Indigo", "32"), 9800, {"30": 37, "32": 60, "34": 45}),
        *row(("Indigo", "34"), 9800, {"32": 0, "34": 39}),
        *row(("Indigo", "36"), 9800, {"34": 28}),
        *row(("Black", "30"), 9800, {"32": 33}),
        *row(("Black", "32"), 9800, {"32": 48, "34": 29}),
        *row(("Black", "34"), 9800, {"34": 36}),
    ),
)

# Oat is dearer, and two of its sizes can be ordered although none is there.
BOOT = DemoProduct(
    code="BOOT",
    title="Trail Boot",
    drawing="boot",
    options=("Colour", "Size"),
    rows=(
        *row("Black", 18500, {"7": 20, "8": 34, "9": 41, "10": 38, "11": 22}),
        *row("Oat", 19800, {"8": 19, "9": 25}),
        *row("Oat", 19800, {"10": 0, "11": 0}, backorder=True),
    ),
)

# Nobody counts these; Rose has no XL.
HOODIE = DemoProduct(
    code="HOODIE",
    title="Cloud Hoodie",
    drawing="hoodie",
    options=("Colour", "Size"),
    rows=(
        *row("Black", 7400, {"S": None, "M": None, "L": None, "XL": None}),
        *row("Sky", 7400, {"S": None, "M": None, "L": None, "XL": None}),
        *row("Rose", 7400, {"S": None, "M": None, "L": None}),
    ),
)

# Whoever has the red one can have nothing else: every other colour is sold out.
CAP = DemoProduct(
    code="CAP",
    title="Field Cap",
    drawing="cap",
    options=("Colour",),
    rows=row("", 3200, {"Red": 40, "Sand": 0, "Navy": 0}),
)

# No options at all: it can only be had again, when it came damaged or was the wrong thing.
MARKET = DemoProduct(
    code="MARKET", title="Market Bag", drawing="tote", colour="Black", options=(), rows=(Row((), 3900, 90),)
)

PRODUCTS = (PARKA, SWEATER, TOTE, SOCKS, TEE, JEANS, BOOT, HOODIE, CAP, MARKET)
