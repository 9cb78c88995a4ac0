"""The sum as text: the figures of the page it is linked from, and only for who may see that page."""

from __future__ import annotations

import pytest
from werkzeug.test import TestResponse

from app.cli.demo.cases import Case
from tests.pages.markup import Element, parse
from tests.shopper.form_tab import FormTab
from tests.shopper.shop import Shop
from tests.shopper.tab import WISHES, to_review, to_status

CASES = [
    (store, case) for store, case in WISHES if case in (Case.DEARER, Case.CHEAPER, Case.MIXED, Case.PARTIAL)
]


@pytest.fixture
def tab(demo: Shop) -> FormTab:
    return FormTab(demo.app)


def rows_of(html: str) -> list[tuple[str, str]]:
    """Label and amount of each row, as they are written on the page."""
    found = []
    for row in (element for element in parse(html) if element.tag == "tr"):
        if "sum__row" in (row.get("class") or ""):
            label = next(e for e in row.descendants() if e.tag in ("summary", "th") and not _has_summary(e))
            amount = next(e for e in row.descendants() if e.tag == "data")
            found.append((_text(label).removesuffix(" Why?"), _text(amount)))
    return found


def sentences_of(html: str) -> list[str]:
    """What the rows open to say."""
    return [_text(e) for e in parse(html) if e.get("class") == "why__words"]


@pytest.mark.parametrize(("store", "case"), CASES, ids=lambda value: str(value).replace(" ", "-"))
def test_the_text_says_what_the_page_says(demo: Shop, tab: FormTab, store: str, case: Case) -> None:
    to_review(tab, demo.order(case, store), *WISHES[store, case])
    page, path = tab.html, tab.path
    tab.follow("Download this sum as text")
    assert_same(page, tab.html)
    tab.open(path)
    tab.press("Confirm exchange")
    page = tab.html
    tab.follow("Download this sum as text")
    assert_same(page, tab.html)


def assert_same(page: str, text: str) -> None:
    lines, words = text.splitlines(), " ".join(text.split())
    assert rows_of(page)
    for label, amount in rows_of(page):
        assert any(line.startswith(label) and line.endswith(amount) for line in lines), label
    assert sentences_of(page)
    for sentence in sentences_of(page):
        assert sentence in words


def test_a_confirmed_sum_stays_as_it_was(demo: Shop, tab: FormTab) -> None:
    to_status(tab, demo.order(Case.DEARER), *WISHES["acme", Case.DEARER])
    status = tab.path
    tab.open(f"{status}/sum.txt")
    before = tab.html.partition("\n\n")[2]
    with demo.policy(shipping_fee=500, variant_pricing="current_price"):
        tab.open(f"{status}/sum.txt")
        assert tab.html.partition("\n\n")[2] == before


def test_it_is_a_file_to_keep(demo: Shop, tab: FormTab) -> None:
    answers: list[TestResponse] = []
    tab = FormTab(demo.app, answers.append)
    to_review(tab, demo.order(Case.EVEN), *WISHES["acme", Case.EVEN])
    tab.follow("Download this sum as text")
    headers = answers[-1].headers
    assert headers["Content-Type"] == "text/plain; charset=utf-8"
    assert headers["Content-Disposition"] == 'attachment; filename="sum.txt"'
    assert "no-store" in headers["Cache-Control"]


def test_nobody_else_gets_it(demo: Shop, tab: FormTab) -> None:
    to_status(tab, demo.order(Case.EVEN), *WISHES["acme", Case.EVEN])
    stranger = FormTab(demo.app)
    for path in (f"{tab.path}/sum.txt", f"{tab.path}/review/sum.txt"):
        stranger.open(path)
        assert stranger.status == 404


def test_after_confirming_the_sum_of_review_is_on_the_status_page(demo: Shop, tab: FormTab) -> None:
    to_status(tab, demo.order(Case.EVEN), *WISHES["acme", Case.EVEN])
    status = tab.path
    tab.open(f"{status}/review/sum.txt")
    assert (tab.status, tab.path) == (200, status)


def test_a_draft_has_no_confirmed_sum_yet(demo: Shop, tab: FormTab) -> None:
    to_review(tab, demo.order(Case.EVEN), *WISHES["acme", Case.EVEN])
    tab.open(f"{tab.path.removesuffix('/review')}/sum.txt")
    assert tab.path.endswith("/items")


def _has_summary(element: Element) -> bool:
    return element.tag == "th" and any(e.tag == "summary" for e in element.descendants())


def _text(element: Element) -> str:
    return " ".join(element.all_text().split())
