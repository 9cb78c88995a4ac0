"""What each shopper screen shows: frozen values that a view hands to its template.

A template reads these and nothing else, so a screen can be drawn, tested and judged without a
database. Amounts are integer minor units of the store's currency; the templates turn them into
words with the `amount` macro. Nothing here decides anything: the rules live in `app.domain`.
"""

from __future__ import annotations

from app.web.shopper.pages.items import (
    ItemsPage,
    LineCard,
)
from app.web.shopper.pages.replacement import (
    CardOffer,
    OptionChoice,
    OptionGroup,
    OtherOffer,
    ProductCard,
    ProductList,
    ReasonChoice,
    ReplacementPage,
    Stock,
)
from app.web.shopper.pages.review import (
    AddressText,
    Faster,
    Moved,
    ReviewItem,
    ReviewPage,
    SumKind,
    SumRow,
)
from app.web.shopper.pages.shared import (
    Difference,
    HoldNote,
    HoldState,
    Outcome,
    Picture,
    Summary,
    SummaryItem,
)
from app.web.shopper.pages.status import (
    ChainLink,
    ReturnNote,
    StatusPage,
    StepState,
    TimelineStep,
    Undo,
)

__all__ = [
    "AddressText",
    "CardOffer",
    "ChainLink",
    "Difference",
    "Faster",
    "HoldNote",
    "HoldState",
    "ItemsPage",
    "LineCard",
    "Moved",
    "OptionChoice",
    "OptionGroup",
    "OtherOffer",
    "Outcome",
    "Picture",
    "ProductCard",
    "ProductList",
    "ReasonChoice",
    "ReplacementPage",
    "ReturnNote",
    "ReviewItem",
    "ReviewPage",
    "StatusPage",
    "StepState",
    "Stock",
    "SumKind",
    "SumRow",
    "Summary",
    "SummaryItem",
    "TimelineStep",
    "Undo",
]
