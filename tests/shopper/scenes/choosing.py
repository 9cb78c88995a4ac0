"""Screen 3: the reason and the replacement, as far as products differ in what they offer."""

from __future__ import annotations

from app.cli.demo.cases import Case
from app.cli.demo.tables import Bought
from tests.shopper.scenes.stage import Stage, scene
from tests.shopper.scenes.words import LINER, LINER_FOR_CARD
from tests.shopper.tab import TOO_SMALL, WISHES, Tab, Wish, choose, find, look_for, wish_for


@scene
def replacement(tab: Tab, stage: Stage) -> None:
    find(tab, stage.shop.order(Case.EVEN))
    choose(tab, *WISHES["acme", Case.EVEN])


@scene
def replacement_nothing_said(tab: Tab, stage: Stage) -> None:
    find(tab, stage.shop.order(Case.DEARER))
    choose(tab, *WISHES["acme", Case.DEARER])
    tab.press("Continue")


@scene
def replacement_second_of_two(tab: Tab, stage: Stage) -> None:
    tote, hoodie = WISHES["acme", Case.MIXED]
    find(tab, stage.shop.order(Case.MIXED))
    choose(tab, tote, hoodie)
    wish_for(tab, tote)
    tab.press("Continue")


@scene
def replacement_chosen(tab: Tab, stage: Stage) -> None:
    find(tab, stage.shop.order(Case.DEARER))
    choose(tab, *WISHES["acme", Case.DEARER])
    wish_for(tab, *WISHES["acme", Case.DEARER])
    tab.update()


@scene
def replacement_gift_card(tab: Tab, stage: Stage) -> None:
    find(tab, stage.shop.order(Case.GIFT_CARD))
    choose(tab, *WISHES["acme", Case.GIFT_CARD])
    wish_for(tab, *WISHES["acme", Case.GIFT_CARD])
    tab.update()


@scene
def replacement_three_options(tab: Tab, stage: Stage) -> None:
    jeans = Wish("Straight Jeans", TOO_SMALL, {"Colour": "Black", "Waist": "34", "Length": "34"})
    find(tab, stage.shop.order(Case.EVEN, lines=(Bought("JEANS", ("Indigo", "32", "32")),)))
    choose(tab, jeans)
    for group, value in jeans.options.items():
        tab.pick(group, value)
        tab.update()


@scene
def replacement_on_back_order(tab: Tab, stage: Stage) -> None:
    find(tab, stage.shop.order(Case.BACKORDER))
    choose(tab, Wish("Trail Boot", TOO_SMALL))
    wish_for(tab, Wish("Trail Boot", TOO_SMALL, {"Colour": "Oat", "Size": "10"}))
    tab.update()


@scene
def replacement_sold_out(tab: Tab, stage: Stage) -> None:
    find(tab, stage.shop.order(Case.SOLD_OUT))
    choose(tab, *WISHES["acme", Case.SOLD_OUT])


@scene
def replacement_no_longer_sold(tab: Tab, stage: Stage) -> None:
    find(tab, stage.shop.order(Case.NO_LONGER_SOLD))
    choose(tab, *WISHES["acme", Case.NO_LONGER_SOLD])


@scene
def replacement_same_again(tab: Tab, stage: Stage) -> None:
    find(tab, stage.shop.order(Case.SAME_AGAIN))
    choose(tab, *WISHES["acme", Case.SAME_AGAIN])
    wish_for(tab, *WISHES["acme", Case.SAME_AGAIN])
    tab.update()


@scene
def replacement_split(tab: Tab, stage: Stage) -> None:
    first, second, _ = WISHES["acme", Case.SPLIT]
    find(tab, stage.shop.order(Case.SPLIT))
    choose(tab, first)
    for wish in (first, second):
        wish_for(tab, wish)
        tab.update()
        if wish is first:
            tab.press("Continue")


@scene
def replacement_other_products(tab: Tab, stage: Stage) -> None:
    (wish,) = WISHES["acme", Case.OTHER_PRODUCT]
    find(tab, stage.shop.order(Case.OTHER_PRODUCT))
    choose(tab, wish)
    tab.pick("What is wrong with it?", wish.reason)
    tab.pick("What would you like instead?", "Another product")
    tab.update()


@scene
def replacement_another_product(tab: Tab, stage: Stage) -> None:
    (wish,) = WISHES["acme", Case.OTHER_PRODUCT]
    find(tab, stage.shop.order(Case.OTHER_PRODUCT))
    choose(tab, wish)
    wish_for(tab, wish)
    tab.update()


@scene
def replacement_no_product_found(tab: Tab, stage: Stage) -> None:
    find(tab, stage.shop.order(Case.OTHER_PRODUCT))
    choose(tab, *WISHES["acme", Case.OTHER_PRODUCT])
    look_for(tab, "Rowing boat")


@scene
def replacement_without_gift_cards(tab: Tab, stage: Stage) -> None:
    find(tab, stage.shop.order(Case.EVEN, "plain"))
    choose(tab, *WISHES["acme", Case.EVEN])


@scene
def replacement_with_a_long_name(tab: Tab, stage: Stage) -> None:
    find(tab, stage.shop.order(Case.LONG_NAMES, lines=(LINER,)))
    choose(tab, LINER_FOR_CARD)
