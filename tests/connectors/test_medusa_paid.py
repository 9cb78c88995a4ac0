"""Marking a difference as paid in a pretend Medusa: by the collection that was noted when it was placed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.connectors.base import Done, NoAnswer, Placed, Refused, Request, Sent, Step, Told
from app.connectors.follow_ups import Settlement
from app.domain.exchange_order import ExchangeOrder
from tests.connectors.medusa_cases import (
    CASES,
    CHEAPER,
    DEARER,
    TEE_S,
    TWO_TEES,
    Courier,
    PretendMedusa,
    medusa_order,
    placed,
    placer,
    replacement,
)


def place(medusa: PretendMedusa, message: ExchangeOrder) -> Placed:
    return placed(Courier(placer(medusa.url)).place(message))


def mark(medusa: PretendMedusa, message: ExchangeOrder, noted: Placed | None = None) -> tuple[Step, Courier]:
    carrier = Courier(Settlement(placer(medusa.url), noted.reply if noted else {}))
    return carrier.place(message), carrier


@pytest.mark.parametrize("knows", [True, False], ids=["noted", "by-its-size"])
def test_it_clears_what_is_owed_once(medusa: PretendMedusa, knows: bool) -> None:
    first = place(medusa, CASES["dearer"])
    noted = first if knows else None
    step, carrier = mark(medusa, CASES["dearer"], noted)
    assert isinstance(step, Done)
    assert medusa.pending() == "0"
    again, carrier = mark(medusa, CASES["dearer"], noted)
    assert isinstance(again, Done)
    assert "mark as paid" not in carrier.names


def test_without_a_note_another_amount_is_not_marked(medusa: PretendMedusa) -> None:
    place(medusa, CASES["with-shipping"])
    step, _ = mark(medusa, CASES["dearer"])
    assert isinstance(step, Refused)
    assert medusa.pending() != "0"


def test_an_amount_that_medusa_rounds_otherwise_is_found_by_its_note(medusa: PretendMedusa) -> None:
    """Medusa reckons tax without rounding, and may come to a cent more than what was confirmed."""
    medusa.configure(tax_rate_ppm=41_300, orders=[TWO_TEES])
    message = medusa_order(replacement("l", 2500, tax=104, returned=replace(TEE_S, credit=2083)))
    noted = place(medusa, message)
    assert (noted.reply["payment_collection_minor"], message.difference) == ("521", 521)
    off = replace(message, variants=(replace(message.variants[0], difference=520),))
    step, _ = mark(medusa, off, noted)
    assert isinstance(step, Done)
    assert medusa.pending() == "0"


def test_what_medusa_still_owed_is_taken_off_there_and_not_here(medusa: PretendMedusa) -> None:
    """The refund of the first was paid elsewhere, so Medusa wants only 3.00 of the 5.00 that were paid."""
    place(medusa, medusa_order(CHEAPER))
    message = medusa_order(DEARER, reference="EX-SECOND")
    noted = place(medusa, message)
    assert noted.reply["payment_collection_minor"] == "300"
    step, _ = mark(medusa, message, noted)
    assert isinstance(step, Done)
    assert medusa.pending() == "0"


def test_what_somebody_else_owes_as_well_is_not_marked(medusa: PretendMedusa) -> None:
    first = place(medusa, CASES["dearer"])
    second = place(medusa, medusa_order(DEARER, reference="EX-SECOND"))
    assert "payment_collection_id" not in second.reply
    step, _ = mark(medusa, CASES["dearer"], first)
    assert step == Refused("Medusa wanted 5.00 USD for this exchange and has made 10.00 USD of it since")
    assert medusa.pending() == "10"


def test_more_than_was_confirmed_is_not_marked(medusa: PretendMedusa) -> None:
    noted = place(medusa, CASES["dearer"])
    less = replace(CASES["dearer"], variants=(replace(DEARER, difference=400),))
    step, _ = mark(medusa, less, noted)
    assert step == Refused("Medusa wants 5.00 USD, and 4.00 USD was confirmed")


@pytest.mark.parametrize("worked", [True, False], ids=["after-work", "before-work"])
def test_a_lost_answer_marks_it_once(medusa: PretendMedusa, worked: bool) -> None:
    noted, lost = place(medusa, CASES["dearer"]), list[str]()

    def lose(request: Request) -> Sent | None:
        if request.name != "mark as paid" or lost:
            return None
        lost.append(request.name)
        if worked:
            medusa.fault("lost_answer")
            return None
        return NoAnswer("lost")

    carrier = Courier(Settlement(placer(medusa.url), noted.reply), lose)
    step = carrier.place(CASES["dearer"])
    assert isinstance(step, Done)
    assert isinstance(step.result, Told)
    assert carrier.names.count("mark as paid") == (1 if worked else 2)
    assert medusa.pending() == "0"


@pytest.mark.parametrize("ppm", [0, 41_300, 72_500, 88_750, 190_000])
@pytest.mark.parametrize("fee", [499, 795, 1333])
def test_a_taxed_fee_keeps_the_difference_ours(medusa: PretendMedusa, ppm: int, fee: int) -> None:
    medusa.configure(tax_rate_ppm=ppm, orders=[TWO_TEES])
    tax = round(2000 * ppm / 1_000_000)
    returned = replace(TEE_S, credit=2000 + tax)
    message = medusa_order(replacement("m", 2000, tax=tax, returned=returned), shipping=fee)
    result = placed(Courier(placer(medusa.url, fee_tax="added")).place(message))
    assert result.doubt == ""
    assert result.reply["payment_collection_minor"] == str(fee)
