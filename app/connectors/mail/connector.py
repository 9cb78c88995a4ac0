"""One mail, one step: the message is made once, stored, and repeated byte for byte.

What a code of the server means (RFC 5321, 4.2.1): 2xx it has the mail and answers for it, 4xx not now, 5xx
never. When nothing is heard after the mail has left, it is sent again: its Message-ID is the same, so a
mailbox that got it twice may know it for one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Self

from app.connectors.answers import one_line
from app.connectors.base import Done, Outcome, Refused, Reply, Request, Step
from app.connectors.mail.message import CannotAddress, message_bytes
from app.connectors.mail.server import MailServer
from app.connectors.results import Told
from app.connectors.settings import InvalidSettings
from app.domain.letter import Letter, Written

METHOD = "MAIL"
LONGEST_WORDS = 300
ADDRESS = re.compile(r"[^\s<>\"']+@[^\s<>\"']+")


@dataclass(frozen=True)
class Post:
    """What mails are sent with: the server, the address they come from, and who puts letters into words."""

    server: MailServer
    sender: str
    write: Callable[[Letter], Written]


@dataclass(frozen=True)
class Mail:
    """See `app.connectors.base.Connector`. `secrets` stand for places that stored bytes leave open."""

    post: Post
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)

    system: ClassVar = "mail"
    safe_to_repeat: ClassVar = True

    @classmethod
    def configure(  # what every connector is asked
        cls,
        settings: Mapping[str, Any],  # noqa: ARG003
        secret: str | None,  # noqa: ARG003
        *,
        allow_loopback: bool,  # noqa: ARG003
    ) -> Self:
        """Raises InvalidSettings: the server is the deployment's."""
        raise InvalidSettings({"mail": "is set up by SMTP_URL and MAIL_FROM, for all stores"})

    def next_step(self, message: Letter, answers: Sequence[Reply]) -> Step:
        if answers:
            return Done(Told())
        try:
            body = message_bytes(message, self.post.write(message), self.post.sender)
        except CannotAddress as problem:
            return Refused(str(problem))
        return Request("mail", METHOD, self.post.server.url, {}, body)

    def outcome(self, reply: Reply) -> Outcome:
        if 200 <= reply.status < 300:
            return Outcome.DELIVERED
        return Outcome.TRY_LATER if 400 <= reply.status < 500 else Outcome.REJECTED

    def explain(self, reply: Reply) -> str:
        said = ADDRESS.sub("…", one_line(reply.body.decode("utf-8", "replace")))[:LONGEST_WORDS].rstrip(".")
        return f"The mail server answered {reply.status}" + (f": {said}" if said else "")

    def credentials(self) -> Mapping[str, str]:
        """The server as it is set up today, who we are to it, and what goes into the message on the way out.

        A mail that was made for another server is handed in at this one: that one must not get the password.
        """
        server = self.post.server
        known = {"smtp-user": server.user, "smtp-password": server.password} if server.user else {}
        return {"smtp-server": server.url, **known, **self.secrets}

    def stored_settings(self) -> dict[str, Any]:
        return {}
