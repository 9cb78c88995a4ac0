"""What Optoro's page and the portal ask of a merchant's endpoint for exchange orders, as cases to run.

Source: Optoro Exchange Orders 1.0.0 and 2.0.0. "The endpoint should be idempotent, using original_order_id as
the key. Only one exchange order can be placed against an original_order_id." Where the page is silent, a case
asks for no more than the portal needs, and anything else is a note. What an endpoint must refuse is
`optoro_refusals`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from app.connectors.base import NotSent, Outcome, Reply
from app.connectors.contract import Ask, Case, Course, mend, note
from app.connectors.platforms import optoro_refusals as refusals
from app.connectors.platforms.optoro_trial import DOHA, YUKI, Trial, spoiled
from app.connectors.platforms.optoro_verdict import ask, differences, drift, manners, read
from app.domain.exchange_order import ExchangeOrder

# Answers by which an endpoint may say that the order has its exchange already.
TAKEN = (400, 409, 422)
OPTIONAL = {
    "customer": ("first_name", "last_name", "phone"),
    "shipping_address": ("street2", "phone"),
    "billing_address": ("street2", "phone"),
}


def cases_of(trial: Trial) -> list[Case]:
    """The cases in the order in which they are run; the first shows whether there is anybody at all."""
    card = "inside its price" if trial.placer.api_version == "1" else "beside its price"
    rows: list[tuple[str, str, int, Callable[[Trial], Course]]] = [
        ("places", "A replacement is placed, and the answer has the four fields", 1, _places),
        ("repeat", "The same bytes again are the same order", 1, _repeat),
        ("at once", "The same bytes twice at the same moment are one order", 1, _at_once),
        ("lost answer", "Who hung up before the answer gets it with a repeat", 1, _lost_answer),
        ("second order", "Another body for the same original order makes no second order", 1, _second),
        ("gift card", f"A gift card with its bonus {card}, counted into the total", 1, _gift_card),
        ("mixed", "Replacements and a gift card in one order", 1, _mixed),
        ("unicode", "Names in any script; a country without provinces and postcodes", 1, _unicode),
        ("least", "Only the fields that the page requires", 1, _least),
        ("bad bodies", "What cannot be is refused, and keeps no order from being placed", 1, refusals.bodies),
        ("not JSON", "What is not JSON is refused", 0, refusals.not_json),
        ("headers", "An unknown version, or no X-Optiturn-Id, is refused", 0, refusals.headers),
        ("credential", "A call without the credential is refused", 0, refusals.credential),
    ]
    return [Case(name, promise, orders, _bound(course, trial)) for name, promise, orders, course in rows]


def _bound(course: Callable[[Trial], Course], trial: Trial) -> Callable[[], Course]:
    return lambda: course(trial)


def _places(trial: Trial) -> Course:
    return (yield from _placed_once(trial, trial.message("PLACES", trial.variant())))


def _gift_card(trial: Trial) -> Course:
    message = trial.message("CARD", card=trial.card())
    sent = yield from ask(trial, trial.request(message))
    placed, findings = read(trial, message, sent)
    whole = trial.goods.price + trial.goods.bonus
    if placed is not None and placed.total is not None and placed.total < whole:
        words = f"total_amount_cents is {placed.total}: count the bonus into it, which makes at least {whole}"
        return [*findings, mend(words)]
    return findings + manners(sent) + drift(message, placed)


def _mixed(trial: Trial) -> Course:
    lines = (trial.variant(1, units=2), trial.variant(1, price=trial.goods.price + 50))
    return (yield from _placed_once(trial, trial.message("MIXED", *lines, card=trial.card(bonus=False))))


def _unicode(trial: Trial) -> Course:
    message = trial.message("UNICODE", replace(trial.variant(), title="甚平 “L” – Größe 42"))
    message = replace(message, customer=YUKI, shipping_address=DOHA, billing_address=DOHA)
    return (yield from _placed_once(trial, message))


def _least(trial: Trial) -> Course:
    """No optional field of the page, and the keys in another order."""
    message = trial.message("LEAST", trial.variant())
    sent = yield from ask(trial, spoiled(trial.request(message), _strip))
    return read(trial, message, sent)[1]


def _strip(body: dict[str, Any]) -> None:
    for name in ("title", "unit_price_amount_cents", "product_identifier", "variant_identifier"):
        body["items"][0].pop(name, None)
    for part, names in OPTIONAL.items():
        for name in names:
            body[part].pop(name, None)
    body.pop("rma_identifier", None)
    for name in sorted(body):
        body[name] = body.pop(name)


def _repeat(trial: Trial) -> Course:
    message = trial.message("REPEAT", trial.variant(), card=trial.card(bonus=False))
    request = trial.request(message)
    first, findings = read(trial, message, (yield from ask(trial, request)))
    if first is None:
        return findings
    for _ in range(2):
        again, doubts = read(trial, message, (yield from ask(trial, request)))
        found = differences(first, again) if again else doubts
        if found:
            return findings + found
    return findings


def _at_once(trial: Trial) -> Course:
    message = trial.message("ATONCE", trial.variant())
    request = trial.request(message)
    both = yield Ask((request, request), trial.placer)
    settled, findings = read(trial, message, (yield from ask(trial, request)))
    for sent in both:
        placed = read(trial, message, sent)[0]
        if settled and placed and not findings:
            findings += differences(settled, placed)
        if isinstance(sent, Reply) and trial.placer.outcome(sent) is Outcome.REJECTED:
            words = f"one of the two was answered {sent.status}, which the portal takes for a definite no"
            findings.append(mend(f"{words}: answer 200 with the one order, or 503 while it is being made"))
    return findings


def _lost_answer(trial: Trial) -> Course:
    message = trial.message("LOST", trial.variant())
    request = trial.request(message)
    (first,) = yield Ask((request,), trial.placer, patient=False)
    again, findings = read(trial, message, (yield from ask(trial, request)))
    if isinstance(first, NotSent):
        return [*findings, note(f"hanging up could not be tried out: {first.reason}")]
    before = read(trial, message, first)[0] if isinstance(first, Reply) else None
    return findings + (differences(before, again) if before and again else [])


def _second(trial: Trial) -> Course:
    message = trial.message("SECOND", trial.variant())
    first, findings = read(trial, message, (yield from ask(trial, trial.request(message))))
    if first is None:
        return findings
    other = trial.message("SECOND", trial.variant(units=2), card=trial.card(bonus=False))
    sent = yield from ask(trial, trial.request(other))
    if isinstance(sent, Reply) and trial.placer.outcome(sent) is Outcome.REJECTED:
        words = f"answered {sent.status}: 200 with the first order, or 409, says more"
        return findings + ([] if sent.status in TAKEN else [note(words)])
    second, doubts = read(trial, other, sent)
    return findings + (differences(first, second) if second else doubts)


def _placed_once(trial: Trial, message: ExchangeOrder) -> Course:
    sent = yield from ask(trial, trial.request(message))
    placed, findings = read(trial, message, sent)
    return findings + manners(sent) + drift(message, placed)
