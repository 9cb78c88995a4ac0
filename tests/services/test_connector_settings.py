"""Connecting a store: settings in the open, secrets encrypted, and both checked before they are kept."""

from __future__ import annotations

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import func, select

from app.connectors.settings import InvalidSettings
from app.models import AuditEntry, Connector, db, store_scope
from app.services.connected_systems import placing_system, takes_one_exchange_only
from app.services.connector_settings import (
    Connections,
    NotConnected,
    UnknownSystem,
    connect_store,
    placer_for,
)
from app.services.secret_box import SecretBox, WrongKey
from tests.factories import NOW, make_store

OLD_KEY, NEW_KEY = Fernet.generate_key().decode(), Fernet.generate_key().decode()
SETTINGS = {"url": "https://shop.example", "optiturn_id": "Modrno", "auth": "bearer"}


def connections(keys: str = OLD_KEY) -> Connections:
    return Connections(SecretBox(keys))


def test_a_store_is_connected(acme: int) -> None:
    assert placing_system() is None
    assert not takes_one_exchange_only(placing_system())
    connect_store(connections(), acme, "optoro", SETTINGS, "s3cret", NOW)
    row = db.session.scalars(select(Connector)).one()
    assert row.secrets is not None
    assert "s3cret" not in row.secrets + str(row.settings)
    assert placer_for(connections(), "optoro").credentials() == {"Authorization": "Bearer s3cret"}
    assert placing_system() == "optoro"
    assert takes_one_exchange_only(placing_system())
    (entry,) = db.session.scalars(select(AuditEntry)).all()
    assert (entry.chain, entry.act, entry.details["fields"]) == (
        f"store:{acme}", "connected", ["auth", "optiturn_id", "url"],
    )  # fmt: skip


def test_connecting_again_replaces_settings_and_secret(acme: int) -> None:
    connect_store(connections(), acme, "optoro", SETTINGS, "s3cret", NOW)
    connect_store(connections(), acme, "optoro", SETTINGS | {"auth": "none"}, None, NOW)
    assert db.session.scalar(select(func.count(Connector.id))) == 1
    assert db.session.scalars(select(Connector)).one().secrets is None
    assert placer_for(connections(), "optoro").credentials() == {}


def test_what_is_refused_is_not_kept(acme: int) -> None:
    with pytest.raises(InvalidSettings, match="secret is needed for auth=bearer"):
        connect_store(connections(), acme, "optoro", SETTINGS, None, NOW)
    with pytest.raises(UnknownSystem, match=r"'shopware' is not a system .* there is: .*optoro"):
        connect_store(connections(), acme, "shopware", SETTINGS, None, NOW)
    with pytest.raises(InvalidSettings, match="url is on this machine"):
        connect_store(
            connections(), acme, "optoro", {"url": "http://localhost", "optiturn_id": "x"}, None, NOW
        )
    with pytest.raises(NotConnected):
        placer_for(connections(), "optoro")


def test_a_key_is_replaced_without_a_gap(acme: int) -> None:
    connect_store(connections(OLD_KEY), acme, "optoro", SETTINGS, "s3cret", NOW)
    both = f"{NEW_KEY}, {OLD_KEY}"
    assert placer_for(connections(both), "optoro").credentials() == {"Authorization": "Bearer s3cret"}
    connect_store(connections(both), acme, "optoro", SETTINGS, "s3cret", NOW)
    assert placer_for(connections(NEW_KEY), "optoro").credentials() == {"Authorization": "Bearer s3cret"}
    with pytest.raises(WrongKey):
        placer_for(connections(OLD_KEY), "optoro")


def test_one_store_does_not_use_the_connector_of_another(acme: int) -> None:
    connect_store(connections(), acme, "optoro", SETTINGS, "s3cret", NOW)
    with store_scope(make_store("globex")), pytest.raises(NotConnected):
        placer_for(connections(), "optoro")


def test_secrets_at_rest() -> None:
    box = SecretBox(OLD_KEY)
    stored = box.encrypt("s3cret ü")
    assert box.decrypt(stored) == "s3cret ü"
    assert box.encrypt("s3cret ü") != stored
    renewed = SecretBox(f"{NEW_KEY},{OLD_KEY}").renew(stored)
    assert SecretBox(NEW_KEY).decrypt(renewed) == "s3cret ü"
    for damaged in ("", stored[:-1], "x" + stored[1:], "no token at all", "ü"):
        with pytest.raises(WrongKey):
            box.decrypt(damaged)


@pytest.mark.parametrize(
    "keys", ["", ",", "short", pytest.param(f"{OLD_KEY},short", id="one-good-one-short")]
)
def test_a_key_that_is_none_is_refused_without_being_shown(keys: str) -> None:
    with pytest.raises(ValueError, match="ENCRYPTION_KEY must be Fernet keys") as refused:
        SecretBox(keys)
    assert OLD_KEY not in str(refused.value)
