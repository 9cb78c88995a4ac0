"""T5, T32: signed links: nobody makes one without the key, looking uses nothing up, keys can be replaced."""

from __future__ import annotations

import hashlib
import hmac
import random
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pytest
import time_machine
from flask import Flask

from app.domain.signed_link import prove, sign, signature_of, take_apart
from app.models import LinkKey, db, store_scope
from app.services import portal_links
from app.services.portal_links import LinkExpired, LinkInvalid, NewKey, Purpose, address_of
from app.services.secret_box import SecretBox
from tests.factories import NOW, Bought, make_order, make_store
from tests.web.browsing import Browser
from tests.web.conftest import Shop
from tests.web.snapshots import everything

NewBrowser = Callable[..., Browser]
LATER = NOW + timedelta(days=30)
SEED = 20_261_122
MUTATIONS = 10_000


@dataclass(frozen=True)
class Desk:
    """Where links of one store are made and read."""

    app: Flask
    box: SecretBox
    store_id: int

    def make_key(self, **options: object) -> NewKey:
        with self.app.app_context():
            return portal_links.make_key(self.box, self.store_id, NOW, **options)  # type: ignore[arg-type]

    def sign(self, order: str = "AC-1001", purpose: Purpose = Purpose.BUYER, until: datetime = LATER) -> str:
        with self.app.app_context():
            return portal_links.sign(self.box, self.store_id, order, purpose, until)

    def read(self, token: str, now: datetime = NOW) -> portal_links.SignedLink:
        with self.app.app_context():
            return portal_links.read(self.box, self.store_id, token, now)

    def path(self, token: str) -> str:
        return address_of("", "acme", token)


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    return sqlite_database_url


@pytest.fixture
def desk(app: Flask, shop: Shop) -> Desk:
    return Desk(app, app.extensions["evenly.connections"].box, shop.store_id)


@pytest.fixture
def key(desk: Desk) -> NewKey:
    return desk.make_key()


def test_a_link_is_what_a_mail_template_computes(desk: Desk, key: NewKey) -> None:
    """Written out as in docs/links.md, with nothing of ours."""
    expiry = "1798000000"
    signed = "v1." + key.name + ".AC-1001.buyer." + expiry
    seal = hmac.new(key.secret.encode(), signed.encode(), hashlib.sha256).hexdigest()
    link = desk.read(f"{signed}.{seal}")
    assert (link.order_number, link.purpose, int(link.expires_at.timestamp())) == (
        "AC-1001",
        "buyer",
        1798000000,
    )
    assert desk.sign(until=link.expires_at) == f"{signed}.{seal}"


@pytest.mark.parametrize(
    "number",
    [
        "1002",
        "AC-1002",
        "#1002",
        "a.b",
        "1..2",
        "v1.k1.x.buyer.1",
        "A/B",
        "A B",
        "50%",
        "Ä-1",
        "注文１",
        "a+b",
        "?q=1&x",
    ],
)
def test_any_order_number_travels(
    app: Flask, shop: Shop, desk: Desk, key: NewKey, shopper: Browser, number: str
) -> None:
    with app.app_context(), store_scope(shop.store_id):
        make_order(shop.store_id, Bought(), number=number)
        db.session.remove()
    token = desk.sign(number)
    assert desk.read(token).order_number == number
    page = shopper.get(desk.path(token))
    assert page.status_code == 200
    action = re.search(r'<form method="post" action="([^"]+)"', page.text)
    assert action
    to = action[1].replace("&amp;", "&")
    assert shopper.send(desk.path(token), {}, to=to).status_code == 303


def test_opening_and_looking(app: Flask, desk: Desk, key: NewKey, shopper: Browser) -> None:
    path = desk.path(desk.sign())
    before = everything(app)
    for _ in range(50):
        page = shopper.get(path)
        assert page.status_code == 200
        assert "Exchange items from order AC-1001" in page.text
        assert key.secret not in page.text
    assert everything(app) == before
    opened = shopper.send(path, {})
    assert opened.status_code == 303
    assert "/l/" not in opened.location
    assert shopper.get(opened.location).status_code == 200


def test_a_link_opens_again_and_for_somebody_else_until_it_expires(
    desk: Desk, key: NewKey, shopper: Browser, new_browser: NewBrowser
) -> None:
    path = desk.path(desk.sign())
    for browser in (shopper, shopper, new_browser()):
        assert browser.send(path, {}).status_code == 303


