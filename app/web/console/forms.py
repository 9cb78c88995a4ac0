"""The typed-in forms of the console."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import HiddenField, PasswordField
from wtforms.validators import InputRequired, Length

from app.services.agents.passkeys import LONGEST_NAME
from app.services.agents.secrets_of_agents import LONGEST_PASSWORD
from app.web.fields import typed


class SignInForm(FlaskForm):  # type: ignore[misc]
    """Who they are and the password."""

    email = typed("Email", 320, "An email address is shorter than this.", "Enter your email.")
    password = PasswordField(
        "Password",
        validators=[
            InputRequired("Enter your password."),
            Length(max=LONGEST_PASSWORD, message="A password is shorter than this."),
        ],
    )


class ForgottenForm(FlaskForm):  # type: ignore[misc]
    """Whose password is forgotten."""

    email = typed("Email", 320, "An email address is shorter than this.", "Enter your email.")


class CodeForm(FlaskForm):  # type: ignore[misc]
    """The code of the authenticator, or a recovery code."""

    code = typed("Code", 40, "A code is shorter than this.", "Enter the code.")


class NewPasswordForm(FlaskForm):  # type: ignore[misc]
    """A password to be used from now on; how long it must be is said by `secrets_of_agents`."""

    password = PasswordField(
        "New password",
        validators=[
            InputRequired("Enter a password."),
            Length(max=LONGEST_PASSWORD, message=f"At most {LONGEST_PASSWORD} characters."),
        ],
    )


class PasskeyForm(FlaskForm):  # type: ignore[misc]
    """What somebody calls a passkey, and what their device said."""

    passkey_name = typed("Name", LONGEST_NAME, f"At most {LONGEST_NAME} characters.", "Give it a name.")
    answer = HiddenField()
