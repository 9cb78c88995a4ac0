"""What is charged on top, what is given up, and what a reason waives."""

from __future__ import annotations

from app.domain.policy import Policy
from app.domain.reasons import Reason
from tests.domain.cases.table import Bought, SumCase, Wish

SHIPPING = Policy(shipping_fee=500)
RESTOCKING = Policy(restocking_fee=200)
BOTH = Policy(shipping_fee=500, restocking_fee=200)
FASTER = Policy(expedited_fee=1_200)
SMALL = Policy(even_tolerance=50)

CAP = Bought("Cap", 4_500)
TEE = Bought("Tee", 2_000)
SHIRTS = Bought("Shirt", 3_000, quantity=3)
DAMAGED, TOO_SMALL, WRONG = Reason.DAMAGED, Reason.TOO_SMALL, Reason.WRONG_ITEM

CASES = (
    SumCase(
        "Shipping on an even exchange",
        "The swap is even, sending it is not free: the fee is the difference.",
        (Wish(CAP, 4_500, reason=TOO_SMALL),),
        {"credit": 4_500, "product": 4_500, "fees": 500, "due": 500},
        policy=SHIPPING,
    ),
    SumCase(
        "Shipping is charged once",
        "Two items travel in one parcel.",
        (Wish(CAP, 4_500, reason=TOO_SMALL), Wish(TEE, 2_000, reason=TOO_SMALL)),
        {"credit": 6_500, "product": 6_500, "fees": 500, "due": 500},
        policy=SHIPPING,
    ),
    SumCase(
        "No shipping for a gift card alone",
        "Nothing is sent.",
        (Wish(CAP, None, reason=TOO_SMALL),),
        {"credit": 4_500, "face": 4_500},
        policy=SHIPPING,
    ),
    SumCase(
        "Shipping is waived for a damaged item",
        "It is not the shopper's doing.",
        (Wish(CAP, 4_500, reason=DAMAGED),),
        {"credit": 4_500, "product": 4_500},
        policy=SHIPPING,
    ),
    SumCase(
        "A damaged item beside one that is too small",
        "The parcel has to be sent for the one that is too small anyway, so its shipping stays due.",
        (Wish(CAP, 4_500, reason=DAMAGED), Wish(TEE, 2_000, reason=TOO_SMALL)),
        {"credit": 6_500, "product": 6_500, "fees": 500, "due": 500},
        policy=SHIPPING,
    ),
    SumCase(
        "A damaged item beside a gift card",
        "Only the damaged one is sent, and it goes free. The card pays no shipping.",
        (Wish(CAP, 4_500, reason=DAMAGED), Wish(TEE, None, reason=TOO_SMALL)),
        {"credit": 6_500, "product": 4_500, "face": 2_000},
        policy=SHIPPING,
    ),
    SumCase(
        "Restocking is charged for each unit",
        "Two of three come back: twice the fee, so that splitting a line costs no more than not.",
        (Wish(SHIRTS, 1_000, units=2, reason=TOO_SMALL),),
        {"credit": 2_000, "product": 2_000, "fees": 400, "due": 400},
        policy=RESTOCKING,
    ),
    SumCase(
        "Restocking for one of two items",
        "The wrong item is waived, the other is not: each by its own reason.",
        (Wish(CAP, 4_500, reason=WRONG), Wish(TEE, 2_000, reason=TOO_SMALL)),
        {"credit": 6_500, "product": 6_500, "fees": 200, "due": 200},
        policy=RESTOCKING,
    ),
    SumCase(
        "Restocking of a gift card's item comes off the card",
        "Nobody is asked to pay; the card is worth less.",
        (Wish(CAP, None, reason=TOO_SMALL),),
        {"credit": 4_500, "fees": 200, "face": 4_300},
        policy=RESTOCKING,
    ),
    SumCase(
        "A card never goes below nothing",
        "150 was paid and 200 would be charged: 150 it is, and there is no card and no bonus.",
        (Wish(Bought("Pin", 150), None, reason=TOO_SMALL),),
        {"credit": 150, "fees": 150},
        policy=Policy(restocking_fee=200, bonus_percent=10),
    ),
    SumCase(
        "A card's fees are taken from all its items together",
        "A free item leaves its fee to the card's other item: 4500 − 2 × 200.",
        (
            Wish(Bought("Sample", 900, discount=900), None, reason=TOO_SMALL),
            Wish(CAP, None, reason=TOO_SMALL),
        ),
        {"credit": 4_500, "fees": 400, "face": 4_100},
        policy=RESTOCKING,
    ),
    SumCase(
        "Fees make a refund smaller",
        "1500 would go back, less 700 of fees.",
        (Wish(CAP, 3_000, other=True, reason=TOO_SMALL),),
        {"credit": 4_500, "product": 3_000, "fees": 700, "refund": 800},
        policy=BOTH,
    ),
    SumCase(
        "Fees on both sides of a mixed exchange",
        "The tee's side owes shipping and restocking, 500 + 200; the card gives its own 200.",
        (Wish(TEE, 2_000, reason=TOO_SMALL), Wish(CAP, None, reason=TOO_SMALL)),
        {"credit": 6_500, "product": 2_000, "fees": 900, "due": 700, "face": 4_300},
        policy=BOTH,
    ),
    SumCase(
        "Sent faster, as the shopper asked",
        "The fee joins the difference.",
        (Wish(CAP, 4_500, reason=TOO_SMALL),),
        {"credit": 4_500, "product": 4_500, "fees": 1_200, "due": 1_200},
        policy=FASTER,
        expedited=True,
    ),
    SumCase(
        "Sent faster although it came damaged",
        "A reason waives what the shop charges unasked. Faster shipping is asked for.",
        (Wish(CAP, 4_500, reason=DAMAGED),),
        {"credit": 4_500, "product": 4_500, "fees": 1_200, "due": 1_200},
        policy=Policy(shipping_fee=500, expedited_fee=1_200),
        expedited=True,
    ),
    SumCase(
        "Sent faster where the shop does not offer it",
        "There is no price for it, so there is none to pay.",
        (Wish(CAP, 4_500, reason=TOO_SMALL),),
        {"credit": 4_500, "product": 4_500},
        expedited=True,
    ),
    SumCase(
        "Sent faster for a gift card alone",
        "Nothing is sent, so nothing is sent faster.",
        (Wish(CAP, None, reason=TOO_SMALL),),
        {"credit": 4_500, "face": 4_500},
        policy=FASTER,
        expedited=True,
    ),
    SumCase(
        "A difference at the tolerance is given up",
        "50 is not more than 50. It is taken off the replacement as discount, before anything is sent.",
        (Wish(CAP, 4_550, other=True),),
        {"credit": 4_500, "product": 4_550, "waived": 50},
        policy=SMALL,
    ),
    SumCase(
        "One above the tolerance is owed whole",
        "A tolerance is no discount: 51 is owed, not 1.",
        (Wish(CAP, 4_551, other=True),),
        {"credit": 4_500, "product": 4_551, "due": 51},
        policy=SMALL,
    ),
    SumCase(
        "A small refund is paid out",
        "What is the shopper's is never waived.",
        (Wish(CAP, 4_490, other=True),),
        {"credit": 4_500, "product": 4_490, "refund": 10},
        policy=SMALL,
    ),
    SumCase(
        "The tolerance looks at the whole difference",
        "One item is 300 dearer, the other 260 cheaper: 40 in all, which is given up on the dear one.",
        (Wish(CAP, 4_800, other=True), Wish(TEE, 1_740, other=True)),
        {"credit": 6_500, "product": 6_540, "waived": 40},
        policy=SMALL,
    ),
    SumCase(
        "Tax is never waived",
        "The replacement's net is nothing already; a cent of tax is left and stays due.",
        (Wish(Bought("Gum", 1, tax=1), 1, other=True, reason=TOO_SMALL),),
        {"credit": 2, "product": 1, "waived": 1, "tax": 1, "fees": 2, "due": 1},
        policy=Policy(shipping_fee=2, even_tolerance=50),
    ),
    SumCase(
        "A fee within the tolerance is given up as well",
        "The tolerance is for what would be collected, whatever it is made of: 40 in fees are not worth it.",
        (Wish(CAP, 4_500, reason=TOO_SMALL),),
        {"credit": 4_500, "product": 4_500, "waived": 40, "fees": 40},
        policy=Policy(shipping_fee=40, even_tolerance=50),
    ),
)