def test_an_expired_link_says_so_and_how_to_go_on(
    desk: Desk, key: NewKey, shopper: Browser, today: time_machine.Traveller
) -> None:
    path = desk.path(desk.sign(until=NOW + timedelta(hours=1)))
    token = shopper.token(path)
    today.shift(timedelta(hours=2))
    for answer in (shopper.get(path), shopper.post(path, {"csrf_token": token})):
        assert answer.status_code == 410
        assert "This link has expired" in answer.text
        assert 'href="/acme/"' in answer.text
        assert "AC-1001" not in answer.text


@pytest.mark.parametrize(
    "token", ["x", "v1", "v1.k1.AC-1001.buyer.1798000000", "....", "v1.k1....." + "0" * 64]
)
def test_what_is_no_link_is_not_found(key: NewKey, desk: Desk, shopper: Browser, token: str) -> None:
    answer = shopper.get(desk.path(token))
    assert answer.status_code == 404
    assert "AC-1001" not in answer.text


def test_a_link_for_an_order_that_is_not_there(desk: Desk, key: NewKey, shopper: Browser) -> None:
    path = desk.path(desk.sign("AC-9999"))
    assert shopper.send(path, {}).status_code == 404


def test_a_gift_link_opens_the_recipients_view(desk: Desk, key: NewKey, shopper: Browser) -> None:
    token = desk.sign(purpose=Purpose.GIFT)
    assert desk.read(token).purpose is Purpose.GIFT
    assert "/gifts/" in shopper.send(desk.path(token), {}).location
    assert "/exchanges/" in shopper.send(desk.path(desk.sign()), {}).location


def test_the_exact_second_of_expiry(desk: Desk, key: NewKey) -> None:
    token = desk.sign()
    assert desk.read(token, LATER - timedelta(seconds=1)).order_number == "AC-1001"
    with pytest.raises(LinkExpired):
        desk.read(token, LATER)


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


def test_the_same_key_name_of_another_store_is_another_key(app: Flask, desk: Desk, key: NewKey) -> None:
    with app.app_context():
        kaze = replace(desk, store_id=make_store("kaze"))
    with pytest.raises(LinkInvalid):
        kaze.read(desk.sign())
    assert kaze.make_key().name == key.name
    with pytest.raises(LinkInvalid):
        kaze.read(desk.sign())


def test_after_a_rotation_mails_already_sent_keep_working_until_the_overlap_ends(
    desk: Desk, key: NewKey
) -> None:
    old = desk.sign()
    newer = desk.make_key(replace=True, overlap=timedelta(days=7))
    assert (key.name, newer.name) == ("k1", "k2")
    assert desk.sign().startswith("v1.k2.")
    assert desk.read(old, NOW + timedelta(days=7, seconds=-1)).order_number == "AC-1001"
    with pytest.raises(LinkExpired):
        desk.read(old, NOW + timedelta(days=7))
    assert desk.read(desk.sign(), NOW + timedelta(days=8)).order_number == "AC-1001"


def test_without_overlap_a_leaked_key_is_worth_nothing_at_once(desk: Desk, key: NewKey) -> None:
    desk.make_key(replace=True)
    forged = sign(key.secret, key.name, "AC-1001", Purpose.BUYER, LATER)
    with pytest.raises(LinkExpired):
        desk.read(forged)


def test_a_key_is_made_once_and_kept_encrypted(app: Flask, desk: Desk, key: NewKey) -> None:
    with pytest.raises(portal_links.KeyExists):
        desk.make_key()
    with app.app_context(), store_scope(desk.store_id):
        row = db.session.scalars(db.select(LinkKey)).one()
        assert key.secret not in row.secret
        assert desk.box.decrypt(row.secret) == key.secret
    assert len(key.secret) == 64


def test_without_a_key_nothing_is_signed(desk: Desk) -> None:
    with pytest.raises(portal_links.NoLinkKey):
        desk.sign()


def test_what_could_not_be_read_back_is_not_signed(desk: Desk, key: NewKey) -> None:
    for number in ("", "a\nb", "x" * 600):
        with pytest.raises(LinkInvalid):
            desk.sign(number)
