"""May it be exchanged? Each rule on both sides of its edge, by the days of the store's own calendar."""

from __future__ import annotations

from datetime import UTC, date, datetime

from app.domain.reasons import Reason
from tests.domain.cases.table import RuleCase


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def tags(*names: str) -> dict[str, frozenset[str]]:
    return {"tags": frozenset(names)}


CASES = (
    RuleCase("Nothing stands against it", "Delivered ten days ago, within thirty."),
    RuleCase(
        "The last day of the window",
        "Thirty days from 10 November is 10 December, which is included.",
        today=date(2026, 12, 10),
    ),
    RuleCase("The day after", "One day late is late.", code="outside_window", today=date(2026, 12, 11)),
    RuleCase(
        "Delivered late in the evening, west of Greenwich",
        "04:30 UTC on the 11th is the 10th in New York, so the window ends on 10 December.",
        code="outside_window",
        order={"delivered_at": at("2026-11-11T04:30")},
        today=date(2026, 12, 11),
    ),
    RuleCase(
        "Delivered early in the morning, east of Greenwich",
        "15:30 UTC on the 10th is the 11th in Tokyo, so 11 December is still within.",
        order={"delivered_at": at("2026-11-10T15:30")},
        today=date(2026, 12, 11),
        zone="Asia/Tokyo",
    ),
    RuleCase(
        "The clocks go back within the window",
        "Days are counted, not hours: 31 October and thirty days are 30 November although one has 25 hours.",
        order={"delivered_at": at("2026-10-31T15:00")},
        today=date(2026, 11, 30),
    ),
    RuleCase(
        "The clocks go back within the window: the day after",
        "And 1 December is one too many.",
        code="outside_window",
        order={"delivered_at": at("2026-10-31T15:00")},
        today=date(2026, 12, 1),
    ),
    RuleCase(
        "Delivered in the hour that the clocks go forward",
        "07:30 UTC on 8 March is already summer time in New York, still the 8th: 7 April is the last day.",
        order={"delivered_at": at("2026-03-08T07:30"), "shipped_at": at("2026-03-05T12:00")},
        today=date(2026, 4, 7),
    ),
    RuleCase(
        "Shipped, and nobody reported the delivery",
        "Shipped on 7 November, seven days allowed for the way: 14 November. Thirty more: 14 December.",
        order={"delivered_at": None},
        today=date(2026, 12, 14),
    ),
    RuleCase(
        "Shipped, delivery not reported, a day too late",
        "15 December.",
        code="outside_window",
        order={"delivered_at": None},
        today=date(2026, 12, 15),
    ),
    RuleCase(
        "Still on its way",
        "The day before it is assumed to arrive.",
        code="not_delivered_yet",
        order={"delivered_at": None},
        today=date(2026, 11, 13),
    ),
    RuleCase(
        "No date at all",
        "Nobody can tell whether the window is open, so a person looks.",
        code="outside_window",
        ask=True,
        order={"delivered_at": None, "shipped_at": None},
    ),
    RuleCase(
        "A day of its own on the line",
        "The line says 24 December; that comes before the policy's thirty days.",
        line={"return_until": date(2026, 12, 24)},
        today=date(2026, 12, 24),
    ),
    RuleCase(
        "Final sale, in whatever spelling",
        "FinalSale, final-sale and Final Sale are one tag.",
        code="final_sale",
        line=tags("Final Sale"),
    ),
    RuleCase(
        "A gift card cannot be exchanged",
        "It is money already.",
        code="gift_card_item",
        line=tags("gift-card"),
    ),
    RuleCase("Sold by a partner", "Their goods, their rules.", code="third_party", line=tags("Thirdparty")),
    RuleCase(
        "A tag that the policy excludes",
        "Also where the order carries it and not the line.",
        code="excluded_tag",
        order=tags("cs-required"),
        policy={"excluded_tags": ("cs-required",)},
    ),
    RuleCase(
        "A country that the policy excludes",
        "Where it was sent to counts.",
        code="excluded_country",
        policy={"excluded_countries": ("US",)},
    ),
    RuleCase(
        "Paid in another currency",
        "What was paid in euros cannot be set against prices in dollars.",
        code="other_currency",
        order={"currency": "EUR"},
    ),
    RuleCase(
        "No e-mail address",
        "The platform takes no exchange without one, so nothing is chosen in vain.",
        code="no_email",
        order={"lacks_email": True},
    ),
    RuleCase("Not shipped", "There is nothing to send back.", code="not_shipped", line={"shipped": 0}),
    RuleCase(
        "The order was cancelled",
        "Then nothing of it is open.",
        code="order_cancelled",
        order={"cancelled": True},
    ),
    RuleCase(
        "One of two refunded", "The other one is still the shopper's.", line={"quantity": 2, "refunded": 1}
    ),
    RuleCase("Both refunded", "None is left.", code="already_refunded", line={"quantity": 2, "refunded": 2}),
    RuleCase(
        "Refunded as far as shipped",
        "Two bought, one shipped, that one refunded: the other never came.",
        code="already_refunded",
        line={"quantity": 2, "shipped": 1, "refunded": 1},
    ),
    RuleCase("One of two exchanged before", "The other one may be.", line={"quantity": 2, "committed": 1}),
    RuleCase(
        "All exchanged before",
        "None is left; the parcel that came for it is another order.",
        code="line_already_exchanged",
        line={"quantity": 2, "committed": 2},
    ),
    RuleCase(
        "Being exchanged right now",
        "One exchange an order at a time.",
        code="in_live_exchange",
        order={"has_live_exchange": True},
    ),
    RuleCase(
        "The platform takes one exchange an order",
        "And has taken it.",
        code="order_already_exchanged",
        order={"was_exchanged": True},
    ),
    RuleCase(
        "Exchanged once already, within the limit of two", "The second one goes.", order={"chain_depth": 1}
    ),
    RuleCase(
        "Exchanged twice already", "The third one does not.", code="chain_limit", order={"chain_depth": 2}
    ),
    RuleCase(
        "Worth the review limit exactly",
        "Over the limit is over it: 13964 is not more than 13964.",
        policy={"value_review_limit": 13_964},
    ),
    RuleCase(
        "Worth more than the review limit",
        "A person looks.",
        code="value_over_review_limit",
        ask=True,
        policy={"value_review_limit": 13_963},
    ),
    RuleCase(
        "A reason that wants a photo",
        "There is no way to add one yet, so a person judges.",
        code="reason_needs_photo",
        ask=True,
        policy={"photo_reasons": (Reason.DAMAGED,)},
        reason=Reason.DAMAGED,
    ),
    RuleCase(
        "Another reason wants none",
        "The rule looks at the reason given.",
        policy={"photo_reasons": (Reason.DAMAGED,)},
        reason=Reason.TOO_SMALL,
    ),
    RuleCase(
        "Late and final sale",
        "All rules run. What is read first is the one that comes first in their order: the window.",
        code="outside_window",
        line=tags("final-sale"),
        today=date(2026, 12, 11),
    ),
    RuleCase(
        "A refusal outweighs a doubt",
        "Worth a look by a person, but final sale: refused.",
        code="final_sale",
        line=tags("final-sale"),
        policy={"value_review_limit": 1},
    ),
)
