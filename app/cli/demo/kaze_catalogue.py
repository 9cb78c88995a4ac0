"""What Kaze sells: Japanese yen, tax of 10 % included, and how many of each there are."""

from __future__ import annotations

from app.cli.demo.tables import DemoProduct, Row, row

# One price whatever colour and size, so that every swap is even. Sky in S is gone.
SORA = DemoProduct(
    code="SORA",
    title="Sora Hoodie",
    drawing="hoodie",
    options=("Colour", "Size"),
    rows=(
        *row("Sky", 9900, {"S": 0, "M": 70, "L": 55}),
        *row("Black", 9900, {"S": 48, "M": 80, "L": 62}),
        *row("Rose", 9900, {"S": 33, "M": 3}),
    ),
)

# Children's size is cheaper and white only; XL is dearer and navy only.
NAGI = DemoProduct(
    code="NAGI",
    title="Nagi Tee",
    drawing="tee",
    options=("Colour", "Size"),
    rows=(
        *row("White", 2970, {"Kids": 60}),
        *row("White", 3300, {"S": 90, "M": 110, "L": 75}),
        *row("Navy", 3300, {"S": 64, "M": 85, "L": 40}),
        *row("Navy", 3850, {"XL": 52}),
    ),
)

# A price a size.
HAKO = DemoProduct(
    code="HAKO",
    title="Hako Tote",
    drawing="tote",
    colour="Sand",
    options=("Size",),
    rows=(*row("", 4400, {"Small": 80}), *row("", 6600, {"Large": 70})),
)

# Whoever has the navy one can have nothing else.
KUMO = DemoProduct(
    code="KUMO",
    title="Kumo Cap",
    drawing="cap",
    options=("Colour",),
    rows=row("", 5280, {"Navy": 40, "Sand": 0}),
)

# No options at all.
TABI = DemoProduct(
    code="TABI", title="Tabi Socks", drawing="socks", colour="White", options=(), rows=(Row((), 1650, 120),)
)

PRODUCTS = (SORA, NAGI, HAKO, KUMO, TABI)
