"""Changing a store's policy: all or nothing, each change a new version that is kept and audited.

What a field may hold is `app.domain.policy`. Nothing here decides anything by a policy.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select

from app.domain.policy import KINDS, InvalidPolicy, Policy
from app.models import PolicyVersion, Store, db, store_scope, writing
from app.services import audit

VERSION = "version"


@dataclass(frozen=True)
class PolicyChange:
    """The policy now in force, and each changed field's data before and after; none: no new version."""

    policy: Policy
    changed: Mapping[str, tuple[Any, Any]]


def read_typed(fields: Mapping[str, str]) -> dict[str, Any]:
    """Typed texts as policy data: numbers, true and false, none, lists with commas."""
    return {name: KINDS[name].read(text) if name in KINDS else text for name, text in fields.items()}


def policy_data(policy: Policy) -> dict[str, Any]:
    """The policy as it is stored and exported: every field but the version, which counts by itself."""
    return {name: value for name, value in policy.to_data().items() if name != VERSION}


def change_policy(slug: str, changes: Mapping[str, Any], actor: str, now: datetime) -> PolicyChange:
    """Set these fields of a store's policy. What is the same already makes no new version.

    Raises InvalidPolicy with every field at fault, nothing changed then, and LookupError for an unknown
    store.
    """
    with writing():
        store = db.session.scalar(select(Store).where(Store.slug == slug).with_for_update())
        if store is None:
            raise LookupError(slug)
        before = store.policy
        after = replace(_with_changes(before, changes), version=before.version + 1)
        was = policy_data(before)
        changed = {name: (was[name], data) for name, data in policy_data(after).items() if data != was[name]}
        if not changed:
            return PolicyChange(before, {})
        with store_scope(store.id):
            keep_version(store, store.created_at, "operator")
            store.policy_data, store.policy_version = policy_data(after), after.version
            keep_version(store, now, actor)
            details = {"version": after.version, "changed": changed}
            audit.record(f"store:{store.id}", actor, "policy changed", details, now)
        return PolicyChange(after, changed)


def keep_version(store: Store, at: datetime, actor: str) -> None:
    """Write down the policy in force, unless it is there; within the caller's transaction and scope."""
    known = select(PolicyVersion.id).where(PolicyVersion.version == store.policy_version)
    if db.session.scalar(known) is None:
        data = policy_data(store.policy)
        row = PolicyVersion(store_id=store.id, version=store.policy_version, data=data, at=at, actor=actor)
        db.session.add(row)
        db.session.flush()


def policy_at(store: Store, version: int) -> Policy:
    """The policy of that version. Raises LookupError for one that never was."""
    if version == store.policy_version:
        return store.policy
    with store_scope(store.id):
        data = db.session.scalar(select(PolicyVersion.data).where(PolicyVersion.version == version))
    if data is None:
        raise LookupError(f"policy version {version} of {store.slug}")
    return Policy.from_data(data | {VERSION: version})


def _with_changes(policy: Policy, changes: Mapping[str, Any]) -> Policy:
    problems = {}
    if VERSION in changes:
        problems[VERSION] = "cannot be set: it counts up by itself"
    given = {name: value for name, value in changes.items() if name != VERSION}
    try:
        made = Policy.from_data(policy.to_data() | given)
    except InvalidPolicy as refused:
        raise InvalidPolicy(problems | refused.problems) from None
    if problems:
        raise InvalidPolicy(problems)
    return made
