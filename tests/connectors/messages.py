"""Exchange orders for tests, by what is special about them. Amounts are minor units.

The figures are those of the worked rows in the design: 12900 less 1290 with 958 tax, and so on.
"""

from __future__ import annotations

from dataclasses import replace

from app.domain.exchange_order import CardLine, ExchangeOrder, ReturnedItem, VariantLine
from app.domain.facts import Address, Customer

ADA = Address("Ada Moss", "9 Quay St", "Flat 2", "Bend", "OR", "97701", "US", "+1 541 555 0142")
ADA_THE_CUSTOMER = Customer("cus_88", "ada@example.com", "Ada", "Moss", "+1 541 555 0142")
YUKI = Address("佐藤 由紀", "神南1-2-3", "", "渋谷区", "東京都", "150-0041", "JP")

PARKA_M = ReturnedItem("11", "PARKA-M-NAVY", "Ridge Parka M / Navy", 1, "northwind")
CAP = ReturnedItem("12", "CAP-RED", "Trail Cap", 1, "northwind")

EVEN_PARKA = VariantLine(
    sku="PARKA-L-NAVY",
    title="Ridge Parka L / Navy",
    product_id="PARKA",
    variant_id="PARKA-L-NAVY",
    quantity=1,
    product=12900,
    discount=1290,
    tax=958,
    returned=PARKA_M,
)
DEARER_PARKA = replace(
    EVEN_PARKA, sku="PARKA-XL-NAVY", title="Ridge Parka XL / Navy", variant_id="PARKA-XL-NAVY",
    product=13950, discount=1395, tax=1035,
)  # fmt: skip
CHEAPER_PARKA = replace(
    EVEN_PARKA, sku="PARKA-M-MOSS", title="Ridge Parka M / Moss", variant_id="PARKA-M-MOSS",
    product=10900, discount=1090, tax=809,
)  # fmt: skip
GIA = Address("Gia Reed", "4 Elm Row", city="Bend", province="OR", postal_code="97703", country_code="US")
CARD = CardLine("OPTOROGIFTCARD", face=4871, bonus=500, returned=(CAP,))


def exchange_order(*variants: VariantLine, card: CardLine | None = None) -> ExchangeOrder:
    """An exchange of Ada's order NW-1001 with everything filled in."""
    return ExchangeOrder(
        reference="EX-7K3M9Q",
        currency="USD",
        rma="RMA-7K3M9Q",
        original_order_id="NW-1001",
        original_secondary_order_id="OMS-50001",
        is_gift=False,
        variants=variants,
        card=card,
        customer=ADA_THE_CUSTOMER,
        shipping_address=ADA,
        billing_address=replace(ADA, street2="", phone=""),
        transaction_id="0d7f2c5e-2f0a-5d0f-9a53-6b0b8a4d7c11",
    )


def tax_inclusive_yen() -> ExchangeOrder:
    """A store whose prices hold their tax: 1650 yen as shown are 1500 and 150 on the wire."""
    returned = ReturnedItem("gid://11", "JINBEI-M", "甚平 M", 1)
    line = VariantLine("JINBEI-L", "甚平 L", "JINBEI", "JINBEI-L", 1, 1500, 0, 150, returned)
    customer = Customer("yuki@example.com", "yuki@example.com", "由紀", "佐藤")
    order = exchange_order(line)
    return replace(
        order, currency="JPY", customer=customer, shipping_address=YUKI, billing_address=YUKI, is_gift=True
    )


def uneven_units() -> ExchangeOrder:
    """Three for 100.00: no unit price times three is that, so none is said."""
    socks = ReturnedItem("13", "SOCKS-M", "Wool Socks M", 3, "northwind")
    return exchange_order(
        VariantLine("SOCKS-L", "Wool Socks L", "SOCKS", "SOCKS-L", 3, 10000, 100, 817, socks)
    )


def without_optional_data() -> ExchangeOrder:
    """Only what Optoro insists on; a country without provinces and postcodes."""
    address = Address("Sheikh Al Thani", "Street 840", city="Doha", country_code="QA")
    returned = ReturnedItem("11", "PARKA-M-NAVY", "", 1)
    line = VariantLine("PARKA-L-NAVY", "", "", "", 1, 12900, 0, 0, returned)
    return replace(
        exchange_order(line),
        currency="QAR",
        rma="",
        original_secondary_order_id="",
        customer=Customer("buyer@example.com", "buyer@example.com"),
        shipping_address=address,
        billing_address=Address(),
    )


def two_replacements_of_one_line() -> ExchangeOrder:
    """Three parkas of one line, two of which become L and one XL."""
    of_line = replace(PARKA_M, quantity=2)
    return exchange_order(
        replace(EVEN_PARKA, quantity=2, product=25800, discount=2580, tax=1916, returned=of_line),
        DEARER_PARKA,
    )


def up_and_down() -> ExchangeOrder:
    """A parka that is 10.22 dearer than what was paid and boots that are as much cheaper."""
    boots = ReturnedItem("14", "BOOTS-41", "Fell Boots 41", 1, "northwind")
    line = VariantLine("BOOTS-40", "Fell Boots 40", "BOOTS", "BOOTS-40", 1, 13028, 0, 1073, boots, -1022)
    return exchange_order(replace(DEARER_PARKA, difference=1022), line)


def again() -> ExchangeOrder:
    """What an earlier exchange sent is exchanged in turn: its order is the key now, its lines go by SKU."""
    returned = ReturnedItem("PARKA-L-NAVY", "PARKA-L-NAVY", "Ridge Parka", 1, "northwind")
    order = exchange_order(replace(DEARER_PARKA, returned=returned))
    return replace(
        order,
        reference="EX-9D2F4H",
        rma="RMA-9D2F4H",
        original_order_id="NW-1001-X1",
        original_secondary_order_id="",
        platform_order_id="NW-1001-X1",
        transaction_id="5b0b9a2e-6f3c-5d1e-8a47-9c1f2d3e4f50",
    )


def expedited() -> ExchangeOrder:
    """Sent faster for 12.00, which Optoro's format has no field for: the merchant reckons its own."""
    line = replace(DEARER_PARKA, difference=2222)
    return replace(exchange_order(line), expedited=True, shipping=1200)


def gift() -> ExchangeOrder:
    """Gia got it from Ada: her address and e-mail, the order's own customer number and bill."""
    gia = Customer("cus_88", "gia@example.com", "Gia", "Reed")
    return replace(exchange_order(EVEN_PARKA), is_gift=True, customer=gia, shipping_address=GIA)
