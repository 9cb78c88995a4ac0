"""Screen 3: why, and what instead, for one item."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from app.web.shopper.pages.shared import Difference, HoldNote, Picture, Summary


@dataclass(frozen=True)
class ReasonChoice:
    code: str
    label: str
    checked: bool


@dataclass(frozen=True)
class OptionChoice:
    """One value of an option. Sold-out values stay readable and cannot be picked."""

    value: str
    checked: bool
    sold_out: bool
    colour: str | None = None  # "#1f2a44" for a swatch, None for a plain pill
    suggested: bool = False
    yours: bool = False  # what the shopper has now: shown as "yours", not selectable


@dataclass(frozen=True)
class OptionGroup:
    """One option (Colour, Size) as a radio group named `field`."""

    name: str
    field: str
    choices: tuple[OptionChoice, ...]


class Stock(StrEnum):
    IN_STOCK = "in_stock"
    LOW = "low"
    BACKORDER = "backorder"
    SOLD_OUT = "sold_out"
    UNCHOSEN = "unchosen"


@dataclass(frozen=True)
class CardOffer:
    """The gift card way out of screen 3. Amounts in minor units."""

    face: int
    bonus: int
    checked: bool
    goes_to: str  # the e-mail address that will receive it


@dataclass(frozen=True)
class ProductCard:
    """Another product on screen 3. `difference` None: sold out."""

    id: int
    title: str
    picture: Picture
    difference: Difference | None
    varies: bool  # its variants come to different sums; this is the lowest
    sold_out: bool


@dataclass(frozen=True)
class ProductList:
    """What a search among other products found, a page at a time."""

    words: str
    cards: tuple[ProductCard, ...]
    page: int
    before_url: str | None
    next_url: str | None


@dataclass(frozen=True)
class OtherOffer:
    """The way to another product: to be picked, with its list, or with the product that was chosen."""

    checked: bool
    products: ProductList | None
    product_id: int | None = None
    title: str = ""


@dataclass(frozen=True)
class ReplacementPage:
    """Screen 3, reason and replacement for one item."""

    position: int  # 1-based: item 1 of 2
    of: int
    title: str
    variant: str
    quantity: int
    picture: Picture  # follows the chosen colour
    reasons: tuple[ReasonChoice, ...]
    options: tuple[OptionGroup, ...]  # of the same product, or of the other one that was chosen
    same_product_checked: bool
    stock: Stock
    chosen_variant: str | None  # "Navy · L"
    hint: str | None  # "You said it was too small: the next size up is L."
    gift_card: CardOffer | None
    difference: Difference | None  # of this item alone
    summary: Summary
    back_url: str
    hold: HoldNote | None = None
    same_again: bool = False  # no options, but the very same item can be had once more
    other: OtherOffer | None = None  # None: it cannot become another product
    most_units: int = 1  # for how many of them this may be chosen
    all_gone: bool = False  # the same product comes in others, and all are sold out
    ask_url: str | None = None  # whom to ask where nothing is left to choose
    same_options: tuple[str, ...] = ()  # what the same product can differ in; none: nothing to choose
