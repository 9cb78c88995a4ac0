"""Every screen and state of the shopper's pages, for tests that draw them all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from app.web.shopper.pages import Faster, HoldNote, HoldState, Moved, Stock
from tests.web.sample_pages import (
    AWKWARD,
    CARD,
    MOMENT,
    OUTCOMES,
    PAY,
    PLAIN,
    closed_page,
    items_page,
    paying_page,
    replacement_page,
    review_page,
    status_page,
    summary,
)


def holds() -> tuple[HoldNote, ...]:
    """Each state of a hold, one that cannot be put off any more among them."""
    return (
        HoldNote(HoldState.HELD, AWKWARD, MOMENT, 1200),
        HoldNote(HoldState.NEAR, PLAIN, MOMENT, 90),
        HoldNote(HoldState.NEAR, PLAIN, MOMENT, 90, extendable=False),
        HoldNote(HoldState.OVER, AWKWARD),
        HoldNote(HoldState.GONE, PLAIN),
    )


def every_page() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """(what it shows, template, values) of every screen and state."""
    unticked = [("line", "Choose at least one item.")]
    open_choices = [("reason", "Say why."), ("option-1", "Choose a size."), ("outcome", "Choose one.")]
    for title in (PLAIN, AWKWARD):
        kind = "plain" if title == PLAIN else "awkward"
        yield f"items {kind}", "items", {"page": items_page(title)}
        yield f"replacement {kind}", "replacement", {"page": replacement_page(title, of=2)}
        yield f"review {kind}", "review", {"page": review_page(title)}
        yield f"status {kind}", "status", {"page": status_page(title)}
    yield "items, all closed", "items", {"page": closed_page()}
    yield "items, error", "items", {"page": items_page(chosen=False), "errors": unticked}
    wrong_quantity = [("quantity-12", "Choose a quantity from the list.")]
    yield "items, quantity", "items", {"page": items_page(), "errors": wrong_quantity}
    yield "replacement, error", "replacement", {"page": replacement_page(), "errors": open_choices}
    for stock in Stock:
        yield f"replacement, {stock}", "replacement", {"page": replacement_page(stock=stock)}
    for card in (True, None):
        yield f"replacement, card {card}", "replacement", {"page": replacement_page(card=card)}
    only_card = replacement_page(groups=(), card=True, difference=CARD)
    yield "replacement, only a card", "replacement", {"page": only_card}
    for difference in OUTCOMES:
        ends = f"{difference.outcome}, card {difference.card}"
        yield f"review, {ends}", "review", {"page": review_page(difference=difference)}
        yield f"status, {ends}", "status", {"page": status_page(difference=difference)}
    for faster in (Faster(1200, chosen=False), Faster(0, chosen=True)):
        yield f"review, faster for {faster.fee}", "review", {"page": review_page(faster=faster)}
    yield "review, moved", "review", {"page": review_page(moved=True)}
    too_old = replace(review_page(), moved=Moved(PAY, PAY, too_old=True))
    yield "review, shown long ago", "review", {"page": too_old}
    for note in holds():
        kept = replace(replacement_page(), hold=note, summary=replace(summary(), held_until=note.until))
        yield f"replacement, {note.state}", "replacement", {"page": kept}
        yield f"review, {note.state}", "review", {"page": replace(review_page(), hold=note)}
    yield "review, undelivered", "review", {"page": review_page(delivered=False)}
    yield "review, refused", "review", {"page": review_page(), "errors": [("change-1", "Sold out.")]}
    yield "status, settled", "status", {"page": status_page(settled=True)}
    yield "status, trouble", "status", {"page": status_page(trouble="Somebody looks at it.")}
    yield "paying", "paying", {"page": paying_page(AWKWARD)}
    yield "paying, by a link", "paying", {"page": paying_page(waits=False, link=True)}
    yield "paying, trouble", "paying", {"page": paying_page(waits=False, problem="It did not open.")}
    yield (
        "review, back from paying",
        "review",
        {"page": replace(review_page(), unpaid="Nothing was charged.")},
    )
    yield "link in", "link_in", {"order_number": "AC-1001"}
    yield "link expired", "link_expired", {"taken_back": False}
    yield "link taken back", "link_expired", {"taken_back": True}
