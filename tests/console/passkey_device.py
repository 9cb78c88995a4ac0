"""A device with a passkey, in a few lines of its own: it signs what a browser hands to it (WebAuthn 3)."""

from __future__ import annotations

import hashlib
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


def plain(data: bytes) -> str:
    """Bytes in base64url, as browsers write them."""
    return urlsafe_b64encode(data).rstrip(b"=").decode()


@dataclass
class Device:
    """One key, and the count of its uses. The fields beyond are for devices and browsers that lie."""

    origin: str
    credential: bytes = b"\x01" * 32
    uses: int = 0
    place: str = ""  # the name that it signs for; empty: what it was asked for
    asks_who: bool = True  # for a fingerprint, a face or a PIN
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def make(self, asked: str) -> str:
        """The answer to a question for a new key."""
        options = json.loads(asked)
        data = self._data(options["rp"]["id"], ATTESTED)
        data += bytes(16) + len(self.credential).to_bytes(2, "big") + self.credential + self._public()
        attested = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        heard = self._heard("webauthn.create", options["challenge"])
        return self._answer({"clientDataJSON": plain(heard), "attestationObject": plain(attested)})

    def sign(self, asked: str) -> str:
        """The answer to a question for a signature."""
        options = json.loads(asked)
        self.uses += 1
        heard, data = self._heard("webauthn.get", options["challenge"]), self._data(options["rpId"])
        signature = self.key.sign(data + hashlib.sha256(heard).digest(), ec.ECDSA(SHA256()))
        parts = {"clientDataJSON": heard, "authenticatorData": data, "signature": signature}
        return self._answer({name: plain(value) for name, value in parts.items()})

    def _heard(self, kind: str, challenge: str) -> bytes:
        urlsafe_b64decode(challenge + "==")
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin}).encode()

    def _data(self, asked_for: str, flags: int = 0) -> bytes:
        flags |= PRESENT | (VERIFIED if self.asks_who else 0)
        place = hashlib.sha256((self.place or asked_for).encode()).digest()
        return place + bytes([flags]) + self.uses.to_bytes(4, "big")

    def _public(self) -> bytes:
        numbers = self.key.public_key().public_numbers()
        x, y = (number.to_bytes(32, "big") for number in (numbers.x, numbers.y))
        return cbor2.dumps({1: 2, 3: -7, -1: 1, -2: x, -3: y})

    def _answer(self, response: dict[str, Any]) -> str:
        name = plain(self.credential)
        return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": response})
