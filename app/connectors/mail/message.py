"""The bytes of a mail (RFC 5322, MIME): headers that say what it is, a text part and an HTML part.

Nothing in it is drawn at random or read from the clock: the same letter gives the same bytes.
"""

from __future__ import annotations

import hashlib
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from app.connectors.answers import one_line
from app.domain.letter import Letter, Written

LONGEST_SUBJECT = 150
ENCODING = "quoted-printable"  # 7 bits on every line: no server on the way has to be asked what it can carry


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
    """One address, its host in the letters of the DNS."""
    name, _, host = one_line(text).rpartition("@")
    try:
        address = Address(username=name, domain=host.encode("idna").decode("ascii"))
        if not name.isascii() or not name or not host:
            raise CannotAddress("no mail server takes this e-mail address")
        # What the parts were made of must read back as the same: no comma, no angle bracket got in.
        if Address(addr_spec=address.addr_spec) != address:
            raise CannotAddress("this is not one e-mail address")
    except CannotAddress:
        raise
    except (ValueError, IndexError):
        raise CannotAddress("this is not an e-mail address") from None
    return address


def _named(name: str, address: str) -> Address:
    return Address(display_name=one_line(name), addr_spec=address)
