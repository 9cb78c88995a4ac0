"""What systems with plain settings and one secret have in common: showing, changing and forgetting them.

A system whose settings are more than values (Medusa's shop, Optoro's credential of two parts) has its own.
"""

from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any, Generic, TypeVar

from app.sandbox.checks import Check, Problem

Settings = TypeVar("Settings", bound=Any)


class OneSecret(Generic[Settings]):
    """The part of `app.sandbox.contract.System` that is about settings, a frozen dataclass."""

    def __init__(self, fresh: Settings, form: Check, hidden: str) -> None:
        """`form` checks changes, `hidden` names the field that is never shown."""
        self._fresh = self._settings = fresh
        self._form, self._hidden = form, hidden

    def settings(self) -> Mapping[str, object]:
        """The settings, with the secret masked."""
        shown = asdict(self._settings)
        return shown | {self._hidden: "***" if shown[self._hidden] else None}

    def configure(self, changes: Mapping[str, object]) -> list[Problem]:
        """Take the settings named and leave the rest; none of them when any is wrong."""
        problems = list(self._form(dict(changes), ""))
        if not problems:
            wanted: dict[str, Any] = dict(changes)
            self._settings = replace(self._settings, **wanted)
        return problems

    def reset(self) -> None:
        """Back to a fresh start."""
        self._settings = self._fresh

    def secret_headers(self) -> frozenset[str]:
        """None beside the usual one."""
        return frozenset()
