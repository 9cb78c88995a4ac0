"""Gift cards, their bonus, and where a refund due goes."""

from __future__ import annotations

from app.domain.policy import Policy
from app.domain.reasons import Reason
from app.domain.refunds import RefundTo
from tests.domain.cases.table import Bought, SumCase, Wish

TO_CARD, FORFEITED = RefundTo.GIFT_CARD, RefundTo.FORFEITED

CAP = Bought("Cap", 4_500)
PARKA = Bought("Parka", 12_900, tax=1_064)
SHIRTS = Bought("Shirt", 3_000, discount=100, tax=290, quantity=3)
FREE = Bought("Sample", 900, discount=900)

CASES = (
    SumCase(
        "An item for a gift card",
        "The card holds what was paid, tax and all.",
        (Wish(PARKA, None),),
        {"credit": 13_964, "face": 13_964},
    ),
    SumCase(
        "One of three for a gift card",
        "966 and 96: the first unit's share.",
        (Wish(SHIRTS, None),),
        {"credit": 1_062, "face": 1_062},
    ),
    SumCase(
        "Two items, one card",
        "There is one card an exchange.",
        (Wish(PARKA, None), Wish(CAP, None)),
        {"credit": 18_464, "face": 18_464},
    ),
    SumCase(
        "A bonus of ten per cent",
        "A tenth of the credit, on top; it is never paid out in money.",
        (Wish(CAP, None),),
        {"credit": 4_500, "face": 4_500, "bonus": 450},
        policy=Policy(bonus_percent=10),
    ),
    SumCase(
        "A bonus of exactly half a cent goes to the even side",
        "A tenth of 4505 is 450.5, which rounds to 450.",
        (Wish(Bought("Cap", 4_505), None),),
        {"credit": 4_505, "face": 4_505, "bonus": 450},
        policy=Policy(bonus_percent=10),
    ),
    SumCase(
        "A bonus at its cap",
        "450 is not more than 450.",
        (Wish(CAP, None),),
        {"credit": 4_500, "face": 4_500, "bonus": 450},
        policy=Policy(bonus_percent=10, bonus_cap=450),
    ),
    SumCase(
        "A bonus over its cap",
        "One less than the tenth.",
        (Wish(CAP, None),),
        {"credit": 4_500, "face": 4_500, "bonus": 449},
        policy=Policy(bonus_percent=10, bonus_cap=449),
    ),
    SumCase(
        "A fixed bonus is given once",
        "For the card, not for each of its items. The cap is for percentages.",
        (Wish(PARKA, None), Wish(CAP, None)),
        {"credit": 18_464, "face": 18_464, "bonus": 500},
        policy=Policy(bonus_fixed=500, bonus_cap=100),
    ),
    SumCase(
        "The bonus is of the credit, before fees",
        "A tenth of 4500 although only 4300 reach the card.",
        (Wish(CAP, None, reason=Reason.TOO_SMALL),),
        {"credit": 4_500, "fees": 200, "face": 4_300, "bonus": 450},
        policy=Policy(bonus_percent=10, restocking_fee=200),
    ),
    SumCase(
        "A free item makes no card",
        "A card of nothing is none, and a fixed bonus is not for nothing.",
        (Wish(FREE, None),),
        {},
        policy=Policy(bonus_fixed=500),
    ),
    SumCase(
        "Owing an amount and getting a card",
        "The parka's side owes 1137, the cap's side becomes a card. Neither pays for the other.",
        (Wish(PARKA, 13_950, other=True), Wish(CAP, None)),
        {"credit": 18_464, "product": 13_950, "tax": 1_151, "due": 1_137, "face": 4_500, "bonus": 450},
        policy=Policy(bonus_percent=10),
    ),
    SumCase(
        "A refund due goes back to the payment",
        "That is the default.",
        (Wish(CAP, 3_000, other=True),),
        {"credit": 4_500, "product": 3_000, "refund": 1_500},
    ),
    SumCase(
        "A refund due goes onto a card",
        "The residue. It earns no bonus unless the policy says so.",
        (Wish(CAP, 3_000, other=True),),
        {"credit": 4_500, "product": 3_000, "face": 1_500, "residue": 1_500},
        policy=Policy(refund_to=TO_CARD, bonus_percent=10),
    ),
    SumCase(
        "A residue that earns the bonus",
        "A tenth of 1500.",
        (Wish(CAP, 3_000, other=True),),
        {"credit": 4_500, "product": 3_000, "face": 1_500, "residue": 1_500, "bonus": 150},
        policy=Policy(refund_to=TO_CARD, bonus_percent=10, bonus_on_residue=True),
    ),
    SumCase(
        "A residue joins the card that was asked for",
        "One card: the shirt's 1062 and the cap's 1500. Only the shirt earns.",
        (Wish(CAP, 3_000, other=True), Wish(SHIRTS, None)),
        {"credit": 5_562, "product": 3_000, "face": 2_562, "residue": 1_500, "bonus": 106},
        policy=Policy(refund_to=TO_CARD, bonus_percent=10),
    ),
    SumCase(
        "A residue keeps its worth where fees use up the rest",
        "The pin's 150 go to its fee; what is left of the cap does not pay for the pin, and earns nothing.",
        (Wish(CAP, 3_000, other=True, reason=Reason.DAMAGED), Wish(Bought("Pin", 150), None)),
        {"credit": 4_650, "product": 3_000, "fees": 150, "face": 1_500, "residue": 1_500},
        policy=Policy(refund_to=TO_CARD, bonus_percent=10, restocking_fee=200),
    ),
    SumCase(
        "A refund due is forfeited",
        "The policy does not pay it out. It stands in the sum by its own name before anybody confirms.",
        (Wish(CAP, 3_000, other=True),),
        {"credit": 4_500, "product": 3_000, "forfeited": 1_500},
        policy=Policy(refund_to=FORFEITED),
    ),
    SumCase(
        "Forfeiting is for a difference, not for a card",
        "What was given for the card reaches it whole.",
        (Wish(CAP, 3_000, other=True), Wish(PARKA, None)),
        {"credit": 18_464, "product": 3_000, "forfeited": 1_500, "face": 13_964},
        policy=Policy(refund_to=FORFEITED),
    ),
    SumCase(
        "A dear line and a cheap one make one difference",
        "1050 more and 1050 less: nothing is owed and nothing goes back.",
        (Wish(CAP, 5_550, other=True), Wish(Bought("Boots", 9_000), 7_950, other=True)),
        {"credit": 13_500, "product": 13_500},
    ),
)
