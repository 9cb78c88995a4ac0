"""What a merchant's endpoint must not take for an exchange order, as courses of a contract check.

An endpoint that answers 5xx to what can never be right is asked again for days; one that answers 2xx ships
something nobody ordered. Each bad body is one fault away from a good one. The other cases are
`optoro_contract`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from app.connectors.base import Reply
from app.connectors.contract import Ask, Course, Finding, mend, note
from app.connectors.platforms.optoro_trial import Trial, spoiled, with_header
from app.connectors.platforms.optoro_verdict import ask, must_refuse, once, read, what_came

Spoil = Callable[[dict[str, Any]], object]
ALL = "The portal proves who it is; answer 401 to whoever does not, whatever the body says"


def _in_item(**changes: object) -> Spoil:
    return lambda body: body["items"][0].update(changes)


SPOILED: dict[str, Spoil] = {
    "a body without items": lambda body: body.pop("items"),
    "a body with an empty list of items": lambda body: body.update(items=[]),
    "a body without original_order_id": lambda body: body.pop("original_order_id"),
    "a body without shipping_address": lambda body: body.pop("shipping_address"),
    "a quantity of 0": _in_item(quantity=0),
    "a quantity of 1001": _in_item(quantity=1001),
    "an amount below zero": _in_item(product_amount_cents=-1),
    "an amount in decimals": _in_item(product_amount_cents=10.5),
}


def bodies(trial: Trial) -> Course:
    """Every fault for itself, and then the good body for the same original order."""
    message = trial.message("REFUSED", trial.variant())
    good, findings = trial.request(message), list[Finding]()
    for what, spoil in SPOILED.items():
        findings += must_refuse(what, (yield from once(trial, spoiled(good, spoil))))
    if findings:
        return findings
    _, doubts = read(trial, message, (yield from ask(trial, good)))
    return [mend(f"after refusing bad bodies it also {doubt.words}") for doubt in doubts]


def not_json(trial: Trial) -> Course:
    good, findings = trial.request(trial.message("NOTJSON", trial.variant())), list[Finding]()
    for what, body in {
        "an empty body": b"",
        "a body that is cut off": good.body[:-20],
        "a body that is a list": b"[]",
    }.items():
        findings += must_refuse(what, (yield from once(trial, replace(good, body=body))))
    return findings


def headers(trial: Trial) -> Course:
    good, findings = trial.request(trial.message("HEADERS", trial.variant())), list[Finding]()
    unknown = with_header(good, "X-Optiturn-Api-Version", "99")
    nameless = with_header(good, "X-Optiturn-Id", None)
    findings += must_refuse("X-Optiturn-Api-Version: 99", (yield from once(trial, unknown)))
    findings += must_refuse("a call without X-Optiturn-Id", (yield from once(trial, nameless)))
    return findings


def credential(trial: Trial) -> Course:
    if not trial.placer.proves_itself:
        return [note("these settings name no credential, so anybody can place orders there: agree on one")]
    request = trial.request(trial.message("CREDENTIAL", trial.variant()))
    (sent,) = yield Ask((request,), trial.placer, unproved=True)
    if isinstance(sent, Reply) and sent.status in (401, 403):
        return []
    return [mend(f"{what_came(sent)} to a call without the credential. {ALL}")]
