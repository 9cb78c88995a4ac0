"""The bytes of a mail (RFC 5322, MIME): headers that say what it is, a text part and an HTML part.

Nothing in it is drawn at random or read from the clock: the same letter gives the same bytes.
"""

from __future__ import annotations

import hashlib
import re
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from app.connectors.answers import one_line
from app.domain.letter import Letter, Written

LONGEST_SUBJECT = 150
ENCODING = "quoted-printable"  # 7 bits on every line: no server on the way has to be asked what it can carry
LONGEST_NAME = 64  # RFC 5321, 4.5.3.1.1
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"  # RFC 5322, 3.2.3
NAME = re.compile(rf"{_ATOM}(?:\.{_ATOM})*")
DOMAIN = re.compile(r"(?=.{1,253}$)[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})+")


class CannotAddress(ValueError):
    """No mail can go to this address; the message never holds it."""


def message_bytes(letter: Letter, written: Written, sender: str) -> bytes:
    """The whole message with CRLF line ends. Raises CannotAddress.

    `Auto-Submitted` (RFC 3834) keeps holiday replies from being sent to a machine.
    """
    message = EmailMessage(policy=SMTP)
    message["From"] = _named(letter.sender.name, sender)
    message["To"] = _recipient(letter.to)
    if letter.sender.reply_to:
        message["Reply-To"] = _named(letter.sender.name, letter.sender.reply_to)
    message["Subject"] = one_line(written.subject)[:LONGEST_SUBJECT]
    message["Date"] = format_datetime(letter.at)
    message["Message-ID"] = f"<{letter.message_id}@{sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(written.text, cte=ENCODING)
    message.add_alternative(written.html, subtype="html", cte=ENCODING)
    message.set_boundary(f"=_{hashlib.sha256(letter.message_id.encode()).hexdigest()[:40]}")
    return message.as_bytes()


def _recipient(text: str) -> Address:
    """One address, its host in the letters of the DNS. Names in quotes are refused: they hide tricks."""
    name, _, host = text.strip(" ").rpartition("@")
    try:
        domain = host.encode("idna").decode("ascii")
    except UnicodeError:
        domain = ""
    if len(name) > LONGEST_NAME or not NAME.fullmatch(name) or not DOMAIN.fullmatch(domain):
        raise CannotAddress("no mail can be sent to what was given as the e-mail address")
    return Address(username=name, domain=domain)


def _named(name: str, address: str) -> Address:
    return Address(display_name=one_line(name), addr_spec=address)
