"""What proves who an agent is: password, one-time code, recovery code. Checking only; nothing is stored here.

Argon2id with OWASP's smallest recommended cost (19 MiB, two passes, one lane). One-time codes are RFC 6238
by libpass, the library that Flask-Security stands on: see docs/adr/0007.
"""

from __future__ import annotations

import hashlib
import secrets
import unicodedata
from datetime import datetime

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from passlib.totp import TOTP, TokenError

ISSUER = "Evenly"
SHORTEST_PASSWORD, LONGEST_PASSWORD = 12, 200
RECOVERY_CODES = 10
STEP_SECONDS = 30  # a code of the step before or after is taken too: clocks differ

_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
# Checked when there is nobody of that name, so that both take the same time.
_NOBODY = _hasher.hash(secrets.token_urlsafe(16))


class WeakPassword(ValueError):
    """A password that is too short or too long; the message says so."""


def password_hash(password: str) -> str:
    """What is kept of a password. Raises WeakPassword."""
    plain = _normal(password)
    if not SHORTEST_PASSWORD <= len(plain) <= LONGEST_PASSWORD:
        raise WeakPassword(f"A password has {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters.")
    return _hasher.hash(plain)


def password_fits(password: str, stored: str | None) -> bool:
    """Whether this is the password; takes as long where there is none to compare with."""
    try:
        _hasher.verify(stored or _NOBODY, _normal(password[: 2 * LONGEST_PASSWORD]))
    except (VerificationError, InvalidHashError):
        return False
    return stored is not None


def new_totp_secret() -> str:
    """A fresh secret in base32, 160 bits."""
    return str(TOTP.new().base32_key)


def totp_address(secret: str, email: str) -> str:
    """What the QR code says to an authenticator app."""
    return str(TOTP(key=secret).to_uri(email, issuer=ISSUER))


def matching_step(secret: str, code: str, last_step: int | None, now: datetime) -> int | None:
    """The time step whose code this is, later than the last one that was taken; else None."""
    digits = "".join(sign for sign in code if not sign.isspace())
    try:
        match = TOTP(key=secret).match(digits, time=now, window=STEP_SECONDS)
    except (TokenError, ValueError, TypeError):
        return None
    step = int(match.counter)
    return step if last_step is None or step > last_step else None


def new_recovery_codes() -> list[str]:
    """Codes to write down: 48 bits each, in threes of four signs."""
    codes = (secrets.token_hex(6) for _ in range(RECOVERY_CODES))
    return ["-".join((code[:4], code[4:8], code[8:])) for code in codes]


def recovery_hash(code: str) -> str:
    """What is kept of a recovery code: random enough that a plain hash gives nothing away in time."""
    plain = "".join(sign for sign in code.lower() if sign in "0123456789abcdef")
    return hashlib.sha256(b"recovery\0" + plain.encode()).hexdigest()


def _normal(password: str) -> str:
    return unicodedata.normalize("NFKC", password)
