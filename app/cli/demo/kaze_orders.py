"""Kaze's orders: the same cases in a store without decimals and with tax inside its prices."""

from __future__ import annotations

from app.cli.demo import people as of
from app.cli.demo.cases import Case
from app.cli.demo.tables import Bought, DemoOrder, Exchanged

SWAPS = (
    DemoOrder(
        "KZ-2001", Case.EVEN, "Sky M for any other hoodie: nothing to pay",
        of.AOI, (Bought("SORA", ("Sky", "M")),),
    ),
    DemoOrder(
        "KZ-2002", Case.EVEN, "any other hoodie, 10 % discount kept: nothing to pay",
        of.YUKI, (Bought("SORA", ("Black", "M"), discount=990),),
    ),
    DemoOrder(
        "KZ-2003", Case.EVEN, "any other hoodie: nothing to pay",
        of.REN, (Bought("SORA", ("Rose", "S")),),
    ),
    DemoOrder(
        "KZ-2004", Case.DEARER, "Small for Large",
        of.AOI, (Bought("HAKO", ("Small",)),),
    ),
    DemoOrder(
        "KZ-2005", Case.DEARER, "Kids for any other size",
        of.MINJI, (Bought("NAGI", ("White", "Kids")),),
    ),
    DemoOrder(
        "KZ-2006", Case.DEARER, "Small for Large, ¥333 discount kept in proportion",
        of.HARUTO, (Bought("HAKO", ("Small",), discount=333),),
    ),
    DemoOrder(
        "KZ-2007", Case.CHEAPER, "Large for Small",
        of.YUKI, (Bought("HAKO", ("Large",)),),
    ),
    DemoOrder(
        "KZ-2008", Case.CHEAPER, "XL for any smaller size",
        of.WEI, (Bought("NAGI", ("Navy", "XL")),),
    ),
    DemoOrder(
        "KZ-2009", Case.CHEAPER, "Large for Small",
        of.REN, (Bought("HAKO", ("Large",)),),
    ),
    DemoOrder(
        "KZ-2010", Case.GIFT_CARD, "gift card with ¥500 on top",
        of.AOI, (Bought("SORA", ("Black", "L")),),
    ),
    DemoOrder(
        "KZ-2011", Case.GIFT_CARD, "gift card with ¥500 on top",
        of.MINJI, (Bought("NAGI", ("White", "M")),),
    ),
    DemoOrder(
        "KZ-2012", Case.MIXED, "the tote for the larger one, the hoodie for a gift card",
        of.HARUTO, (Bought("HAKO", ("Small",)), Bought("SORA", ("Sky", "L"))),
    ),
    DemoOrder(
        "KZ-2013", Case.PARTIAL, "one or two of three; ¥1,000 discount does not divide evenly",
        of.WEI, (Bought("SORA", ("Black", "S"), quantity=3, discount=1000),),
    ),
    DemoOrder(
        "KZ-2014", Case.SAME_AGAIN, "say that they arrived damaged and have the same again",
        of.MINJI, (Bought("TABI"),),
    ),
)  # fmt: skip

OBSTACLES = (
    DemoOrder(
        "KZ-2015", Case.GIFT, "its recipient has the code SORA-2015 or the postcode, and sees no price",
        of.YUKI, (Bought("SORA", ("Rose", "S")),), gift_for=of.REN, gift_code="SORA-2015",
    ),
    DemoOrder(
        "KZ-2016", Case.FINAL_SALE, "the tee cannot be exchanged, the tote can",
        of.AOI,
        (Bought("NAGI", ("White", "L"), price=1650, tags=("final-sale",)), Bought("HAKO", ("Small",))),
    ),
    DemoOrder(
        "KZ-2017", Case.OUTSIDE_WINDOW, "delivered 40 days ago, the window is 30",
        of.REN, (Bought("HAKO", ("Large",)),), ordered=44, shipped=43, delivered=40,
    ),
    DemoOrder(
        "KZ-2018", Case.NOT_DELIVERED, "shipped yesterday, still on its way",
        of.HARUTO, (Bought("SORA", ("Black", "M")),), ordered=2, shipped=1, delivered=None,
    ),
    DemoOrder(
        "KZ-2019", Case.SOLD_OUT, "no other colour is left, so a gift card",
        of.WEI, (Bought("KUMO", ("Navy",)),),
    ),
    DemoOrder(
        "KZ-2020", Case.EXCHANGED, "shows the exchange that was confirmed yesterday",
        of.MINJI, (Bought("SORA", ("Sky", "M")),),
        exchanged=Exchanged(("Sky", "L"), reason="too_small", confirmed=1),
    ),
    DemoOrder(
        "KZ-2021", Case.EXCHANGED, "shows an exchange that has arrived; see KZ-2021-X1",
        of.AOI, (Bought("SORA", ("Black", "L"), discount=990),), ordered=26, shipped=25, delivered=22,
        exchanged=Exchanged(("Black", "M"), reason="too_large", confirmed=14, delivered=6),
    ),
    DemoOrder(
        "KZ-2022", Case.REVIEW, "worth more than ¥100,000, so a person looks first",
        of.YUKI, (Bought("SORA", ("Black", "M"), quantity=11),),
    ),
    DemoOrder(
        "KZ-2023", Case.RIGHT_TO_LEFT, "a name and address written from right to left",
        of.TALIA, (Bought("NAGI", ("Navy", "M")),),
    ),
)  # fmt: skip

ORDERS = (*SWAPS, *OBSTACLES)
