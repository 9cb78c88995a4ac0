"""The gift view, from its entrance to its status."""

from __future__ import annotations

from app.cli.demo.cases import Case
from tests.shopper.scenes.stage import Stage, scene
from tests.shopper.tab import TOO_SMALL, Tab, Wish, choose, find_gift, say_who, wish_for

PARKA = Wish("Ridge Parka", TOO_SMALL, {"Colour": "Sand", "Size": "L"})
CARD = Wish("Ridge Parka", TOO_SMALL)


@scene
def gift_entrance(tab: Tab, _stage: Stage) -> None:
    tab.open("/acme/gift")


@scene
def gift_entrance_left_empty(tab: Tab, _stage: Stage) -> None:
    tab.open("/acme/gift")
    tab.press("Find my gift")


@scene
def gift_items(tab: Tab, stage: Stage) -> None:
    find_gift(tab, stage.shop.order(Case.GIFT))


@scene
def gift_choice(tab: Tab, stage: Stage) -> None:
    gift_items(tab, stage)
    choose(tab, PARKA)
    wish_for(tab, PARKA)
    tab.update()


@scene
def gift_choice_of_a_card(tab: Tab, stage: Stage) -> None:
    gift_items(tab, stage)
    choose(tab, CARD)
    wish_for(tab, CARD)
    tab.update()


@scene
def gift_recipient_left_empty(tab: Tab, stage: Stage) -> None:
    gift_choice(tab, stage)
    tab.press("Continue")
    tab.press("Continue")


@scene
def gift_review(tab: Tab, stage: Stage) -> None:
    gift_choice(tab, stage)
    tab.press("Continue")
    say_who(tab)


@scene
def gift_status(tab: Tab, stage: Stage) -> None:
    gift_review(tab, stage)
    tab.press("Confirm exchange")
    stage.send()
    tab.open(tab.path)
