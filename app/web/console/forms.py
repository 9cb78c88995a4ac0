"""The typed-in forms of the console."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import HiddenField, PasswordField
from wtforms.validators import InputRequired, Length

from app.services.agents.passkeys import LONGEST_NAME
from app.services.agents.secrets_of_agents import LONGEST_PASSWORD
from app.web.fields import typed


def _own_password(label: str, missing: str) -> PasswordField:
    """The password that somebody has, as it is asked for."""
    too_long = Length(max=LONGEST_PASSWORD, message="A password is shorter than this.")
    return PasswordField(label, validators=[InputRequired(missing), too_long])


def _new_password() -> PasswordField:
    """A password to choose; how long it must be is said by `secrets_of_agents`."""
    longest = Length(max=LONGEST_PASSWORD, message=f"At most {LONGEST_PASSWORD} characters.")
    return PasswordField("New password", validators=[InputRequired("Enter a password."), longest])


class SignInForm(FlaskForm):  # type: ignore[misc]
    """Who they are and the password."""

    email = typed("Email", 320, "An email address is shorter than this.", "Enter your email.")
    password = _own_password("Password", "Enter your password.")


class ForgottenForm(FlaskForm):  # type: ignore[misc]
    """Whose password is forgotten."""

    email = typed("Email", 320, "An email address is shorter than this.", "Enter your email.")


class CodeForm(FlaskForm):  # type: ignore[misc]
    """The code of the authenticator, or a recovery code."""

    code = typed("Code", 40, "A code is shorter than this.", "Enter the code.")


class ProofForm(FlaskForm):  # type: ignore[misc]
    """The password once more, before something of how one signs in is changed."""

    own_password = _own_password("Your password now", "Enter the password that you have now.")


class NewPasswordForm(FlaskForm):  # type: ignore[misc]
    """A password to be used from now on."""

    password = _new_password()


class ChangePasswordForm(ProofForm):
    """The password of now, and the one that takes its place."""

    password = _new_password()


class PasskeyForm(FlaskForm):  # type: ignore[misc]
    """What somebody calls a passkey, and what their device said."""

    passkey_name = typed("Name", LONGEST_NAME, f"At most {LONGEST_NAME} characters.", "Give it a name.")
    answer = HiddenField()
