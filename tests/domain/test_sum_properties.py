"""What holds for any basket: nothing is lost, nothing is negative, the same facts give the same bytes."""

from __future__ import annotations

import json
import pickle
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from hypothesis import event, given

from app.domain.building_order import NothingToPlace, build_exchange_order
from app.domain.exchange_order import ExchangeOrder
from app.domain.fees import FeeKind
from app.domain.policy import Policy
from app.domain.quote import Quote
from tests.domain.examples import delivery
from tests.domain.strategies import RULES, Wish, wishes


def numbers_in(data: Any) -> Iterator[Any]:
    """Every number anywhere in JSON data."""
    if isinstance(data, dict):
        data = list(data.values())
    if isinstance(data, list | tuple):
        for part in data:
            yield from numbers_in(part)
    elif not isinstance(data, bool | str | None):
        yield data


def given_for_card(made: Quote) -> int:
    """The credit of the items against which a card was chosen, less their fees."""
    credit = sum(each.credit.total for each in made.lines if each.price is None)
    return credit - sum(fee.amount for fee in made.charges if fee.on_card)


def nothing_is_lost(_wish: Wish, made: Quote) -> None:
    """credit + due = replacements + fees + refund + face + forfeited, on all lines together.

    `face` is the credit of the items given for the card less their fees, and the residue; a bonus is in
    no part of it.
    """
    face = made.card.face if made.card else 0
    out = made.replacements + made.fees + made.refund_due + face + made.forfeited
    assert made.credit + made.amount_due == out
    residue = made.card.residue if made.card else 0
    assert face == given_for_card(made) + residue
    assert made.refund_due + made.forfeited + residue == made.unpaid_out


def lines_add_up_to_the_difference(_wish: Wish, made: Quote) -> None:
    assert sum(each.difference for each in made.lines) == made.difference
    assert made.amount_due - made.unpaid_out == made.difference


def a_waiver_ends_a_small_amount_due_and_nothing_else(wish: Wish, made: Quote) -> None:
    strict = replace(wish, policy=replace(wish.policy, even_tolerance=0)).quote()
    waived = sum(each.price.waived for each in made.lines if each.price)
    assert strict.difference - waived == made.difference
    if not 0 < strict.difference <= wish.policy.even_tolerance:
        assert waived == 0
        return
    event("within tolerance")
    # All that may stay due is tax on lines whose net is nothing any more.
    dear = [each.price for each in made.lines if each.price and each.difference > 0]
    assert made.difference == 0 or all(price.net == 0 for price in dear)


def what_is_sent_is_never_negative_and_holds_no_residue(wish: Wish, made: Quote) -> None:
    try:
        sent = build_exchange_order(wish.order, made, wish.variants, wish.policy, delivery())
    except NothingToPlace:
        event("nothing to place")
        assert not any(each.price for each in made.lines)
        assert given_for_card(made) == 0
        return
    assert all(type(number) is int for number in numbers_in(sent.to_data()))
    amounts = [replace(each, difference=0) for each in sent.variants]  # the one amount that has a sign
    assert all(number >= 0 for number in numbers_in(replace(sent, variants=tuple(amounts)).to_data()))
    assert sent.difference == made.difference
    assert all(each.discount <= each.product and each.quantity >= 1 for each in sent.variants)
    assert sent.replacements == made.replacements
    assert (sent.card.face if sent.card else 0) == given_for_card(made)
    assert sent.card is None or (sent.card.face > 0 and sent.card.returned)
    assert ExchangeOrder.from_data(json.loads(json.dumps(sent.to_data()))) == sent


def fees_are_those_of_the_policy(wish: Wish, made: Quote) -> None:
    """Shipping once and never for a card alone, restocking for each unit, a card pays only with its face."""
    policy, sent = wish.policy, [each for each in made.lines if each.price]
    free = {each.item_id for each in wish.choices if each.reason in policy.fee_free_reasons}
    wanted = any(each.item_id not in free for each in sent)
    by_kind = {kind: [fee.amount for fee in made.charges if fee.kind is kind] for kind in FeeKind}
    assert sum(by_kind[FeeKind.SHIPPING]) == (policy.shipping_fee if wanted else 0)
    assert sum(by_kind[FeeKind.EXPEDITED]) == (policy.expedited_fee or 0 if sent and wish.expedited else 0)
    units = sum(each.units.count for each in sent if each.item_id not in free)
    cards = sum(each.units.count for each in made.lines if not each.price and each.item_id not in free)
    on_card = sum(fee.amount for fee in made.charges if fee.on_card)
    assert sum(by_kind[FeeKind.RESTOCKING]) == policy.restocking_fee * units + on_card
    assert on_card <= policy.restocking_fee * cards
    assert given_for_card(made) == 0 or on_card == policy.restocking_fee * cards
    event("fees" if made.fees else "no fees")


def the_bonus_keeps_to_its_rule(wish: Wish, made: Quote) -> None:
    card, policy = made.card, wish.policy
    if card is None:
        assert given_for_card(made) == 0
        return
    reached = given_for_card(made)
    earning = sum(each.credit.total for each in made.lines if each.price is None) if reached else 0
    earning += card.residue if policy.bonus_on_residue else 0
    assert 0 <= card.residue <= card.face
    assert 0 <= card.residue_bonus <= card.bonus
    if earning == 0:
        assert card.bonus == 0
    elif policy.bonus_fixed:
        assert card.bonus == policy.bonus_fixed
    else:
        exact = policy.bonus_percent * earning  # in hundredths
        assert abs(100 * card.bonus - exact) <= 50 or card.bonus == policy.bonus_cap
        assert policy.bonus_cap is None or card.bonus <= policy.bonus_cap


def the_same_facts_give_the_same_bytes(wish: Wish, made: Quote) -> None:
    """The second time from facts read anew: equal, but not the same objects."""
    again: Wish = pickle.loads(pickle.dumps(wish))  # noqa: S301 - our own values, a moment old
    assert json.dumps(again.quote().to_data()) == json.dumps(made.to_data())
    assert again.quote().version == made.version


def what_is_frozen_comes_back(wish: Wish, made: Quote) -> None:
    back = Quote.from_data(json.loads(json.dumps(made.to_data())))
    assert (back, back.version) == (made, made.version)
    assert Policy.from_data(json.loads(json.dumps(wish.policy.to_data()))) == wish.policy


def units_are_taken_one_after_another(wish: Wish, made: Quote) -> None:
    """Each line's units follow on from those already gone: none twice, none left out between."""
    reached = {bought.id: bought.gone for bought in wish.order.lines}
    for each in made.lines:
        assert each.units.first == reached[each.line_item_id] < each.units.last
        reached[each.line_item_id] = each.units.last
    assert all(reached[bought.id] <= min(bought.shipped, bought.quantity) for bought in wish.order.lines)


PROMISES = (
    nothing_is_lost,
    lines_add_up_to_the_difference,
    a_waiver_ends_a_small_amount_due_and_nothing_else,
    what_is_sent_is_never_negative_and_holds_no_residue,
    fees_are_those_of_the_policy,
    the_bonus_keeps_to_its_rule,
    the_same_facts_give_the_same_bytes,
    what_is_frozen_comes_back,
    units_are_taken_one_after_another,
)


@RULES
@given(wishes())
def test_the_sum_keeps_every_promise(wish: Wish) -> None:
    """All promises on the same baskets, since making those up takes most of the time."""
    made = wish.quote()
    event("owes" if made.amount_due else "gets back" if made.unpaid_out else "even")
    for promise in PROMISES:
        promise(wish, made)
