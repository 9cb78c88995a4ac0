"""Looking at what a refusal said, and at what it left behind."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from app.models import Exchange, ReturnItem, db
from tests.pages.markup import parse
from tests.pages.rules import assert_page
from tests.shopper.form_tab import FormTab
from tests.shopper.shop import Shop, Ticket


@dataclass(frozen=True)
class Chosen:
    """What the database has of one exchange: `items` are line, units and the variants that come instead."""

    status: str
    quote: str | None
    address: object
    items: tuple[tuple[int, int, tuple[int, ...]], ...]


def chosen_for(shop: Shop, ticket: Ticket) -> Chosen:
    """The one draft or exchange of this order."""
    wanted = select(Exchange).where(Exchange.order_id == shop.order_id(ticket))
    with shop.app.app_context():
        exchange = db.session.scalars(wanted.execution_options(all_stores=True)).one()
        items = tuple(_item(item) for item in exchange.items)
        return Chosen(exchange.status, exchange.quote_version, exchange.shipping_address, items)


def _item(item: ReturnItem) -> tuple[int, int, tuple[int, ...]]:
    return item.line_item_id, item.quantity, tuple(instead.variant_id for instead in item.replacements)


def assert_said_in_place(tab: FormTab, sentence: str) -> None:
    """422, the sentence at the top of the page, and every link there leads to something on the page."""
    assert tab.status == 422
    assert_page(tab.html)
    elements = parse(tab.html)
    summary = next(element for element in elements if element.get("id") == "errors")
    assert sentence in " ".join(summary.all_text().split())
    ids = {element.get("id") for element in elements}
    links = [element.get("href") or "" for element in summary.descendants() if element.tag == "a"]
    assert links
    assert [link for link in links if link.removeprefix("#") not in ids] == []


def value_of(tab: FormTab, name_or_id: str) -> str:
    """What a hidden field holds, or where a link of this id leads."""
    found = (e for e in parse(tab.html) if name_or_id in (e.get("name"), e.get("id")))
    element = next(found)
    return element.get("value") or element.get("href") or ""
