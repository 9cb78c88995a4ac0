"""The typed-in forms of the console."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import PasswordField, StringField
from wtforms.validators import InputRequired, Length

from app.services.agents.secrets_of_agents import LONGEST_PASSWORD
from app.web.shopper.forms import tidied


class SignInForm(FlaskForm):  # type: ignore[misc]
    """Who they are and the password."""

    email = StringField(
        "Email",
        filters=[tidied],
        validators=[
            InputRequired("Enter your email."),
            Length(max=320, message="An email address is shorter than this."),
        ],
    )
    password = PasswordField(
        "Password",
        validators=[
            InputRequired("Enter your password."),
            Length(max=LONGEST_PASSWORD, message="A password is shorter than this."),
        ],
    )


class CodeForm(FlaskForm):  # type: ignore[misc]
    """The code of the authenticator, or a recovery code."""

    code = StringField(
        "Code",
        filters=[tidied],
        validators=[
            InputRequired("Enter the code."),
            Length(max=40, message="A code is shorter than this."),
        ],
    )


class NewPasswordForm(FlaskForm):  # type: ignore[misc]
    """A password to be used from now on; how long it must be is said by `secrets_of_agents`."""

    password = PasswordField(
        "New password",
        validators=[
            InputRequired("Enter a password."),
            Length(max=LONGEST_PASSWORD, message=f"At most {LONGEST_PASSWORD} characters."),
        ],
    )
