"""A policy changes whole or not at all; every version stays to be looked up, and who made it."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.domain.policy import InvalidPolicy, Policy
from app.models import AuditEntry, PolicyVersion, Store, db
from app.services import audit
from app.services.policies import change_policy, policy_at, policy_data, read_typed
from tests.factories import NOW

LATER = NOW + timedelta(days=1)


def store_row() -> Store:
    db.session.expire_all()
    return db.session.scalars(select(Store)).one()


def versions() -> list[tuple[int, int, str]]:
    rows = db.session.scalars(select(PolicyVersion).order_by(PolicyVersion.version))
    return [(row.version, row.data["window_days"], row.actor) for row in rows]


def test_a_change_makes_a_version_and_keeps_the_one_before(acme: int) -> None:
    done = change_policy("acme", {"window_days": 45}, "Grace", LATER)
    assert done.changed == {"window_days": (30, 45)}
    assert (store_row().policy_version, store_row().policy.window_days) == (2, 45)
    assert store_row().policy.undo_minutes == 0  # what was chosen before stays
    assert versions() == [(1, 30, "operator"), (2, 45, "Grace")]


def test_every_version_can_be_looked_up(acme: int) -> None:
    for days in (45, 60):
        change_policy("acme", {"window_days": days}, "Grace", LATER)
    found = [policy_at(store_row(), version) for version in (1, 2, 3)]
    assert [(policy.version, policy.window_days) for policy in found] == [(1, 30), (2, 45), (3, 60)]
    with pytest.raises(LookupError):
        policy_at(store_row(), 4)


def test_what_is_the_same_already_makes_no_version(acme: int) -> None:
    done = change_policy("acme", {"window_days": 30, "excluded_tags": []}, "Grace", LATER)
    assert not done.changed
    assert (store_row().policy_version, versions()) == (1, [])


def test_all_that_is_wrong_is_said_at_once_and_nothing_changed(acme: int) -> None:
    wrong = {"window_days": 45, "refund_to": "you", "foo": 1, "version": 7, "undo_minutes": -1}
    with pytest.raises(InvalidPolicy) as refused:
        change_policy("acme", wrong, "Grace", LATER)
    assert set(refused.value.problems) == {"refund_to", "foo", "version", "undo_minutes"}
    assert (store_row().policy_version, store_row().policy.window_days, versions()) == (1, 30, [])


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"bonus_percent": 10, "bonus_fixed": 500}, "bonus_fixed"),
        ({"other_products": "tagged"}, "other_products_tags"),
    ],
)
def test_choices_that_contradict_each_other_are_refused(
    acme: int, changes: dict[str, object], field: str
) -> None:
    with pytest.raises(InvalidPolicy) as refused:
        change_policy("acme", changes, "Grace", LATER)
    assert list(refused.value.problems) == [field]


def test_a_change_is_audited_with_both_values(acme: int) -> None:
    change_policy("acme", {"shipping_fee": 500}, "Grace", LATER)
    entry = db.session.scalars(select(AuditEntry)).one()
    assert (entry.actor, entry.act) == ("Grace", "policy changed")
    assert entry.details == {"version": 2, "changed": {"shipping_fee": [0, 500]}}
    assert audit.verify(f"store:{acme}").whole


def test_an_unknown_store_is_not_there(acme: int) -> None:
    with pytest.raises(LookupError):
        change_policy("nobody", {"window_days": 45}, "Grace", LATER)


def test_what_is_written_out_is_taken_in_again_unchanged(acme: int) -> None:
    change_policy("acme", {"reasons": ["damaged", "too_small"], "expedited_fee": 1_200}, "Grace", LATER)
    exported = json.loads(json.dumps(policy_data(store_row().policy)))
    assert not change_policy("acme", exported, "Grace", LATER).changed
    assert Policy.from_data(exported) == Policy.from_data(policy_data(store_row().policy))


@pytest.mark.parametrize(
    ("field", "typed", "data"),
    [
        ("window_days", "45", 45),
        ("window_days", " 45 ", 45),
        ("window_days", "-1", -1),  # refused later, as a number out of bounds
        ("window_days", "4.5", "4.5"),
        ("window_days", "٤٥", "٤٥"),
        ("bonus_cap", "none", None),
        ("gift_card", "false", False),
        ("gift_card", "no", "no"),
        ("excluded_tags", "a, b", ["a", "b"]),
        ("excluded_tags", "none", []),
        ("excluded_tags", "", []),
        ("excluded_tags", "a,,b", ["a", "", "b"]),
        ("refund_to", "gift_card", "gift_card"),
        ("no_such_field", "1", "1"),
    ],
)
def test_typed_texts_become_data(field: str, typed: str, data: object) -> None:
    assert read_typed({field: typed}) == {field: data}
