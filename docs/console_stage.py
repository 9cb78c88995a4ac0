"""The console with something in it, for its pictures: exchanges of some days, some gone wrong."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from playwright.sync_api import Page
from sqlalchemy import select

from app.cli.demo.cases import Case
from app.models import Exchange, Role, db, store_scope, writing
from app.queries.stores import store_with
from app.services.overdue_returns import chase_returns
from tests.console.desk import PASSWORD, code_now, make_agent
from tests.e2e.chromium_tab import ChromiumTab
from tests.shopper.form_tab import FormTab
from tests.shopper.scenes import Stage
from tests.shopper.scenes.afterwards import status_waits_for_a_person
from tests.shopper.tab import WISHES, text_of, to_status

EMAIL = "ana@acme.example"
EARLIER = (0, 0, 1, 1, 1, 2, 3, 3, 5, 6)  # days ago, one an exchange
KINDS = (Case.EVEN, Case.DEARER, Case.EVEN, Case.CHEAPER, *[Case.EVEN, Case.DEARER] * 3)
SHIPPING = 1250  # what the platform counts on top of one exchange, in cents


def fill(stage: Stage) -> dict[str, str]:
    """Confirm some exchanges: the address of each picture's page by its name."""
    shopper = FormTab(stage.shop.app, lambda _answer: None)
    status_waits_for_a_person(shopper, stage)
    judged = text_of(shopper, "reference") or ""
    stage.platform.will("status", status=422)
    stuck = _exchange(stage, Case.EVEN)
    stage.send()
    stage.platform.settings(shipping_amount_cents=SHIPPING)
    drifted = _exchange(stage, Case.EVEN)
    stage.send()
    stage.platform.settings(shipping_amount_cents=0)
    others = [_exchange(stage, kind) for kind in KINDS]
    stage.send()
    with _acme(stage):
        _move_back(dict(zip(others, EARLIER, strict=True)))
        _chase(others[-1])
        cheaper = others[KINDS.index(Case.CHEAPER)]
        _wait_since({judged: 190, drifted: 95, stuck: 40, cheaper: 12})
    return {
        "console-waiting": "/console/",
        "console-search": "/console/search?q=maya",
        "console-exchange": f"/console/exchanges/{stuck}",
        "console-overview": "/console/overview?days=7",
    }


def sign_in(page: Page, url: str, stage: Stage) -> ChromiumTab:
    """Ana, who leads, at her desk."""
    with stage.shop.app.app_context():
        store = store_with("acme")
        assert store is not None
        store_id = store.id
        db.session.remove()
    secret = make_agent(stage.shop.app, store_id, EMAIL, Role.LEAD)
    tab = ChromiumTab(page, url)
    tab.open("/console/")
    tab.fill("Email", EMAIL)
    tab.fill("Password", PASSWORD)
    tab.press("Continue")
    tab.fill("Code", code_now(secret))
    tab.press("Sign in")
    return tab


def _exchange(stage: Stage, case: Case) -> str:
    shopper = FormTab(stage.shop.app, lambda _answer: None)
    to_status(shopper, stage.shop.order(case), *WISHES["acme", case])
    return text_of(shopper, "reference") or ""


@contextmanager
def _acme(stage: Stage) -> Iterator[None]:
    """Within the store acme."""
    with stage.shop.app.app_context():
        store = store_with("acme")
        assert store is not None
        with store_scope(store.id):
            yield


def _move_back(days_ago: Mapping[str, int]) -> None:
    """As if they had been confirmed over the last days."""
    with writing():
        for row in _rows(days_ago):
            days = timedelta(days=days_ago[row.reference or ""])
            assert row.submitted_at is not None
            row.submitted_at -= days
            row.created_at -= days


def _chase(reference: str) -> None:
    """What comes back for it is overdue: two reminders went out, and now a person is asked."""
    now = datetime.now(UTC)
    with writing():
        for row in _rows([reference]):
            row.send_by, row.reminders = (now - timedelta(days=9)).date(), 2
            row.reminded_at = now - timedelta(days=4)
    chase_returns(now)


def _wait_since(minutes_ago: Mapping[str, int]) -> None:
    """As if they had waited for so long."""
    with writing():
        for row in _rows(minutes_ago):
            since = datetime.now(UTC) - timedelta(minutes=minutes_ago[row.reference or ""])
            row.submitted_at = since
            for flag in row.open_flags:
                row.attention_since = flag.since = since


def _rows(references: Iterable[str]) -> list[Exchange]:
    return list(db.session.scalars(select(Exchange).where(Exchange.reference.in_(references))))
