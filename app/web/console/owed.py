"""What shoppers owe and the shop collects by its own means: as a page, and as a file."""

from __future__ import annotations

from flask import Response, g, url_for

from app.domain.money import major_units
from app.queries.owed import owed_to_collect
from app.web.clock import now
from app.web.console import blueprint
from app.web.console.money import amount_text
from app.web.console.spreadsheet import download
from app.web.console.words import age
from app.web.rendering import render_page


@blueprint.get("/owed")
def owed() -> Response:
    """The longest owed first."""
    rows = [
        (
            each,
            amount_text(each.amount, each.currency),
            url_for("console.exchange", reference=each.reference),
            age(each.since, now()),
        )
        for each in owed_to_collect()
    ]
    return render_page("console/owed.html", rows=rows, csv_url=url_for("console.owed_csv"))


@blueprint.get("/owed.csv")
def owed_csv() -> Response:
    """The same for a spreadsheet."""
    heading = ("Exchange", "Order", "Amount", "Currency", "Since")
    rows = [
        (
            row.reference,
            row.order_number,
            f"{major_units(row.amount, row.currency)}",
            row.currency,
            f"{row.since:%Y-%m-%d}",
        )
        for row in owed_to_collect()
    ]
    return download(f"evenly-{g.store.slug}-owed-{now():%Y-%m-%d}.csv", [heading, *rows])
