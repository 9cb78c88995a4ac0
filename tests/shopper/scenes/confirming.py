"""Screens 4 and 6: Review with the address, and what the status page says until the exchange is placed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from app.cli.demo import people
from app.cli.demo.cases import Case
from app.cli.demo.tables import Bought
from app.models import writing
from app.services.holds import sweep_holds
from tests.shopper.scenes.stage import Stage, scene
from tests.shopper.scenes.words import ARABIC, LINER, LINER_FOR_CARD
from tests.shopper.tab import TOO_SMALL, WISHES, Tab, Wish, to_review, to_status


@scene
def review(tab: Tab, stage: Stage) -> None:
    to_review(tab, stage.shop.order(Case.EVEN), *WISHES["acme", Case.EVEN])


@scene
def review_dearer(tab: Tab, stage: Stage) -> None:
    to_review(tab, stage.shop.order(Case.DEARER), *WISHES["acme", Case.DEARER])


@scene
def review_cheaper_with_tax_inside(tab: Tab, stage: Stage) -> None:
    to_review(tab, stage.shop.order(Case.CHEAPER, "kaze"), *WISHES["kaze", Case.CHEAPER])


@scene
def review_gift_card(tab: Tab, stage: Stage) -> None:
    to_review(tab, stage.shop.order(Case.GIFT_CARD), *WISHES["acme", Case.GIFT_CARD])


@scene
def review_mixed(tab: Tab, stage: Stage) -> None:
    to_review(tab, stage.shop.order(Case.MIXED), *WISHES["acme", Case.MIXED])


@scene
def review_with_fees(tab: Tab, stage: Stage) -> None:
    with stage.shop.policy(shipping_fee=500, restocking_fee=250):
        to_review(tab, stage.shop.order(Case.MIXED), *WISHES["acme", Case.MIXED])


@scene
def review_faster_than_seen(tab: Tab, stage: Stage) -> None:
    """Ticked and confirmed before anybody has said what it costs in all."""
    to_review(tab, stage.shop.order(Case.EVEN), *WISHES["acme", Case.EVEN])
    tab.tick("Send it faster")
    tab.press("Confirm exchange")


@scene
def review_moved(tab: Tab, stage: Stage) -> None:
    to_review(tab, stage.shop.order(Case.DEARER), *WISHES["acme", Case.DEARER])
    with stage.shop.changed("TOTE-WEEKENDER", price=5200):
        tab.press("Confirm exchange")


@scene
def review_sold_out_meanwhile(tab: Tab, stage: Stage) -> None:
    to_review(tab, stage.shop.order(Case.EVEN), *WISHES["acme", Case.EVEN])
    with stage.shop.changed("PARKA-MOSS-L", stock=0):
        tab.press("Confirm exchange")


@scene
def review_hold_over(tab: Tab, stage: Stage) -> None:
    to_review(tab, stage.shop.order(Case.EVEN), *WISHES["acme", Case.EVEN])
    with stage.shop.app.app_context(), writing():
        sweep_holds(datetime.now(UTC) + timedelta(days=1))
    tab.open(tab.path)


@scene
def review_with_long_names(tab: Tab, stage: Stage) -> None:
    lines = (LINER, Bought("TEE", ("Ochre", "S")))
    to_review(
        tab,
        stage.shop.order(Case.LONG_NAMES, lines=lines),
        LINER_FOR_CARD,
        Wish("Everyday Tee", TOO_SMALL, {"Colour": "Ochre", "Size": "M"}),
    )


@scene
def review_in_arabic(tab: Tab, stage: Stage) -> None:
    order = stage.shop.order(Case.RIGHT_TO_LEFT)
    to_review(tab, order, Wish("Everyday Tee", TOO_SMALL, {"Colour": "Navy", "Size": "M"}))


@scene
def address(tab: Tab, stage: Stage) -> None:
    review(tab, stage)
    tab.follow("Change the delivery address")


@scene
def address_incomplete(tab: Tab, stage: Stage) -> None:
    address(tab, stage)
    tab.fill("Full name", "")
    tab.fill("City", "")
    tab.fill("Postcode", "not one")
    tab.press("Save address")


@scene
def status_on_its_way(tab: Tab, stage: Stage) -> None:
    to_status(tab, stage.shop.order(Case.DEARER), *WISHES["acme", Case.DEARER])


@scene
def status_placed(tab: Tab, stage: Stage) -> None:
    to_status(tab, stage.shop.order(Case.MIXED), *WISHES["acme", Case.MIXED])
    stage.send()
    tab.open(tab.path)


@scene
def status_placed_cheaper(tab: Tab, stage: Stage) -> None:
    to_status(tab, stage.shop.order(Case.CHEAPER, "kaze"), *WISHES["kaze", Case.CHEAPER])
    stage.send()
    tab.open(tab.path)


@scene
def status_needs_a_person(tab: Tab, stage: Stage) -> None:
    stage.send()
    to_status(tab, stage.shop.order(Case.GIFT_CARD), *WISHES["acme", Case.GIFT_CARD])
    stage.platform.will("status", status=422)
    stage.send()
    tab.open(tab.path)


@scene
def status_with_emoji(tab: Tab, stage: Stage) -> None:
    buyer = replace(people.ZOE, first_name="Zoë 🌊🧣", last_name=ARABIC)
    hoodie = Wish("Cloud Hoodie", TOO_SMALL, {"Colour": "Sky", "Size": "M"})
    to_status(tab, stage.shop.order(Case.EMOJI, buyer=buyer), hoodie)
    stage.send()
    tab.open(tab.path)
