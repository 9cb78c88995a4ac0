"""T5: nobody makes a signed link without the key, and the key itself signs one form only."""

from __future__ import annotations

import hashlib
import hmac
import random

import pytest

from app.domain.signed_link import prove, signature_of, take_apart
from app.services.portal_links import LinkInvalid, NewKey
from tests.factories import NOW
from tests.web.browsing import Browser
from tests.web.link_cases import LATER, Desk, database_url, desk, key

__all__ = ["database_url", "desk", "key"]
SEED = 20_261_122
MUTATIONS = 10_000


@pytest.mark.parametrize(
    "whose", ["buyer-", "buyer-7", "buyer-" + "A" * 16, "gift-" + "0" * 17, "agent", "-"]
)
def test_a_signed_link_with_another_purpose_is_none(desk: Desk, key: NewKey, whose: str) -> None:
    text = f"v1.{key.name}.AC-1001.{whose}.{int(LATER.timestamp())}"
    with pytest.raises(LinkInvalid):
        desk.read(f"{text}.{signature_of(key.secret, text)}")


def test_ten_thousand_changed_links_are_refused(desk: Desk, key: NewKey) -> None:
    token = desk.sign()
    dice = random.Random(SEED)
    made: set[str] = set()
    while len(made) < MUTATIONS:
        made |= {mutate(token, dice) for _ in range(1000)} - {token}
    for changed in made:
        with pytest.raises(LinkInvalid):
            prove(take_apart(changed), key.secret, NOW)


def test_changed_links_are_refused_over_http_too(desk: Desk, key: NewKey, shopper: Browser) -> None:
    token = desk.sign()
    dice = random.Random(SEED)
    for _ in range(150):
        changed = mutate(token, dice)
        if changed != token:
            assert shopper.get(desk.path(changed)).status_code in (404, 308)


def mutate(token: str, dice: random.Random) -> str:
    """A link changed in one of the ways that somebody would try."""
    parts = token.split(".")
    kind = dice.randrange(8)
    place = dice.randrange(len(token))
    if kind == 0:
        return token[:place] + chr(dice.randrange(1, 0x250)) + token[place + 1 :]
    if kind == 1:
        return token[:place] + token[place + 1 :]
    if kind == 2:
        return token[:place] + dice.choice("0123456789abcdefv.%+- /k") + token[place:]
    if kind == 3:
        other = dice.randrange(len(token))
        first, second = sorted((place, other))
        swapped = list(token)
        swapped[first], swapped[second] = swapped[second], swapped[first]
        return "".join(swapped)
    if kind == 4:
        parts[dice.randrange(len(parts))] = dice.choice(
            ["", "v1", "v2", "none", "k1", "k2", "gift", "buyer", "AC-1002", "0", "9999999999", "0" * 64]
        )
        return ".".join(parts)
    if kind == 5:
        parts[4] = str(int(parts[4]) + dice.choice([-1, 1]) * dice.randrange(1, 10**6))
        return ".".join(parts)
    if kind == 6:
        return token.upper() if dice.random() < 0.1 else token[: dice.randrange(len(token))]
    seal = hmac.new(dice.randbytes(8), token.rpartition(".")[0].encode(), hashlib.sha256).hexdigest()
    return f"{token.rpartition('.')[0]}.{seal}"


@pytest.mark.parametrize(
    "text",
    [
        "v2.k1.AC-1001.buyer.1798000000",
        "V1.k1.AC-1001.buyer.1798000000",
        "v1.none.AC-1001.buyer.1798000000",
        "v1.k1.AC-1001.admin.1798000000",
        "v1.k1.AC-1001.buyer.+1798000000",
        "v1.k1.AC-1001.buyer.01798000000",
        "v1.k1.AC-1001.buyer.１７９８００００００",
        "v1.k1.AC-1001.buyer.1e9",
        "v1.k1.AC-1001.buyer.-1",
        "v1.k1..buyer.1798000000",
        "v1.k1.AC\n1001.buyer.1798000000",
        "v1.k1.AC-1001.buyer",
        "AC-1001.buyer.1798000000",
        "v1.k1.AC-1001.buyer.1798000000.",
        "v1.k1." + "x" * 600 + ".buyer.1798000000",
    ],
)
def test_even_the_right_key_signs_no_other_form(desk: Desk, key: NewKey, text: str) -> None:
    with pytest.raises(LinkInvalid):
        desk.read(f"{text}.{signature_of(key.secret, text)}")


def test_every_signature_but_the_one_spelling_is_refused(desk: Desk, key: NewKey) -> None:
    text, _, seal = desk.sign().rpartition(".")
    for other in (seal.upper(), f"{seal} ", f" {seal}", seal[:-1], f"{seal}0", "", seal[::-1]):
        with pytest.raises(LinkInvalid):
            desk.read(f"{text}.{other}")
