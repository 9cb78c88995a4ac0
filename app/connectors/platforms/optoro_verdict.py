"""What came back from an endpoint that is tried out, held against Optoro's contract and put into advice.

The reading itself is `optoro_reply`, as for any exchange order; here stands what to mend.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence

from app.connectors.base import NotSent, Outcome, Reply, Request, Sent
from app.connectors.contract import Ask, Findings, mend, note
from app.connectors.platforms.optoro_reply import read_reply
from app.connectors.platforms.optoro_trial import Trial
from app.connectors.results import Placed
from app.domain.exchange_order import ExchangeOrder

MOST_TRIES = 3
Sending = Generator[Ask, Sequence[Sent], Sent]


def once(trial: Trial, request: Request) -> Sending:
    """What came of it."""
    (sent,) = yield Ask((request,), trial.placer)
    return sent


def ask(trial: Trial, request: Request) -> Sending:
    """What came of it in the end: "later" is taken at its word, a few times."""
    (sent,) = yield Ask((request,), trial.placer)
    for _ in range(MOST_TRIES - 1):
        if not isinstance(sent, Reply) or trial.placer.outcome(sent) is not Outcome.TRY_LATER:
            break
        (sent,) = yield Ask((request,), trial.placer, again=True)
    return sent


def read(trial: Trial, message: ExchangeOrder, sent: Sent) -> tuple[Placed | None, Findings]:
    """The order that was placed, None where none can be made out; and what is not as it should be."""
    if not isinstance(sent, Reply):
        return None, [mend(what_came(sent))]
    meant = trial.placer.outcome(sent)
    if meant is Outcome.TRY_LATER:
        words = f"answered {sent.status} {MOST_TRIES} times to an order that should be placed"
        return None, [mend(f"{words}: the portal repeats it for three days, then asks a person")]
    if meant is not Outcome.DELIVERED:
        return None, [mend(f"refused what should be placed. {trial.placer.explain(sent)}")]
    placed = read_reply(message, sent)
    findings = [mend(f"the answer is a yes, but {placed.doubt}")] if placed.doubt else []
    return (placed if placed.order else None), findings


def manners(sent: Sent) -> Findings:
    """What the portal puts up with and the page has otherwise."""
    if not isinstance(sent, Reply) or not 200 <= sent.status < 300:
        return []
    findings = [note(f"the page names 200 only; this is {sent.status}")] if sent.status != 200 else []
    kind = sent.headers.get("content-type", "none")
    if not kind.lower().startswith("application/json"):
        findings.append(note(f"its Content-Type is {kind}; application/json is meant"))
    return findings


def drift(message: ExchangeOrder, placed: Placed | None) -> Findings:
    """A total other than the lines add up to: allowed, and shown to an agent each time."""
    card = message.card
    expected = message.replacements + (card.face + card.bonus if card else 0)
    if placed is None or placed.total in (None, expected):
        return []
    words = f"total_amount_cents is {placed.total}, and the lines that were sent add up to {expected}"
    return [note(f"{words}: each such difference is flagged for an agent of the shop")]


def differences(first: Placed, other: Placed) -> Findings:
    """Why the second is not the first order over again."""
    if first.order != other.order:
        words = f"made a second order, {first.order} and then {other.order}"
        return [mend(f"{words}: keep the first answer under original_order_id, and give it again")]
    if (first.total, first.product, first.tax) != (other.total, other.product, other.tax):
        return [mend(f"tells other amounts of {first.order} the second time: give the first answer again")]
    return []


def must_refuse(what: str, sent: Sent) -> Findings:
    """Nothing when it was refused for good; `what` says what it was: "a body without items"."""
    if isinstance(sent, Reply) and 400 <= sent.status < 500 and sent.status not in (408, 425, 429):
        return []
    came = what_came(sent)
    if isinstance(sent, Reply) and sent.status >= 500:
        return [mend(f"{what}: {came}, so the portal would repeat it for three days. Answer 400 or 422")]
    return [mend(f"{what}: {came}. Answer 400 or 422 and place nothing")]


def what_came(sent: Sent) -> str:
    if isinstance(sent, Reply):
        return f"answered {sent.status}"
    if isinstance(sent, NotSent):
        return f"could not be sent: {sent.reason}"
    return f"no answer ({sent.reason}), so the portal would repeat it for three days"
