"""Secrets at rest: connector credentials and link keys are encrypted with a key kept elsewhere.

Fernet (AES-128 in CBC mode with HMAC-SHA256). Several keys may be given, newest first: the first
encrypts, all of them decrypt, so that a key can be replaced without a moment in which nothing works.
"""

from __future__ import annotations

from cryptography.fernet import Fernet, InvalidToken, MultiFernet


class WrongKey(ValueError):
    """What was stored cannot be opened with any key in `ENCRYPTION_KEY`."""


class SecretBox:
    """Turns a secret into text fit for a database, and back."""

    def __init__(self, keys: str) -> None:
        """Take the keys of the setting `encryption_key`: comma-separated, newest first.

        Raises ValueError when one of them is not a Fernet key; the message never shows it.
        """
        try:
            self._fernet = MultiFernet([Fernet(key.strip()) for key in keys.split(",") if key.strip()])
        except ValueError:
            raise ValueError("ENCRYPTION_KEY must be Fernet keys, separated by commas") from None

    def encrypt(self, secret: str) -> str:
        return self._fernet.encrypt(secret.encode()).decode("ascii")

    def decrypt(self, stored: str) -> str:
        """The secret again. Raises WrongKey."""
        try:
            return self._fernet.decrypt(stored.encode()).decode()
        except (InvalidToken, UnicodeError):
            raise WrongKey("a stored secret needs a key that ENCRYPTION_KEY no longer has") from None

    def renew(self, stored: str) -> str:
        """The same secret under the newest key. Raises WrongKey."""
        return self.encrypt(self.decrypt(stored))
