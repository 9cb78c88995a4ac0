"""The code of a gift card at Medusa: the same for one exchange, and in nothing that is kept."""

from __future__ import annotations

import json

import pytest

from app.connectors.base import Reply
from app.connectors.platforms.medusa_codes import code_of, filled, without_codes
from tests.connectors.medusa_cases import BOX, CASES, Courier, PretendMedusa, placed, placer

KEY = b"sk_sandbox"
REFERENCE = CASES["gift-card"].reference
CODE = code_of(KEY, REFERENCE)


def in_the_shop(medusa: PretendMedusa) -> str:
    """The code as Medusa has it."""
    found = medusa.call("GET", f"/admin/gift-cards?reference_id={REFERENCE}").json()["gift_cards"]
    (card,) = found
    return str(card["code"])


def test_it_stays_the_same_and_needs_our_key() -> None:
    assert code_of(KEY, REFERENCE) == CODE
    assert len({CODE, code_of(b"sk_other", REFERENCE), code_of(KEY, "EX-OTHER")}) == 3
    assert len(CODE) == 22


@pytest.mark.parametrize("name", ["gift-card", "exchange-and-gift-card"])
def test_it_is_handed_on_sealed_and_stands_in_no_request(medusa: PretendMedusa, name: str) -> None:
    carrier = Courier(placer(medusa.url))
    result = placed(carrier.place(CASES[name]))
    assert in_the_shop(medusa) == CODE
    assert result.doubt == ""
    assert result.card is not None
    assert (BOX.decrypt(result.card.code.secret), result.card.tail) == (CODE, CODE[-4:])
    stored = b"".join(request.body + request.url.encode() for request in carrier.sent)
    assert CODE.encode() not in stored
    assert CODE not in repr(result)


def test_placed_again_it_is_the_code_that_medusa_has(medusa: PretendMedusa) -> None:
    """Also where somebody there made the card, or our key is another by now."""
    body = {"currency_code": "usd", "value": 25, "code": "BY-HAND-1", "reference_id": REFERENCE}
    assert medusa.call("POST", "/admin/gift-cards", body).status_code == 200
    result = placed(Courier(placer(medusa.url)).place(CASES["gift-card"]))
    assert result.card is not None
    assert BOX.decrypt(result.card.code.secret) == "BY-HAND-1"


def test_of_two_cards_none_is_mailed(medusa: PretendMedusa) -> None:
    for number in (1, 2):
        body = {"currency_code": "usd", "value": 25, "code": f"TWO-{number}", "reference_id": REFERENCE}
        assert medusa.call("POST", "/admin/gift-cards", body).status_code == 200
    result = placed(Courier(placer(medusa.url)).place(CASES["gift-card"]))
    assert result.card is None
    assert result.doubt == "the code of its gift card could not be read; it stands in Medusa"


def test_of_a_card_that_is_worth_something_else_nothing_is_mailed(medusa: PretendMedusa) -> None:
    body = {"currency_code": "usd", "value": 20, "code": "X-Y-Z", "reference_id": REFERENCE}
    assert medusa.call("POST", "/admin/gift-cards", body).status_code == 200
    assert placed(Courier(placer(medusa.url)).place(CASES["gift-card"])).card is None


def test_it_is_not_asked_for_where_the_shop_mails_it_itself(medusa: PretendMedusa) -> None:
    carrier = Courier(placer(medusa.url, card_mail="no"))
    result = placed(carrier.place(CASES["gift-card"]))
    assert (result.card, result.doubt) == (None, "")
    assert carrier.names.count("list gift cards") == 1


@pytest.mark.parametrize(
    "content",
    [
        {"gift_card": {"id": "g", "code": CODE, "note": f"it is {CODE}", "value": 25}},
        {"gift_cards": [{"code": CODE}, {"code": "ANOTHER-1"}], "count": 2},
        {"type": "invalid_data", "message": f"Loyalty gift card with code: {CODE}, already exists."},
    ],
)
def test_no_answer_is_kept_with_a_code(content: dict[str, object]) -> None:
    kept = without_codes(Reply(200, {}, json.dumps(content).encode()), BOX.sealed)
    assert CODE.encode() not in kept.body
    assert b"ANOTHER-1" not in kept.body
    assert (kept.sealed is not None) is ("gift_card" in content)


def test_other_answers_and_requests_are_left_as_they_are(medusa: PretendMedusa) -> None:
    reply = Reply(200, {"a": "b"}, b'{"order": {"id": "order_1"}}')
    assert without_codes(reply, BOX.sealed) is reply
    first = Courier(placer(medusa.url))
    first.place(CASES["even"])
    assert all(filled(request, KEY) is request for request in first.sent)
