"""The console with something in it, for its pictures: exchanges of some days, one stuck, one to decide."""

from __future__ import annotations

from datetime import timedelta

from playwright.sync_api import Page
from sqlalchemy import select

from app.cli.demo.cases import Case
from app.models import Exchange, Role, db, store_scope, writing
from app.queries.stores import store_with
from tests.console.desk import PASSWORD, code_now, make_agent
from tests.e2e.chromium_tab import ChromiumTab
from tests.shopper.form_tab import FormTab
from tests.shopper.scenes import Stage
from tests.shopper.scenes.afterwards import status_waits_for_a_person
from tests.shopper.tab import WISHES, text_of, to_status

EMAIL = "ana@acme.example"
EARLIER = (0, 0, 1, 1, 1, 2, 3, 3, 5, 6)  # days ago, one an exchange


def fill(stage: Stage) -> dict[str, str]:
    """Confirm some exchanges: the address of each picture's page by its name."""
    shopper = FormTab(stage.shop.app, lambda _answer: None)
    status_waits_for_a_person(shopper, stage)
    stage.platform.will("status", status=422)
    stuck = _exchange(stage, Case.EVEN)
    stage.send()
    kinds = [case for case in (Case.EVEN, Case.DEARER, Case.CHEAPER) if ("acme", case) in WISHES]
    others = [_exchange(stage, kinds[place % len(kinds)]) for place in range(len(EARLIER))]
    stage.send()
    _move_back(stage, others)
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


def _move_back(stage: Stage, references: list[str]) -> None:
    """As if they had been confirmed over the last days."""
    with stage.shop.app.app_context():
        store = store_with("acme")
        assert store is not None
        with store_scope(store.id), writing():
            rows = select(Exchange).where(Exchange.reference.in_(references)).order_by(Exchange.id)
            for row, days in zip(db.session.scalars(rows), EARLIER, strict=False):
                assert row.submitted_at is not None
                row.submitted_at -= timedelta(days=days)
                row.created_at -= timedelta(days=days)
