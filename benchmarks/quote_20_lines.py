"""The sum of an exchange with 20 lines against a bare loop over the same lines.

    .venv/bin/python -m benchmarks.quote_20_lines [--rounds 7] [--times 200]

The loop works out every figure that goes on the wire for one pricing mode. The quote does besides what it
exists for: modes, fees, tolerance, the card, the reasons behind each figure, frozen values. They are
measured in turns, and the quickest turn of each counts: on a busy machine all others say how busy it was.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from functools import partial
from time import perf_counter

from app.domain.facts import LineFacts, OrderFacts, VariantFacts
from app.domain.policy import Policy
from app.domain.reasons import Reason
from app.domain.settlement import Choice, make_quote
from tests.domain.examples import USD_STORE, line, order, variant

LINES = 20
BAR = 20.0
UNITS = 2
POLICY = Policy(shipping_fee=500, restocking_fee=100, even_tolerance=50)
FEES = 500 + 100 * LINES * UNITS


def main() -> int:
    """Measure, print, and tell by the exit code whether the bar holds."""
    arguments = _arguments()
    bought, choices = _exchange()
    if _looped(bought, choices) != _quoted(bought, choices) - FEES:
        print("the loop and the quote disagree")
        return 1
    turns = []
    for number in range(arguments.rounds):
        turn = tuple(_micros(partial(work, bought, choices), arguments.times) for work in (_quoted, _looped))
        print(f"round {number + 1}: quote {turn[0]:.0f} µs, loop {turn[1]:.0f} µs")
        turns.append(turn)
    ratio = min(turn[0] for turn in turns) / min(turn[1] for turn in turns)
    print(f"{ratio:.1f} times the bare loop (at most {BAR:.0f})")
    return 0 if ratio <= BAR else 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--times", type=int, default=200)
    return parser.parse_args()


def _exchange() -> tuple[OrderFacts, list[Choice]]:
    """Twenty lines of three units, two of which become a dearer variant."""
    lines = [
        line(id=n, variant_id=100 + n, product=38_700 + n, discount=100, tax=1_000 + n, quantity=3)
        for n in range(1, LINES + 1)
    ]
    choices = [
        Choice(
            each.id,
            each,
            UNITS,
            variant(id=500 + each.id, price=13_950),
            _bought(each),
            Reason.OTHER,
        )
        for each in lines
    ]
    return order(*lines), choices


def _bought(each: LineFacts) -> VariantFacts:
    return variant(id=each.variant_id, price=12_900)


def _quoted(bought: OrderFacts, choices: list[Choice]) -> int:
    return make_quote(USD_STORE, POLICY, bought, choices).difference


def _looped(_bought: OrderFacts, choices: list[Choice]) -> int:
    """Every figure that goes on the wire, line by line, and the difference."""
    rows, difference = [], 0
    for choice in choices:
        paid, of, first = choice.line, choice.line.quantity, choice.line.gone
        last = first + choice.quantity
        price = choice.variant.price if choice.variant else 0
        scale = of * (choice.returned.price if choice.returned else paid.list_price)
        credit_net = paid.net * last // of - paid.net * first // of
        credit_tax = paid.tax * last // of - paid.tax * first // of
        net = paid.net * last * price // scale - paid.net * first * price // scale
        tax = paid.tax * last * price // scale - paid.tax * first * price // scale
        product = max(price * choice.quantity, net)
        more = net + tax - credit_net - credit_tax
        rows.append((paid.id, first, last, credit_net, credit_tax, product, product - net, tax, more))
        difference += more
    return difference


def _micros(work: Callable[[], int], times: int) -> float:
    """Millionths of a second that the work takes each time."""
    begun = perf_counter()
    for _ in range(times):
        work()
    return (perf_counter() - begun) / times * 1_000_000


if __name__ == "__main__":
    sys.exit(main())
