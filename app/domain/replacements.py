"""What may stand in for a line item: the other variants of its product, or of another one, by option.

Which other products are listed on a page is `app.services.other_products`; stock that others hold is
taken off the facts before they come here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from app.domain.facts import LineFacts, VariantFacts
from app.domain.policy import OtherProducts, Policy
from app.domain.reasons import Reason
from app.domain.tags import tagged


class Refusal(StrEnum):
    """Why a variant cannot be had."""

    NO_SUCH_COMBINATION = "no_such_combination"
    OTHER_PRODUCT = "other_product"
    TOO_DEAR = "too_dear"
    OTHER_OPTION = "other_option"
    SAME_VARIANT = "same_variant"
    SOLD_OUT = "sold_out"


@dataclass(frozen=True)
class OptionValue:
    """One value of an option beside the values chosen for the options before it."""

    value: str
    sold_out: bool
    yours: bool = False  # leads only to the variant the shopper has: no replacement, but not sold out


@dataclass(frozen=True)
class Option:
    name: str
    values: tuple[OptionValue, ...]
    chosen: str | None


def of_product(product_id: int | None, variants: Iterable[VariantFacts]) -> tuple[VariantFacts, ...]:
    """The active variants of a product, none where there is no product."""
    return tuple(v for v in variants if v.product_id == product_id and v.active)


def may_become(tags: Iterable[str], policy: Policy) -> bool:
    """Whether the policy lets an item become another product that has these tags."""
    if policy.other_products is OtherProducts.TAGGED:
        return tagged(tags, policy.other_products_tags)
    return policy.other_products is OtherProducts.CATALOGUE


def fixed_options(bought: VariantFacts | None, policy: Policy) -> dict[str, str]:
    """The options that stay as bought where the policy lets only others change.

    None where it names none, and where the bought variant is gone, so that nobody knows them any more.
    """
    free = {name.casefold() for name in policy.same_options_except}
    if bought is None or not free:
        return {}
    return {name: value for name, value in bought.options if name.casefold() not in free}


def keeps(fixed: Mapping[str, str], variant: VariantFacts) -> bool:
    """Whether a variant has all of these options as they are."""
    return fixed.items() <= dict(variant.options).items()


def refusal(
    line: LineFacts,
    variant: VariantFacts,
    units: int,
    reason: Reason | None,
    policy: Policy,
    bought: VariantFacts | None = None,
) -> Refusal | None:
    """Why this variant may not replace `units` of the line, or None when it may.

    `bought` is the line's own variant as the catalogue has it, None when it is gone.
    """
    if line.product_id is None or variant.product_id != line.product_id:
        barred = _barred(variant, policy)
        if barred:
            return barred
    elif not keeps(fixed_options(bought, policy), variant):
        return Refusal.OTHER_OPTION
    if not variant.active:
        return Refusal.NO_SUCH_COMBINATION
    if variant.id == line.variant_id and reason not in policy.same_variant_reasons:
        return Refusal.SAME_VARIANT
    return None if variant.available(units) else Refusal.SOLD_OUT


def options_offered(
    line: LineFacts,
    variants: Sequence[VariantFacts],
    chosen: Mapping[str, str],
    units: int,
    reason: Reason | None,
    policy: Policy,
    bought: VariantFacts | None = None,
) -> tuple[Option, ...]:
    """The radio groups of screen 3: each option shows only values that exist with those before it.

    A value counts as sold out when no variant with it, and with the choices before it, can be had.
    """
    names = list(dict.fromkeys(name for v in variants for name, _ in v.options))
    reachable, offered = list(variants), []
    for name in names:
        values = dict.fromkeys(value for v in reachable for key, value in v.options if key == name)
        shown = tuple(
            _judged(
                value,
                {refusal(line, v, units, reason, policy, bought) for v in _having(reachable, name, value)},
            )
            for value in values
        )
        picked = chosen.get(name)
        offered.append(Option(name, shown, picked if picked in values else None))
        if picked in values:
            reachable = _having(reachable, name, picked)
    return tuple(offered)


def match(variants: Iterable[VariantFacts], chosen: Mapping[str, str]) -> VariantFacts | None:
    """The variant with exactly these option values, None for a combination that does not exist."""
    for variant in variants:
        if dict(variant.options) == dict(chosen):
            return variant
    return None


def _barred(variant: VariantFacts, policy: Policy) -> Refusal | None:
    """What the policy has against a variant of another product; a gift card is a way of its own."""
    if variant.gift_card or not may_become(variant.product_tags, policy):
        return Refusal.OTHER_PRODUCT
    cap = policy.other_products_price_cap
    return Refusal.TOO_DEAR if cap is not None and variant.price > cap else None


def _having(variants: Iterable[VariantFacts], name: str, value: str) -> list[VariantFacts]:
    return [v for v in variants if (name, value) in v.options]


def _judged(value: str, answers: set[Refusal | None]) -> OptionValue:
    """Whether anything with this value can be had, and if not, whether it is what the shopper has."""
    if None in answers:
        return OptionValue(value, sold_out=False)
    yours = answers == {Refusal.SAME_VARIANT}
    return OptionValue(value, sold_out=not yours, yours=yours)
