"""The overview: how exchanges go, in figures. Small charts with their numbers beside them, and as a file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from flask import Response, g, request, url_for

from app.domain.exchange_status import Status
from app.domain.reporting_period import Period, period_until
from app.queries import overview as figures
from app.queries.overview import Standing
from app.web.clock import now
from app.web.console import blueprint
from app.web.console.failure_words import failure_words
from app.web.console.money import amount_text
from app.web.console.spreadsheet import Cell, download
from app.web.console.trouble import store_trouble
from app.web.console.words import IN_REVIEW, STATES
from app.web.filters import long_date
from app.web.rendering import render_page

PERIODS = {1: "Today", 7: "7 days", 30: "30 days"}
MOST_REASONS = 8
AGES = ("under 1 hour", "1 to 4 hours", "4 to 24 hours", "1 to 3 days", "longer")


@dataclass(frozen=True)
class Bar:
    """One figure: its words, its number, and its length in a chart, 0 to 100. `more` is said beside it."""

    words: str
    count: int
    length: float = 0.0
    more: str = ""


@dataclass(frozen=True)
class Chart:
    """Figures of one kind. `of`: what the rows are, `counted`: what the numbers are."""

    id: str
    title: str
    of: str
    counted: str
    bars: tuple[Bar, ...]
    none: str

    @property
    def empty(self) -> bool:
        return not any(bar.count for bar in self.bars)


@blueprint.get("/overview")
def overview() -> Response:
    """Everything confirmed in the period, or begun in it, as it stands now."""
    period = _asked()
    states = figures.states_in(period)
    timeline, charts = _timeline(period), _charts(period, states)
    return render_page(
        "console/overview.html",
        period=PERIODS[period.days],
        total=sum(bar.count for bar in timeline.bars),
        unpaid=states.get(Status.AWAITING_PAYMENT, 0),
        timeline=timeline,
        charts=charts,
        periods=[
            (words, url_for("console.overview", days=days), days == period.days)
            for days, words in PERIODS.items()
        ],
        csv_url=url_for("console.overview_csv", days=period.days),
        trouble=store_trouble(),
    )


@blueprint.get("/overview.csv")
def overview_csv() -> Response:
    """The same figures for a spreadsheet."""
    period = _asked()
    rows: list[Sequence[Cell]] = [("Figure", "What", "Number", "More")]
    for chart in (_timeline(period), *_charts(period, figures.states_in(period))):
        rows += [(chart.title, bar.words, bar.count, bar.more) for bar in chart.bars]
    last = _local(period.parts[-1][0]).date()
    return download(f"evenly-{g.store.slug}-{last.isoformat()}-{period.days}-days.csv", rows)


def _asked() -> Period:
    typed = request.args.get("days", "")
    days = next((days for days in PERIODS if str(days) == typed), 1)
    return period_until(now(), days, g.store.time_zone)


def _timeline(period: Period) -> Chart:
    counts = figures.confirmed_by_part(period)
    starts = [_local(start) for start, _ in period.parts]
    words = [f"{at:%H:%M}" if period.days == 1 else long_date(at.date(), g.store.locale) for at in starts]
    of = "Hour" if period.days == 1 else "Day"
    return Chart(
        "confirmed",
        "Confirmed",
        of,
        "Exchanges",
        _bars(zip(words, counts, strict=True)),
        "None was confirmed.",
    )


def _charts(period: Period, states: Mapping[Standing, int]) -> list[Chart]:
    return [_states(states), _sums(period), _drop_off(period), *_ages(), _failures(period)]


def _states(counts: Mapping[Standing, int]) -> Chart:
    """In the order that exchanges come through them."""
    in_order: list[tuple[Standing, str]] = []
    for state, words in STATES.items():
        in_order += IN_REVIEW.items() if state is Status.IN_REVIEW else [(state, words)]
    shown = [(words, counts[standing]) for standing, words in in_order if counts.get(standing)]
    return Chart("states", "How they stand", "State", "Exchanges", _bars(shown), "None was confirmed.")


def _sums(period: Period) -> Chart:
    found = figures.outcomes_in(period, g.store.currency)
    bars = _bars(
        [
            ("even", found.even),
            ("dearer", found.dearer),
            ("cheaper", found.cheaper),
            ("gift card alone", found.card),
        ]
    )
    even, dearer, cheaper, card = bars
    told = (
        even,
        _with(dearer, f"{amount_text(found.amount_due, g.store.currency)} to pay"),
        _with(cheaper, f"{amount_text(found.refund_due, g.store.currency)} back"),
        _with(card, f"{amount_text(found.card_total, g.store.currency)} on cards in all"),
    )
    return Chart("sums", "Even or not", "Sum", "Exchanges", told, "None was confirmed.")


def _drop_off(period: Period) -> Chart:
    found = figures.drop_off_in(period)
    steps = (
        ("opened an order", found.begun),
        ("chose items", found.items),
        ("chose what comes instead", found.replacements),
        ("confirmed", found.confirmed),
        ("placed by the shop", found.placed),
        ("completed", found.completed),
    )
    bars = tuple(_with(bar, _share(bar.count, found.begun)) for bar in _bars(steps))
    return Chart("steps", "How far people come", "Step", "People", bars, "Nobody has begun.")


def _ages() -> list[Chart]:
    every, for_a_person = figures.ages(now())
    most = max(every, default=0)
    shown = (
        ("ages", "Not placed yet, by age", every, "Everything is placed."),
        ("waits", "Of these wait for a person", for_a_person, "Nobody is waited for."),
    )
    return [
        Chart(id_, title, "Since confirmed", "Exchanges", _bars(zip(AGES, counts, strict=True), most), none)
        for id_, title, counts, none in shown
    ]


def _failures(period: Period) -> Chart:
    found = figures.failures_in(period)
    counts: Counter[str] = Counter()
    for each in found:
        counts[failure_words(each)] += each.count
    bars = _bars(counts.most_common(MOST_REASONS))
    return Chart(
        "failures", "What does not get through", "Reason", "Messages", bars, "Everything gets through."
    )


def _bars(pairs: Iterable[tuple[str, int]], most: int | None = None) -> tuple[Bar, ...]:
    found = list(pairs)
    longest = max([count for _, count in found], default=0) if most is None else most
    return tuple(
        Bar(words, count, round(100 * count / longest, 1) if longest else 0.0) for words, count in found
    )


def _with(bar: Bar, more: str) -> Bar:
    return Bar(bar.words, bar.count, bar.length, more if bar.count else "")


def _share(part: int, whole: int) -> str:
    return f"{round(100 * part / whole)} %" if whole else ""


def _local(moment: datetime) -> datetime:
    return moment.astimezone(ZoneInfo(g.store.time_zone))
