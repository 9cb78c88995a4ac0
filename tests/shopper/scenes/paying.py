"""Paying: the page while the provider has not told yet, what may go wrong, and what became of it.

The provider's own page is not visited: a tab that is not a real browser could not go there.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import httpx2
from sqlalchemy import select

from app.cli.demo.cases import Case
from app.models import Exchange, db, store_scope
from app.services import mailing
from app.services.agent_decisions import Decision
from app.services.awaiting import expire_unpaid
from app.services.payment_attempts import payment_under_way
from app.services.payment_pages import look_and_take, open_page
from tests.shopper.scenes.afterwards import decide, public_id
from tests.shopper.scenes.stage import Stage, scene
from tests.shopper.tab import WISHES, Tab, to_review

TOTE = WISHES["acme", Case.DEARER]
DECLINED = "4000 0000 0000 0002"


@contextmanager
def till(stage: Stage) -> Iterator[None]:
    """Acme takes payments at the sandbox's card provider."""
    stage.shop.connect_cards()
    try:
        yield
    finally:
        stage.shop.disconnect_cards()


def confirmed(tab: Tab, stage: Stage) -> None:
    """Confirmed, and the provider does not answer."""
    to_review(tab, stage.shop.order(Case.DEARER), *TOTE)
    stage.platform.will("status", system="cards", status=503)
    tab.press("Pay")
    assert "could not be opened" in tab.html, f"{tab.path}\n{tab.html}"


def opened(stage: Stage, shown: str, card: str = "") -> None:
    """Its payment page is open after all, and a card was typed in there."""
    now, cashier = datetime.now(UTC), stage.shop.app.extensions["evenly.cashier"]
    with stage.shop.app.app_context():
        found = select(Exchange).where(Exchange.public_id == shown)
        row = db.session.scalars(found, execution_options={"all_stores": True}).one()
        with store_scope(row.store_id):
            payment = payment_under_way(row.id)
            assert payment is not None
            payment_id = payment.id
            url = open_page(cashier, payment_id, now)
            assert url
            if card:
                httpx2.post(url, data={"card": card}, trust_env=False)
                look_and_take(cashier, payment_id, now)


@scene
def paying_not_opened(tab: Tab, stage: Stage) -> None:
    with till(stage):
        confirmed(tab, stage)


@scene
def paying(tab: Tab, stage: Stage) -> None:
    with till(stage):
        confirmed(tab, stage)
        opened(stage, public_id(tab))
        tab.open(tab.path)


@scene
def paying_declined(tab: Tab, stage: Stage) -> None:
    with till(stage):
        confirmed(tab, stage)
        opened(stage, public_id(tab), DECLINED)
        tab.open(tab.path)


@scene
def review_unpaid(tab: Tab, stage: Stage) -> None:
    """Back from paying, or brought back because the page has ended."""
    with till(stage):
        confirmed(tab, stage)
        tab.press("Back to my exchange")


@scene
def paying_by_link(tab: Tab, stage: Stage) -> None:
    """A person has said yes, and the difference is to be paid."""
    with till(stage), stage.shop.policy(value_review_limit=1000):
        to_review(tab, stage.shop.order(Case.DEARER), *TOTE)
        tab.press("Confirm exchange")
        decide(stage, public_id(tab), Decision("M. Ruiz", "fine"), yes=True)
        tab.open(tab.path)


@scene
def status_unpaid(tab: Tab, stage: Stage) -> None:
    """Nobody paid in the time that a person's yes gave."""
    paying_by_link(tab, stage)
    with stage.shop.app.app_context():
        expire_unpaid(datetime.now(UTC) + timedelta(days=30))
    tab.open(tab.path)


@scene
def lost_number(tab: Tab, stage: Stage) -> None:
    with stage.shop.app.app_context():
        mailing.turn_on(db.engine)
    try:
        tab.open("/acme/lost")
    finally:
        with stage.shop.app.app_context():
            mailing._with_mail.discard(db.engine)


@scene
def lost_number_asked(tab: Tab, _stage: Stage) -> None:
    tab.open("/acme/lost/sent")
