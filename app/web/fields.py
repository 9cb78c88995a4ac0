"""Fields that people type into, for the forms of shoppers and of agents alike."""

from __future__ import annotations

from typing import Any

from wtforms import StringField
from wtforms.validators import InputRequired, Length, Regexp


def tidied(text: Any) -> Any:
    """What was typed without the spaces around it."""
    return text.strip() if isinstance(text, str) else text


def typed(
    label: str, longest: int, too_long: str, missing: str | None = None, form: Regexp | None = None
) -> StringField:
    """A line of at most so many characters, tidied before it is checked.

    Needed where there is a sentence for when it is `missing`; of a certain `form` where there is one.
    """
    checks = [
        InputRequired(missing) if missing else None,
        Length(max=longest, message=too_long),
        form,
    ]
    return StringField(label, filters=[tidied], validators=[check for check in checks if check])
