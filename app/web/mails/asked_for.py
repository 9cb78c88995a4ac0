"""The words of mails about an address itself: links asked for with it, and how its owner signs in."""

from __future__ import annotations

from collections.abc import Mapping

from app.domain.letter import SignInChange
from app.web.mails.pages import MailLink, MailPage
from app.web.mails.telling import Telling

ASKED = "You get this e-mail because somebody asked for it with your address."
CHANGED: Mapping[SignInChange, tuple[str, str]] = {
    SignInChange.PASSWORD: (
        "Your password was changed",
        "Only the new one is taken now, and you are signed out everywhere else.",
    ),
    SignInChange.RECOVERY_CODES: (
        "You have new recovery codes",
        "Those of before are not taken any more.",
    ),
    SignInChange.AUTHENTICATOR: (
        "Your authenticator was replaced",
        "Codes of the one before are not taken any more, and you are signed out everywhere else.",
    ),
}


def links(telling: Telling) -> MailPage:
    """Ways to the recent orders of an address."""
    until = telling.moment(telling.fact("until"))
    return MailPage(
        subject=f"Your orders at {telling.letter.sender.name}",
        headline="Your recent orders",
        lead=("Somebody, hopefully you, asked for links to the orders of this e-mail address.",),
        links=tuple(
            MailLink(f"Open order {each['order']}", telling.within(each["path"]))
            for each in telling.fact("links")
        ),
        after=(
            f"The links work until {until}. Whoever has them can see the orders, so keep them to yourself.",
            "If it was not you, there is nothing to do: nobody but you got them.",
        ),
        reason=ASKED,
    )


def new_password(telling: Telling) -> MailPage:
    """For an agent who has forgotten theirs."""
    until = telling.moment(telling.fact("until"))
    return MailPage(
        subject=f"Another password for the {telling.letter.sender.name} console",
        headline="Choose another password",
        lead=("Somebody, hopefully you, has forgotten the password that goes with this e-mail address.",),
        links=(MailLink("Choose a password", telling.reset_url(telling.fact("place"))),),
        after=(
            f"The link works once, until {until}. You are then signed out everywhere, and the code of your"
            " authenticator is asked for as ever.",
            "If it was not you, there is nothing to do: your password stays as it is.",
        ),
        reason=ASKED,
    )


def sign_in_changed(telling: Telling) -> MailPage:
    """For an agent who changed how they sign in, or in whose name somebody did."""
    headline, follows = CHANGED[SignInChange(telling.fact("what"))]
    store = telling.letter.sender.name
    at = telling.moment(telling.letter.at.isoformat())
    return MailPage(
        subject=f"{headline}: {store} console",
        headline=headline,
        lead=(f"This was done on {at}. {follows}",),
        after=(
            "If it was you, there is nothing to do.",
            f"If it was not you, tell an admin of {store} at once: they can sign you out everywhere and give"
            " you a link for another password.",
        ),
        reason="You get this e-mail because this address signs in to the console.",
    )
