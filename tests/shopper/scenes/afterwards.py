"""After Confirm: waiting for a person, changing one's mind, the chain, a status page on another device."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime

from sqlalchemy import select

from app.cli.demo.cases import Case
from app.domain.exchange_status import Status
from app.models import Exchange, db, store_scope, writing
from app.services.agent_decisions import Decision, approve, decline
from app.services.moving import move_exchange
from app.services.tracking import mark_delivered
from tests.shopper.scenes.stage import Stage, scene
from tests.shopper.tab import CHANGED_MIND, TOO_SMALL, WISHES, Tab, Wish, find, to_review, to_status

BOOTS = Wish("Trail Boot", TOO_SMALL, {"Colour": "Black", "Size": "11"}, 3)
BOOTS_FOR_CARD = Wish("Trail Boot", CHANGED_MIND, {}, 3)


def public_id(tab: Tab) -> str:
    """Of the exchange or draft whose page is shown."""
    return tab.path.split("/")[3]


def decide(stage: Stage, shown: str, decision: Decision, *, yes: bool) -> None:
    """What a person at the shop does on the command line."""
    with stage.shop.app.app_context():
        row = db.session.scalars(
            select(Exchange).where(Exchange.public_id == shown).execution_options(all_stores=True)
        ).one()
        with store_scope(row.store_id):
            (approve if yes else decline)(row.id, decision, datetime.now(UTC))


def deliver(stage: Stage, shown: str) -> str:
    """Let what the shop sent out arrive: the number of its order."""
    with stage.shop.app.app_context():
        row = db.session.scalars(
            select(Exchange).where(Exchange.public_id == shown).execution_options(all_stores=True)
        ).one()
        with store_scope(row.store_id):
            mark_delivered(row.id, datetime.now(UTC), "desk", datetime.now(UTC))
        return str(row.platform_order)


def expire(stage: Stage, shown: str) -> None:
    """Let one draft end as the worker does after weeks."""
    with stage.shop.app.app_context(), writing():
        row = db.session.scalars(
            select(Exchange).where(Exchange.public_id == shown).execution_options(all_stores=True)
        ).one()
        with store_scope(row.store_id):
            move_exchange(row, Status.EXPIRED, "worker", datetime.now(UTC))


@scene
def items_checked_by_hand(tab: Tab, stage: Stage) -> None:
    find(tab, stage.shop.order(Case.REVIEW))


@scene
def review_by_hand(tab: Tab, stage: Stage) -> None:
    to_review(tab, stage.shop.order(Case.REVIEW), BOOTS_FOR_CARD)


@scene
def review_by_hand_note_too_long(tab: Tab, stage: Stage) -> None:
    review_by_hand(tab, stage)
    tab.fill("A note to the shop (optional)", "They came in the wrong box. " * 20)
    tab.press("Confirm exchange")


@scene
def status_waits_for_a_person(tab: Tab, stage: Stage) -> None:
    review_by_hand(tab, stage)
    tab.fill("A note to the shop (optional)", "They came in the wrong box.")
    tab.press("Confirm exchange")


@scene
def status_approved(tab: Tab, stage: Stage) -> None:
    status_waits_for_a_person(tab, stage)
    decide(stage, public_id(tab), Decision("M. Ruiz", "fine"), yes=True)
    tab.open(tab.path)


@scene
def status_declined(tab: Tab, stage: Stage) -> None:
    status_waits_for_a_person(tab, stage)
    no = Decision("M. Ruiz", "worn", "The soles show wear, so we cannot take them back.")
    decide(stage, public_id(tab), no, yes=False)
    tab.open(tab.path)


@scene
def status_with_undo(tab: Tab, stage: Stage) -> None:
    with stage.shop.policy(undo_minutes=15):
        to_status(tab, stage.shop.order(Case.DEARER), *WISHES["acme", Case.DEARER])


@scene
def cancel_asked(tab: Tab, stage: Stage) -> None:
    status_with_undo(tab, stage)
    tab.press("Cancel exchange")


@scene
def status_cancelled(tab: Tab, stage: Stage) -> None:
    cancel_asked(tab, stage)
    tab.press("Cancel exchange")


@scene
def cancel_too_late(tab: Tab, stage: Stage) -> None:
    to_status(tab, stage.shop.order(Case.EVEN), *WISHES["acme", Case.EVEN])
    tab.open(f"{tab.path}/cancel")


@scene
def choices_expired(tab: Tab, stage: Stage) -> None:
    to_review(tab, stage.shop.order(Case.EVEN), *WISHES["acme", Case.EVEN])
    draft = public_id(tab)
    expire(stage, draft)
    tab.open(f"/acme/exchanges/{draft}/items")


@scene
def status_of_a_chain(tab: Tab, stage: Stage) -> None:
    """An exchange that was shipped, has arrived, and was exchanged once more."""
    first = stage.shop.order(Case.EVEN)
    to_status(tab, first, *WISHES["acme", Case.EVEN])
    before = tab.path
    stage.send()
    sent = replace(first, number=deliver(stage, public_id(tab)))
    to_status(tab, sent, Wish("Ridge Parka", TOO_SMALL, {"Colour": "Navy", "Size": "XL"}))
    assert re.search(r"This replaces\s*<a[^>]*>EX-", tab.html)
    tab.open(before)
    assert re.search(r"Exchanged again as\s*<a[^>]*>EX-", tab.html)


@scene
def status_elsewhere(tab: Tab, stage: Stage) -> None:
    status_with_undo(tab, stage)
    path = tab.path
    tab.press("Leave this order")
    tab.open(path)


@scene
def status_elsewhere_not_matched(tab: Tab, stage: Stage) -> None:
    status_elsewhere(tab, stage)
    tab.fill("Email or postcode", "nobody@example.com")
    tab.press("Show my exchange")
