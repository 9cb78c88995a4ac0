"""The words of mails that somebody asked for with an address: whoever it was, only its owner reads them."""

from __future__ import annotations

from app.web.mails.pages import MailLink, MailPage
from app.web.mails.telling import Telling

ASKED = "You get this e-mail because somebody asked for it with your address."


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
