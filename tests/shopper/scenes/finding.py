"""Screen 1 and 2: finding the order, the links that lead there, choosing its items."""

from __future__ import annotations

from app.cli.demo.cases import Case
from app.cli.demo.tables import Bought, Unlisted
from tests.shopper.scenes.stage import Stage, scene
from tests.shopper.scenes.words import ARABIC, LINER
from tests.shopper.tab import Tab, find


@scene
def find_order(tab: Tab, _stage: Stage) -> None:
    tab.open("/acme/")


@scene
def find_order_of_a_store_without_branding(tab: Tab, _stage: Stage) -> None:
    tab.open("/plain/")


@scene
def find_order_left_empty(tab: Tab, _stage: Stage) -> None:
    tab.open("/acme/")
    tab.press("Find my order")


@scene
def find_order_not_matched(tab: Tab, _stage: Stage) -> None:
    tab.open("/kaze/")
    tab.fill("Order number", "KZ-9999")
    tab.fill("Email or postcode", "aoi.tanaka@exmaple.org")
    tab.press("Find my order")


@scene
def find_order_too_often(tab: Tab, stage: Stage) -> None:
    ticket = stage.shop.order(Case.EVEN)
    stage.shop.use_up_tries(ticket)
    find(tab, ticket)


@scene
def link_in(tab: Tab, stage: Stage) -> None:
    tab.open(stage.shop.link(stage.shop.order(Case.EVEN)))


@scene
def link_expired(tab: Tab, stage: Stage) -> None:
    tab.open(stage.shop.link(stage.shop.order(Case.EVEN), days=-1))


@scene
def front_of_the_deployment(tab: Tab, _stage: Stage) -> None:
    tab.open("/")


@scene
def items(tab: Tab, stage: Stage) -> None:
    find(tab, stage.shop.order(Case.MIXED))


@scene
def items_of_a_long_order(tab: Tab, stage: Stage) -> None:
    find(tab, stage.shop.order(Case.MANY_LINES))


@scene
def items_none_chosen(tab: Tab, stage: Stage) -> None:
    find(tab, stage.shop.order(Case.PARTIAL))
    tab.press("Continue")


@scene
def items_all_too_late(tab: Tab, stage: Stage) -> None:
    find(tab, stage.shop.order(Case.OUTSIDE_WINDOW, "kaze"))


@scene
def items_not_delivered(tab: Tab, stage: Stage) -> None:
    find(tab, stage.shop.order(Case.NOT_DELIVERED))


@scene
def items_with_long_names(tab: Tab, stage: Stage) -> None:
    lines = (Bought("PARKA", ("Navy", "M"), quantity=3), LINER)
    find(tab, stage.shop.order(Case.LONG_NAMES, lines=lines))


@scene
def items_in_arabic(tab: Tab, stage: Stage) -> None:
    lines = (Unlisted(f"{ARABIC} 🧥", 12900, "ARABIC-1"), Bought("TEE", ("Navy", "S")))
    find(tab, stage.shop.order(Case.RIGHT_TO_LEFT, lines=lines))
