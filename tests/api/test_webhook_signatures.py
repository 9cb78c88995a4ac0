"""T17: only what was signed with the secret in the last five minutes is taken."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from app.services.webhook_signatures import Envelope, NotSigned, Verifier

# The vector of the standard's reference libraries.
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
BODY = b'{"test": 2432232314}'
SENT_AT = datetime(2021, 2, 25, 15, 2, 10, tzinfo=UTC)
GOOD = Envelope(
    "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
)
OTHER = "v1,Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc="
MINUTES = timedelta(minutes=5)


def accepted(verifier: Verifier, body: bytes, envelope: Envelope) -> bool:
    try:
        verifier.check(body, envelope)
    except NotSigned:
        return False
    return True


@pytest.mark.parametrize("secret", [SECRET, SECRET.removeprefix("whsec_")])
@pytest.mark.parametrize("signatures", [GOOD.signatures, f"{OTHER} v2,abc {GOOD.signatures} {OTHER}"])
@time_machine.travel(SENT_AT, tick=False)
def test_the_vector_of_the_standard(secret: str, signatures: str) -> None:
    assert accepted(Verifier([secret]), BODY, replace(GOOD, signatures=signatures))
    assert accepted(Verifier(["whsec_AAAA", secret]), BODY, GOOD)


@pytest.mark.parametrize(
    "envelope",
    [
        replace(GOOD, message_id=""),
        replace(GOOD, timestamp=""),
        replace(GOOD, signatures=""),
        replace(GOOD, signatures=OTHER),
        replace(GOOD, signatures="v1"),
        replace(GOOD, signatures="v1,"),
        replace(GOOD, signatures="v1,é"),
        replace(GOOD, signatures=GOOD.signatures.replace("v1", "v2")),
        replace(GOOD, signatures=GOOD.signatures.rstrip("=")),
        replace(GOOD, signatures=GOOD.signatures.replace("OE=", "OF=")),  # the same bytes, written otherwise
        replace(GOOD, timestamp="1614265330.0"),
        replace(GOOD, timestamp="+1614265330"),
        replace(GOOD, timestamp="1.61426533e9"),
        replace(GOOD, timestamp="nan"),
        replace(GOOD, timestamp="1614265331"),
        replace(GOOD, timestamp="9" * 12),
    ],
)
@time_machine.travel(SENT_AT, tick=False)
def test_anything_else_is_refused(envelope: Envelope) -> None:
    assert not accepted(Verifier([SECRET]), BODY, envelope)


def test_nobody_is_let_in_without_a_secret() -> None:
    with time_machine.travel(SENT_AT, tick=False):
        assert not accepted(Verifier([]), BODY, GOOD)
        assert not accepted(Verifier(["whsec_AAAA"]), BODY, GOOD)


@pytest.mark.parametrize(
    ("late", "taken"),
    [(-MINUTES, True), (MINUTES, True), (MINUTES + timedelta(seconds=1), False), (-MINUTES * 1.01, False)],
)
def test_five_minutes_either_way(late: timedelta, taken: bool) -> None:
    with time_machine.travel(SENT_AT + late, tick=False):
        assert accepted(Verifier([SECRET]), BODY, GOOD) is taken


@time_machine.travel(SENT_AT, tick=False)
def test_none_of_ten_thousand_mutations_is_taken() -> None:
    dice, verifier, tried = random.Random(17), Verifier([SECRET, "whsec_AAAA"]), 0
    while tried < 10_000:
        parts = [GOOD.message_id, GOOD.timestamp, GOOD.signatures, BODY.decode()]
        which = dice.randrange(4)
        mutated = mutation(parts[which], dice)
        if mutated == parts[which]:
            continue
        parts[which], tried = mutated, tried + 1
        message_id, timestamp, signatures, body = parts
        envelope = Envelope(message_id, timestamp, signatures)
        assert not accepted(verifier, body.encode(), envelope), parts
    assert accepted(verifier, BODY, GOOD)


def mutation(text: str, dice: random.Random) -> str:
    """One sign changed, put in, left out or swapped with the next, or the text cut off."""
    place, sign = dice.randrange(len(text)), chr(dice.choice([*range(32, 127), 0, 9, 233]))
    return dice.choice(
        [
            text[:place] + sign + text[place + 1 :],
            text[:place] + sign + text[place:],
            text[:place] + text[place + 1 :],
            text[:place] + text[place + 1 : place + 2] + text[place : place + 1] + text[place + 2 :],
            text[:place],
            text + sign,
            text.swapcase(),
        ]
    )
