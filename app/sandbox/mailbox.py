"""The mailbox page: every mail that the portal has sent, as its reader would see it.

What is here: the list, one mail as HTML and as text, and all of it as JSON. What is not: taking mail in
(`smtp.py`) and keeping it (`ledger.py`). A mail is a stranger's page, so it runs no script and loads nothing.
"""

import email
import email.policy
from collections.abc import Iterable, Mapping
from email.message import EmailMessage
from html import escape
from typing import NamedTuple

MAIL_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'none'",
    "X-Content-Type-Options": "nosniff",
}

PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Mailbox</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/sandbox.css">
</head>
<body>
<main>
<h1>Mailbox</h1>
<p>Every mail that the portal sends ends here, whoever it is addressed to. <a href="/mailbox">Look again</a> ·
<a href="/">Sandbox platform</a></p>
{entries}
</main>
</body>
</html>
"""

ENTRY = """<article>
<h2><a href="/mailbox/{number}">{subject}</a></h2>
<p>To {to} · <time datetime="{at}">{at}</time> · <a href="/mailbox/{number}/text">as text</a></p>
</article>"""


class Mail(NamedTuple):
    """One mail as it came in. `recipients` are those of the envelope."""

    number: int
    at: str
    recipients: tuple[str, ...]
    raw: bytes

    def message(self) -> EmailMessage:
        read = email.message_from_bytes(self.raw, policy=email.policy.default)
        if not isinstance(read, EmailMessage):
            raise TypeError("the default policy makes no such message")
        return read

    def body(self, subtype: str) -> str:
        """The decoded `html` or `plain` part, empty where there is none."""
        part = self.message().get_body((subtype,))
        return "" if part is None else str(part.get_content()).replace("\r\n", "\n")


def mailbox_page(mails: Iterable[Mail]) -> str:
    """The list, the newest first."""
    entries = "\n".join(_entry(mail) for mail in mails)
    return PAGE.format(entries=entries or "<p>No mail has come yet.</p>")


def as_data(mail: Mail) -> Mapping[str, object]:
    """A mail as JSON data."""
    message = mail.message()
    return {
        "number": mail.number,
        "at": mail.at,
        "to": list(mail.recipients),
        "from": str(message["From"]),
        "subject": str(message["Subject"]),
        "message_id": str(message["Message-ID"]),
        "text": mail.body("plain"),
        "html": mail.body("html"),
    }


def _entry(mail: Mail) -> str:
    return ENTRY.format(
        number=mail.number,
        subject=escape(str(mail.message()["Subject"] or "(no subject)")),
        to=escape(", ".join(mail.recipients)),
        at=escape(mail.at),
    )
