"""T32: the key of a store's links can be replaced, with mails on their way and at once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask

from app.domain.signed_link import sign
from app.models import LinkKey, db, store_scope
from app.services import portal_links
from app.services.portal_links import LinkExpired, LinkInvalid, NewKey, Purpose
from tests.factories import NOW, make_store
from tests.web.link_cases import LATER, Desk, database_url, desk, key

__all__ = ["database_url", "desk", "key"]


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
