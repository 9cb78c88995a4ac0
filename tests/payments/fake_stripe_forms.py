"""Reading Stripe's forms: `a[b][0]=1` is a text inside a list inside a structure. Everything is text."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qsl

Form = dict[str, Any]

NAME = re.compile(r"([a-z_]+)((?:\[[a-z0-9_]+\])*)")


class NotAForm(ValueError):
    """A field's name that Stripe would not understand."""


def read_form(written: str) -> Form:
    """The structure that the fields describe; lists are structures that count from "0"."""
    form: Form = {}
    for name, value in parse_qsl(written, keep_blank_values=True, strict_parsing=bool(written)):
        found = NAME.fullmatch(name)
        if found is None:
            raise NotAForm(name)
        path = [found[1], *re.findall(r"\[([a-z0-9_]+)\]", found[2])]
        inside = form
        for part in path[:-1]:
            inside = inside.setdefault(part, {})
        inside[path[-1]] = value
    return form


def listed(form: Form | None) -> list[Any]:
    """The entries of a list, which must count from 0 without a gap."""
    if form is None:
        return []
    assert list(form) == [str(place) for place in range(len(form))], form
    return list(form.values())
