"""The demo's two stores: how they are branded, what their policy is and whom they send exchanges to."""

from __future__ import annotations

from app.cli.demo import acme_catalogue, acme_orders, kaze_catalogue, kaze_orders
from app.cli.demo.tables import DemoStore

# Prices without tax in a currency with cents, the newer version of the platform's protocol.
ACME = DemoStore(
    slug="acme",
    name="Acme Outfitters",
    currency="USD",
    locale="en_US",
    time_zone="America/New_York",
    tax_inclusive=False,
    tax_rate="8.25",
    branding={
        "logo_url": "/static/img/demo/acme.svg",
        "accent": "#1f5f4a",
        "support_email": "help@acme.example",
    },
    policy={
        "undo_minutes": 0,
        "bonus_percent": 10,
        "bonus_cap": 2000,
        "value_review_limit": 50_000,
        "expedited_fee": 1200,
        "other_products": "catalogue",
        "other_products_price_cap": 20_000,
    },
    optoro={"optiturn_id": "acme", "api_version": "2"},
    products=acme_catalogue.PRODUCTS,
    orders=acme_orders.ORDERS,
)

# Prices with tax in a currency without cents, the older version; English, so that everybody can read it.
KAZE = DemoStore(
    slug="kaze",
    name="Kaze",
    currency="JPY",
    locale="en_US",
    time_zone="Asia/Tokyo",
    tax_inclusive=True,
    tax_rate="10",
    branding={
        "logo_url": "/static/img/demo/kaze.svg",
        "accent": "#b3261e",
        "support_email": "help@kaze.example",
    },
    policy={"undo_minutes": 0, "bonus_fixed": 500, "value_review_limit": 100_000},
    optoro={"optiturn_id": "kaze", "api_version": "1"},
    products=kaze_catalogue.PRODUCTS,
    orders=kaze_orders.ORDERS,
)

STORES = (ACME, KAZE)
