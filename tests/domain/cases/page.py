"""The argued cases as a page to read, docs/rules.md: what goes in, why, and the sum as a shopper sees it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from app.domain.policy import Policy
from app.domain.reasons import REASON_WORDS
from app.services.policies import policy_data
from app.web.shopper.sums import sum_text
from tests.domain.cases import cards, fees_and_tolerance, may_it, same_product, todays_price
from tests.domain.cases.table import Bought, RuleCase, SumCase, Wish

SUBJECTS: Sequence[tuple[str, str, Sequence[SumCase | RuleCase]]] = (
    (
        "May it be exchanged?",
        "All rules run; the first refusal is what a shopper reads, else the first doubt, for a person."
        " A parka delivered on 10 November 2026, asked for on 20 November, unless a case says otherwise.",
        may_it.CASES,
    ),
    (
        "Another variant of the same product",
        "By default the discount that was paid is kept: what was paid is scaled by the two prices of today.",
        same_product.CASES,
    ),
    (
        "Another product, today's price, other currencies",
        "Without tax inside unless the case says so.",
        todays_price.CASES,
    ),
    (
        "Fees, and small differences",
        "Fees of what is sent join the difference; fees of what a gift card is given for come off the card.",
        fees_and_tolerance.CASES,
    ),
    (
        "Gift cards, and where a refund due goes",
        "One card an exchange; its bonus stands apart from what was paid.",
        cards.CASES,
    ),
)


def rules_page() -> str:
    """The whole page."""
    count = sum(len(cases) for _, _, cases in SUBJECTS)
    head = (
        f"# The rules by example\n\n{count} cases, each with the reason why it comes out so. The page is"
        " written from the tests that check them (`tests/domain/cases`), by"
        " `.venv/bin/python docs/write_reference.py`. Policy fields are explained in [policy.md](policy.md)."
    )
    return "\n\n".join([head, *_sections()]) + "\n"


def _sections() -> Iterator[str]:
    for title, words, cases in SUBJECTS:
        yield f"## {title}"
        yield words
        for case in cases:
            yield f"### {case.name}"
            yield case.because
            yield from _verdict(case) if isinstance(case, RuleCase) else _sum(case)


def _verdict(case: RuleCase) -> Iterator[str]:
    speaking = case.judged().blocking
    if case.policy:
        yield f"Policy: {_said(case.policy)}."
    if speaking is None:
        yield "**Allowed.**"
    else:
        answer = "Asked of a person" if case.ask else "Refused"
        yield f"**{answer}** (`{speaking.code}`): “{speaking.shopper}.”"


def _sum(case: SumCase) -> Iterator[str]:
    yield "\n".join(f"- {_wish(case, wish)}" for wish in case.wishes)
    default = policy_data(Policy())
    changed = {name: value for name, value in policy_data(case.policy).items() if value != default[name]}
    circumstances = [
        f"Policy: {_said(changed)}." if changed else "",
        "Prices contain tax." if case.tax_inside else "",
        "The shopper asks for faster shipping." if case.expedited else "",
    ]
    if any(circumstances):
        yield " ".join(filter(None, circumstances))
    yield f"```text\n{sum_text(case.explained())}```"


def _wish(case: SumCase, wish: Wish) -> str:
    money, of = case.money, wish.of
    units = f"{wish.units} of {of.quantity} × " if of.quantity > 1 else ""
    said = f"{units}{of.title}, paid {_paid(case, of)}"
    if wish.reason:
        said += f", “{REASON_WORDS[wish.reason]}”"
    if wish.price is None:
        return f"{said}, for a gift card"
    said += f", for {'another product' if wish.other else 'another variant'} at {money(wish.price)}"
    if wish.gone_since:
        return f"{said}; no longer sold itself"
    now = wish.price if wish.now is None else wish.now
    return said if wish.other else f"{said}, costs {money(now)} itself today"


def _paid(case: SumCase, of: Bought) -> str:
    said = case.money(of.product)
    said += f" less {case.money(of.discount)}" if of.discount else ""
    return f"{said} and {case.money(of.tax)} tax" if of.tax else said


def _said(fields: dict[str, object] | object) -> str:
    pairs = dict(fields).items() if isinstance(fields, dict) else ()
    return ", ".join(f"`{name}={','.join(v) if isinstance(v, list | tuple) else v}`" for name, v in pairs)
