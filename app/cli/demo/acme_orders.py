"""Acme's orders, one or more for each case, with spares of those that are used up by trying them."""

from __future__ import annotations

from app.cli.demo import people as of
from app.cli.demo.cases import Case
from app.cli.demo.tables import Bought, DemoOrder, Exchanged, Unlisted

LONG_TITLE = (
    "Hand-finished limited-edition expedition parka liner with detachable quilted collar, reinforced "
    "elbows, storm cuffs, reflective piping and a two-way zip, made with the Garmisch mountain rescue"
)

SWAPS = (
    DemoOrder(
        "AC-1001", Case.EVEN, "Navy M for any other parka: nothing to pay",
        of.MAYA, (Bought("PARKA", ("Navy", "M")),),
    ),
    DemoOrder(
        "AC-1002", Case.EVEN, "any other tee, 10 % discount kept: nothing to pay",
        of.THEO, (Bought("TEE", ("White", "M"), discount=280),),
    ),
    DemoOrder(
        "AC-1003", Case.EVEN, "another waist or length: nothing to pay",
        of.AMELIE, (Bought("JEANS", ("Indigo", "32", "32")),),
    ),
    DemoOrder(
        "AC-1004", Case.EVEN, "bought in a sale for $52.00, today $74.00: still nothing to pay",
        of.OLIVER, (Bought("HOODIE", ("Sky", "M"), price=5200),),
    ),
    DemoOrder(
        "AC-1005", Case.DEARER, "Small for Large or Weekender, 10 % discount kept",
        of.GRACE, (Bought("TOTE", ("Small",), discount=240),),
    ),
    DemoOrder(
        "AC-1006", Case.DEARER, "one pair for three",
        of.DANA, (Bought("SOCKS", ("White", "1 pair")),),
    ),
    DemoOrder(
        "AC-1007", Case.DEARER, "Small for Large or Weekender",
        of.HANNAH, (Bought("TOTE", ("Small",)),),
    ),
    DemoOrder(
        "AC-1008", Case.CHEAPER, "XL for any smaller size",
        of.CHLOE, (Bought("SWEATER", ("Oat", "XL")),),
    ),
    DemoOrder(
        "AC-1009", Case.CHEAPER, "Weekender for Large or Small",
        of.INGRID, (Bought("TOTE", ("Weekender",)),),
    ),
    DemoOrder(
        "AC-1010", Case.CHEAPER, "XL for any smaller size, 10 % discount kept",
        of.JACK, (Bought("SWEATER", ("Oat", "XL"), discount=960),),
    ),
    DemoOrder(
        "AC-1011", Case.GIFT_CARD, "gift card; the bonus reaches its cap of $20.00",
        of.LUIS, (Bought("BOOT", ("Black", "9")),),
    ),
    DemoOrder(
        "AC-1012", Case.GIFT_CARD, "gift card with 10 % on top",
        of.MAYA, (Bought("JEANS", ("Black", "32", "32")),),
    ),
    DemoOrder(
        "AC-1013", Case.GIFT_CARD, "gift card with 10 % on top",
        of.PRIYA, (Bought("TEE", ("Ochre", "M")),),
    ),
    DemoOrder(
        "AC-1014", Case.MIXED, "the tote for a larger one, the hoodie for a gift card",
        of.GRACE, (Bought("TOTE", ("Small",)), Bought("HOODIE", ("Black", "L"))),
    ),
    DemoOrder(
        "AC-1015", Case.MIXED, "one pair for three, the boots for a gift card",
        of.OLIVER, (Bought("SOCKS", ("White", "1 pair")), Bought("BOOT", ("Oat", "8"))),
    ),
    DemoOrder(
        "AC-1016", Case.PARTIAL, "one or two of three; $1.00 discount does not divide evenly",
        of.JACK, (Bought("TEE", ("White", "M"), quantity=3, discount=100),),
    ),
    DemoOrder(
        "AC-1017", Case.PARTIAL, "one or two of three",
        of.THEO, (Bought("TEE", ("Navy", "L"), quantity=3),),
    ),
    DemoOrder(
        "AC-1018", Case.SAME_AGAIN, "say that it arrived damaged and have the same again",
        of.HANNAH, (Bought("MARKET"),),
    ),
    DemoOrder(
        "AC-1019", Case.BACKORDER, "Oat 10 or 11 can be ordered although none is there",
        of.CHLOE, (Bought("BOOT", ("Oat", "9")),),
    ),
    DemoOrder(
        "AC-1038", Case.OTHER_PRODUCT, "the hoodie for anything else up to $200.00, dearer or cheaper",
        of.INGRID, (Bought("HOODIE", ("Sky", "M")),),
    ),
    DemoOrder(
        "AC-1039", Case.SPLIT, "three tees: one in L, one in Navy, the last for a gift card",
        of.LUIS, (Bought("TEE", ("White", "M"), quantity=3, discount=100),),
    ),
)  # fmt: skip

