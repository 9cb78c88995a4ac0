"""What a piece of news may say, by a call as by a webhook: one shape for both."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError, model_validator

from app.domain.news import News, NewsKind
from app.domain.received_items import CameBack, Condition
from app.services.importing import faults_of
from app.web.problems import FieldProblem, Problem

PRINTABLE = r"^[^\x00-\x1f\x7f]*$"
LONGEST, MOST_ITEMS, MOST_UNITS = 255, 500, 1000


class ItemBody(BaseModel):
    """Units that came back, of the line with this number in the order or of this SKU."""

    model_config = ConfigDict(extra="forbid", frozen=True, title="ItemReceived")

    line: Annotated[str, Field(max_length=LONGEST, pattern=PRINTABLE)] = Field(
        "", description="The line's number in the order. It or sku is needed; it counts where both stand."
    )
    sku: Annotated[str, Field(max_length=LONGEST, pattern=PRINTABLE)] = ""
    quantity: int = Field(ge=1, le=MOST_UNITS)
    condition: Condition = Field(Condition.GOOD, description="How these units are.")

    @model_validator(mode="after")
    def _names_a_line(self) -> ItemBody:
        if not self.line and not self.sku:
            raise ValueError("must name a line or an sku")
        return self


class NewsBody(BaseModel):
    """News of one exchange. `at` left out means now."""

    model_config = ConfigDict(extra="forbid", frozen=True, title="News")

    event: NewsKind = Field(description="What happened.")
    at: AwareDatetime | None = Field(None, description="When, with its zone; left out: now.")
    tracking_number: Annotated[str, Field(max_length=100, pattern=PRINTABLE)] = Field(
        "", description="What the carrier calls the parcel. With shipped."
    )
    delivery_estimate: date | None = Field(None, description="The day it should arrive. With shipped.")
    items: Annotated[list[ItemBody], Field(max_length=MOST_ITEMS)] = Field(
        [],
        description="Everything that came back. With received; left out: all that was expected, as expected.",
    )


BELONGS_TO = {
    "tracking_number": NewsKind.SHIPPED,
    "delivery_estimate": NewsKind.SHIPPED,
    "items": NewsKind.RECEIVED,
}


def news_in(data: Any) -> News:
    """The news in these JSON values. Answers 422 with every field at fault."""
    try:
        body = NewsBody.model_validate(data)
    except ValidationError as error:
        errors = [FieldProblem(place, f"{sentence}.") for place, sentence in faults_of(error)]
        raise Problem(422, "This is no news that can be taken down.", errors) from None
    strange = [
        FieldProblem((name,), f"belongs to the event {event} alone.")
        for name, event in BELONGS_TO.items()
        if getattr(body, name) and body.event is not event
    ]
    if strange:
        raise Problem(422, "This is no news that can be taken down.", strange)
    items = tuple(CameBack(each.quantity, each.line, each.sku, each.condition) for each in body.items)
    return News(body.event, body.at, body.tracking_number.strip(), body.delivery_estimate, items)
