"""What a piece of news may say, by a call as by a webhook: one shape for both."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from app.services.exchange_news import News, NewsKind
from app.services.importing import faults_of
from app.web.problems import FieldProblem, Problem

TRACKING_NUMBER = r"^[^\x00-\x1f\x7f]*$"


class NewsBody(BaseModel):
    """News of one exchange. `at` left out means now."""

    model_config = ConfigDict(extra="forbid", frozen=True, title="News")

    event: NewsKind = Field(description="What happened.")
    at: AwareDatetime | None = Field(None, description="When, with its zone; left out: now.")
    tracking_number: Annotated[str, Field(max_length=100, pattern=TRACKING_NUMBER)] = Field(
        "", description="What the carrier calls the parcel. With shipped."
    )
    delivery_estimate: date | None = Field(None, description="The day it should arrive. With shipped.")


def news_in(data: Any) -> News:
    """The news in these JSON values. Answers 422 with every field at fault."""
    try:
        body = NewsBody.model_validate(data)
    except ValidationError as error:
        errors = [FieldProblem(place, f"{sentence}.") for place, sentence in faults_of(error)]
        raise Problem(422, "This is no news that can be taken down.", errors) from None
    about_sending = {"tracking_number": body.tracking_number, "delivery_estimate": body.delivery_estimate}
    given = [name for name, value in about_sending.items() if value]
    if given and body.event is not NewsKind.SHIPPED:
        errors = [FieldProblem((name,), "belongs to the event shipped alone.") for name in given]
        raise Problem(422, "This is no news that can be taken down.", errors)
    return News(body.event, body.at, body.tracking_number.strip(), body.delivery_estimate)
