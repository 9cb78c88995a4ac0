"""Page models as a view would hand them over: ordinary ones, and ones that are hard to draw."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

from app.web.shopper.pages import (
    AddressText,
    CardOffer,
    ChainLink,
    Difference,
    Faster,
    ItemsPage,
    LineCard,
    Moved,
    OptionChoice,
    OptionGroup,
    Outcome,
    Picture,
    ReasonChoice,
    ReplacementPage,
    ReturnNote,
    ReviewItem,
    ReviewPage,
    StatusPage,
    StepState,
    Stock,
    SumKind,
    Summary,
    SummaryItem,
    SumRow,
    TimelineStep,
)
from app.web.shopper.pages.paying import PayingPage

PLAIN = "Ridge Parka"
AWKWARD = ("Парка <b>&amp;</b> 🧥 " + "Donaudampfschifffahrtsgesellschaftskapitänsmütze " * 6)[:300]
MOMENT = datetime(2026, 11, 23, 0, 2, tzinfo=UTC)
NAVY = Picture("/static/img/demo/parka-navy.svg", "Navy parka")
NONE = Picture(None, "")
PAY = Difference(Outcome.PAY, 1050, None, "You pay $10.50.")
BACK = Difference(Outcome.BACK, 2000, None, "You get $20.00 back.")
EVEN = Difference(Outcome.EVEN, 0, None, "Nothing to pay.")
CARD = Difference(Outcome.EVEN, 0, 13900, "You get a gift card of $139.00.")
BOTH = Difference(Outcome.PAY, 1050, 4500, "You pay $10.50. You get a gift card of $45.00.")
OUTCOMES = (PAY, BACK, EVEN, CARD, BOTH)


def summary(difference: Difference | None = PAY, title: str = PLAIN) -> Summary:
    item = SummaryItem(title, "Navy · M", "Navy · L" if difference else None, 2)
    return Summary("AC-1001", (item,) if difference else (), difference)


def items_page(title: str = PLAIN, *, chosen: bool = True) -> ItemsPage:
    until = date(2026, 12, 14)
    return ItemsPage(
        order_number="AC-1001",
        lines=(
            LineCard(11, NAVY, title, "Navy · M", 12900, 1, 1, chosen, True, until, None),
            LineCard(12, NONE, "Everyday Tee", "White · M", 2800, 3, 2, False, True, until, None),
            LineCard(13, NAVY, "Trail Cap", "Red", 3200, 1, 1, False, False, None, "Final sale."),
            LineCard(
                14, NONE, title, "", 18900, 1, 1, False, False, None, "The window closed on 3 November.",
                "Ask us about an exception", "mailto:help@acme.example",
            ),
        ),
        once_only=True,
        summary=summary(None),
    )  # fmt: skip


def closed_page() -> ItemsPage:
    """Nothing that can be exchanged."""
    page = items_page()
    return replace(page, lines=tuple(line for line in page.lines if not line.eligible))


def options(colour: str | None = "#26344f") -> tuple[OptionGroup, ...]:
    colours = (
        OptionChoice("Navy", True, False, colour),
        OptionChoice("Moss", False, False, colour),
        OptionChoice("Sand", False, True, colour),
    )
    sizes = (
        OptionChoice("M", False, False, yours=True),
        OptionChoice("L", True, False, suggested=True),
        OptionChoice("XL", False, True),
    )
    return OptionGroup("Colour", "option-0", colours), OptionGroup("Size", "option-1", sizes)


def replacement_page(
    title: str = PLAIN,
    *,
    groups: tuple[OptionGroup, ...] | None = None,
    card: bool | None = False,
    stock: Stock = Stock.IN_STOCK,
    difference: Difference | None = PAY,
    of: int = 1,
) -> ReplacementPage:
    """`card`: offered (False), chosen (True) or not offered (None)."""
    return ReplacementPage(
        position=1,
        of=of,
        title=title,
        variant="Navy · M",
        quantity=2,
        picture=NAVY,
        reasons=(ReasonChoice("too_small", "Too small", True), ReasonChoice("other", "Other", False)),
        options=options() if groups is None else groups,
        same_options=("Colour", "Size") if groups is None else tuple(group.name for group in groups),
        same_product_checked=not card,
        stock=stock,
        chosen_variant="Navy · L" if stock is not Stock.UNCHOSEN else None,
        hint="You said it was too small: the next size up is L.",
        gift_card=None if card is None else CardOffer(12900, 1000, card, "jo@acme.example"),
        difference=difference,
        summary=summary(difference, title),
        back_url="/acme/exchanges/x/items",
    )


def swaps(title: str = PLAIN) -> tuple[ReviewItem, ...]:
    return (
        ReviewItem(title, 1, "Navy · M", NAVY, "Navy · L", NAVY, "Too small", "/acme/exchanges/x/items/1"),
        ReviewItem("Everyday Tee", 2, "White", NONE, "Gift card", None, "", "/acme/exchanges/x/items/2"),
    )


ROWS = (
    SumRow(SumKind.CREDIT, "What you paid", -12900, why=("You paid $129.00.", "And something else.")),
    SumRow(SumKind.REPLACEMENT, "Replacement", 13950, why=("It costs $139.50 today.",)),
    SumRow(SumKind.DISCOUNT, "Discount kept", 0),
    SumRow(SumKind.TAX, "Tax", 0, "estimated"),
    SumRow(SumKind.CARD, "Goes onto your gift card", 0),
)


def review_page(
    title: str = PLAIN,
    *,
    difference: Difference = PAY,
    moved: bool = False,
    delivered: bool = True,
    faster: Faster | None = None,
) -> ReviewPage:
    return ReviewPage(
        order_number="AC-1001",
        items=swaps(title),
        rows=ROWS,
        difference=difference,
        collected_later=difference.outcome is Outcome.PAY,
        address=AddressText(("Jo Marlowe", "9 Quay St", "Bend, OR 97701")) if delivered else None,
        address_url="/acme/exchanges/x/address" if delivered else None,
        card_goes_to="jo@acme.example" if difference.card else None,
        quote_hash="signed",
        button="Confirm exchange",
        moved=Moved(EVEN, difference) if moved else None,
        back_url="/acme/exchanges/x/items/1",
        faster=faster,
        sum_url="/acme/exchanges/x/review/sum.txt",
    )


def status_page(
    title: str = PLAIN, *, settled: bool = False, trouble: str | None = None, difference: Difference = PAY
) -> StatusPage:
    sent = StepState.TROUBLE if trouble else (StepState.DONE if settled else StepState.NOW)
    drawing = '<svg viewBox="0 0 21 21" class="segno"><path d="M0 0h21"/></svg>'
    return StatusPage(
        reference="EX-7K3M9Q",
        order_number="AC-1001",
        headline="Your exchange is confirmed",
        lead="We have it safely.",
        platform_order="70021" if settled else None,
        steps=(
            TimelineStep("Confirmed", "", StepState.DONE, MOMENT),
            TimelineStep("Sent to the shop", "This takes a moment.", sent),
            TimelineStep("Replacement shipped", "", StepState.AHEAD),
        ),
        return_note=ReturnNote(
            "RMA-70021", drawing, date(2026, 12, 6), (f"{title}, Navy · M", "Everyday Tee")
        ),
        items=swaps(title),
        rows=ROWS,
        difference=difference,
        collected_later=difference.outcome is Outcome.PAY,
        trouble=trouble,
        settled=settled or trouble is not None,
        chain=(ChainLink("This replaces", "EX-2B4D6F", "/acme/exchanges/y"),),
    )


def paying_page(
    title: str = PLAIN, *, waits: bool = True, problem: str = "", link: bool = False
) -> PayingPage:
    return PayingPage(
        reference="EX-7K3M9Q",
        order_number="AC-1001",
        headline="Waiting for your payment",
        lead="Until then everything is kept for you.",
        items=swaps(title),
        rows=ROWS,
        difference=PAY,
        sum_url="/acme/exchanges/x/sum.txt",
        status_url="/acme/exchanges/x",
        pay_url="/acme/exchanges/x/pay",
        button=None if problem and not waits else "Pay $10.50",
        back_url="/acme/exchanges/x/pay/back",
        back_words="Cancel exchange" if link else "Back to my exchange",
        waits=waits,
        later="The amount is reserved first. Your card's statement shows it with EX-7K3M9Q.",
        problem=problem,
        declined="The card was declined." if waits else "",
        until=MOMENT if link else None,
    )
