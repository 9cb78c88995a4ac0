"""The yardstick: the order page of 20 lines with nothing around it.

The same rows through the same ORM and the same template as screen 2, to the same bytes but for the
form's token; no session, no access check, no store scope, no eligibility rules. Served by
`benchmarks/order_page.py`, never by the product.
"""

from __future__ import annotations

import os
from pathlib import Path

from flask import Flask, g, render_template, request
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from app import Settings
from app.models import Exchange, LineItem, Order, Store, db, engine_options, prepare
from app.web import sheets, static_files
from app.web.filters import register_filters
from app.web.shopper.pages import ItemsPage, LineCard, Picture, Summary
from app.web.stores import page_of

EVERYTHING = {"all_stores": True}


def create_bare_app(settings: Settings) -> Flask:
    """An application with this one page."""
    app = Flask("bare", root_path=str(Path.cwd()), template_folder="templates", static_folder="static")
    app.config["SQLALCHEMY_DATABASE_URI"] = settings.database_url
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = engine_options(settings.database_url)
    db.init_app(app)
    with app.app_context():
        prepare(db.engine)
    register_filters(app)
    static_files.register(app)
    sheets.register(app)
    app.jinja_env.globals["csrf_token"] = lambda: "none"
    app.add_url_rule("/<store_slug>/", "shopper.front", _nothing)
    app.add_url_rule("/<store_slug>/brand.css", "brand_stylesheet", _nothing)
    app.add_url_rule("/<store_slug>/exchanges/<public_id>/items", "items", bare_items)
    return app


def _nothing(store_slug: str) -> str:
    return store_slug


def bare_items(store_slug: str, public_id: str) -> str:
    """Load, shape, render."""
    store = db.session.scalars(select(Store).where(Store.slug == store_slug)).one()
    draft = db.session.scalars(
        select(Exchange).where(Exchange.public_id == public_id).execution_options(**EVERYTHING)
    ).one()
    order = db.session.scalars(
        select(Order)
        .where(Order.id == draft.order_id)
        .options(selectinload(Order.lines))
        .execution_options(**EVERYTHING)
    ).one()
    g.store = page_of(store)
    lines = tuple(_card(line) for line in order.lines)
    page = ItemsPage(order.number, lines, False, Summary(order.number, (), None))
    return render_template(
        "shopper/items.html",
        page=page,
        errors=[],
        store=g.store,
        post_url=request.path,
        leave_url=f"/{store_slug}/leave",
    )


def _card(line: LineItem) -> LineCard:
    return LineCard(
        id=line.id,
        picture=Picture(line.image_url, f"{line.title}, {line.variant_words}"),
        title=line.title,
        variant=line.variant_words,
        paid_each=(line.product - line.discount + line.tax) // line.quantity,
        quantity=line.quantity,
        chosen_quantity=line.quantity,
        chosen=False,
        eligible=True,
        until=line.return_until,
        refusal=None,
    )


app = create_bare_app(Settings.from_environ()) if os.environ.get("BENCHMARK") else None
