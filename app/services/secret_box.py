"""Secrets at rest: connector credentials and link keys are encrypted with a key kept elsewhere.

Fernet (AES-128 in CBC mode with HMAC-SHA256). Several keys may be given, newest first: the first
encrypts, all of them decrypt, so that a key can be replaced without a moment in which nothing works.
"""

from __future__ import annotations

import hmac

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from app.connectors.results import Sealed


class WrongKey(ValueError):
    """What was stored cannot be opened with any key in `ENCRYPTION_KEY`."""


class SecretBox:
    """Turns a secret into text fit for a database, and back."""

    def __init__(self, keys: str) -> None:
        """Take the keys of the setting `encryption_key`: comma-separated, newest first.

        Raises ValueError when one of them is not a Fernet key; the message never shows it.
        """
        given = [key.strip() for key in keys.split(",") if key.strip()]
        try:
            self._fernet = MultiFernet([Fernet(key) for key in given])
        except ValueError:
            raise ValueError("ENCRYPTION_KEY must be Fernet keys, separated by commas") from None
        self._seals = [hmac.digest(key.encode(), b"seal", "sha256") for key in given]
        self._marks = [hmac.digest(key.encode(), b"mark", "sha256") for key in given]

    def encrypt(self, secret: str) -> str:
        return self._fernet.encrypt(secret.encode()).decode("ascii")

    def decrypt(self, stored: str) -> str:
        """The secret again. Raises WrongKey."""
        try:
            return self._fernet.decrypt(stored.encode()).decode()
        except (InvalidToken, UnicodeError):
            raise WrongKey("a stored secret needs a key that ENCRYPTION_KEY no longer has") from None

    def sealed(self, secret: str) -> Sealed:
        """The secret as it may be kept, and by which it is known again without being opened."""
        return Sealed(self.encrypt(secret), self.marks(secret))

    def marks(self, secret: str) -> tuple[str, ...]:
        """64 hexadecimal signs for each key, the newest first: the same for the same secret.

        HMAC-SHA256, so that without a key nobody can try secrets out against what is stored.
        """
        return tuple(hmac.new(key, secret.encode(), "sha256").hexdigest() for key in self._marks)

    def seal(self, text: str) -> str:
        """64 hexadecimal signs over the text that nobody else can make: HMAC-SHA256 under the newest key."""
        return hmac.new(self._seals[0], text.encode(), "sha256").hexdigest()

    def is_seal(self, text: str, seal: str) -> bool:
        """Whether one of the keys made it over this very text."""
        made = (hmac.new(key, text.encode(), "sha256").hexdigest() for key in self._seals)
        return any(hmac.compare_digest(each, seal) for each in made)

    def renew(self, stored: str) -> str:
        """The same secret under the newest key. Raises WrongKey."""
        return self.encrypt(self.decrypt(stored))