OBSTACLES = (
    DemoOrder(
        "AC-1020", Case.GIFT, "its recipient has the code SAND-1020 or the postcode, and sees no price",
        of.DANA, (Bought("PARKA", ("Sand", "M")),), gift_for=of.SAM, gift_code="SAND-1020",
    ),
    DemoOrder(
        "AC-1021", Case.FINAL_SALE, "the tee cannot be exchanged, the socks can",
        of.INGRID,
        (
            Bought("TEE", ("Rose", "S"), price=1400, tags=("final-sale",)),
            Bought("SOCKS", ("Forest", "3 pairs")),
        ),
    ),
    DemoOrder(
        "AC-1022", Case.OUTSIDE_WINDOW, "delivered 45 days ago, the window is 30",
        of.LUIS, (Bought("PARKA", ("Moss", "L")),), ordered=52, shipped=50, delivered=45,
    ),
    DemoOrder(
        "AC-1023", Case.NOT_DELIVERED, "shipped yesterday, still on its way",
        of.MAYA, (Bought("BOOT", ("Black", "8")),), ordered=2, shipped=1, delivered=None,
    ),
    DemoOrder(
        "AC-1024", Case.NOT_SHIPPED, "ordered yesterday",
        of.AMELIE, (Bought("SWEATER", ("Forest", "M")),), ordered=1, shipped=None, delivered=None,
    ),
    DemoOrder(
        "AC-1025", Case.SOLD_OUT, "no other colour is left, so another product or a gift card",
        of.JACK, (Bought("CAP", ("Red",)),),
    ),
    DemoOrder(
        "AC-1026", Case.NO_LONGER_SOLD, "gone from the catalogue, so another product or a gift card",
        of.OLIVER, (Unlisted("Dune Shorts - Stone / M", 5400, "DUNE-STONE-M"),),
    ),
    DemoOrder(
        "AC-1027", Case.CANCELLED, "nothing to exchange",
        of.PRIYA, (Bought("TEE", ("White", "S")),), ordered=6, shipped=None, delivered=None, cancelled=True,
    ),
    DemoOrder(
        "AC-1028", Case.REFUNDED, "the money went back already",
        of.CHLOE, (Bought("HOODIE", ("Rose", "M"), refunded=1),), ordered=20, shipped=18, delivered=14,
    ),
    DemoOrder(
        "AC-1029", Case.PARTLY_REFUNDED, "two bought, one refunded: one left to exchange",
        of.GRACE, (Bought("TEE", ("Navy", "M"), quantity=2, discount=101, refunded=1),),
    ),
    DemoOrder(
        "AC-1030", Case.EXCHANGED, "shows the exchange that was confirmed yesterday",
        of.HANNAH, (Bought("PARKA", ("Navy", "M")),),
        exchanged=Exchanged(("Navy", "L"), reason="too_small", confirmed=1),
    ),
    DemoOrder(
        "AC-1031", Case.EXCHANGED, "shows an exchange that has arrived; see AC-1031-X1",
        of.THEO, (Bought("SWEATER", ("Oat", "M"), discount=880),), ordered=26, shipped=24, delivered=20,
        exchanged=Exchanged(("Forest", "M"), reason="different_colour", confirmed=12, delivered=5),
    ),
    DemoOrder(
        "AC-1032", Case.EXCHANGED, "shows an exchange that has arrived; see AC-1032-X1",
        of.MAYA, (Bought("JEANS", ("Indigo", "30", "30")),), ordered=24, shipped=22, delivered=19,
        exchanged=Exchanged(("Indigo", "32", "32"), reason="too_small", confirmed=11, delivered=4),
    ),
    DemoOrder(
        "AC-1033", Case.REVIEW, "worth more than $500.00, so a person looks first",
        of.PRIYA, (Bought("BOOT", ("Black", "10"), quantity=3),),
    ),
)  # fmt: skip

SHAPES = (
    DemoOrder(
        "AC-1034", Case.MANY_LINES, "a page with 20 lines, three of which cannot be exchanged",
        of.GRACE,
        (
            Bought("PARKA", ("Navy", "S")),
            Bought("PARKA", ("Moss", "L"), discount=1290),
            Bought("PARKA", ("Sand", "M"), refunded=1),
            Bought("SWEATER", ("Oat", "S")),
            Bought("SWEATER", ("Forest", "M"), discount=880),
            Bought("TOTE", ("Small",)),
            Bought("TOTE", ("Large",), quantity=2),
            Bought("SOCKS", ("White", "3 pairs"), quantity=4, discount=333),
            Bought("SOCKS", ("Forest", "3 pairs")),
            Bought("TEE", ("White", "M"), quantity=3),
            Bought("TEE", ("Navy", "S")),
            Bought("TEE", ("Ochre", "L")),
            Bought("TEE", ("Rose", "XS"), price=1400, tags=("final-sale",)),
            Bought("JEANS", ("Indigo", "32", "34")),
            Bought("JEANS", ("Black", "34", "34")),
            Bought("BOOT", ("Black", "9")),
            Bought("HOODIE", ("Sky", "L"), quantity=2),
            Bought("CAP", ("Red",)),
            Bought("MARKET"),
            Unlisted("Acme gift card $50", 5000, "GIFT-50", tags=("gift-card",)),
        ),
    ),
    DemoOrder(
        "AC-1035", Case.LONG_NAMES, "names that do not fit on one line",
        of.LONG, (Bought("TEE", ("Ochre", "S")), Unlisted(LONG_TITLE, 31900, "LINER-LTD-2-PIECE")),
    ),
    DemoOrder(
        "AC-1036", Case.EMOJI, "an emoji and accents in the name",
        of.ZOE, (Bought("HOODIE", ("Sky", "S")),),
    ),
    DemoOrder(
        "AC-1037", Case.RIGHT_TO_LEFT, "a name and address written from right to left",
        of.NOOR, (Bought("TEE", ("Navy", "S")),),
    ),
)  # fmt: skip

ORDERS = (*SWAPS, *OBSTACLES, *SHAPES)
