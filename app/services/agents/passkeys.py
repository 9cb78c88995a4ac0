"""Passkeys: a key in somebody's device that stands for password and code, as the device asks who holds it.

What the device answers is checked by py_webauthn (docs/adr/0007): that it signed our question, for this
address, and asked for a fingerprint, a face or a PIN. Ours are the questions: each is for one session,
is answered once and lives for five minutes.
"""

from __future__ import annotations

import hashlib
import ipaddress
import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar
from urllib.parse import urlsplit

from sqlalchemy import delete, select
from webauthn import (
    base64url_to_bytes,
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import bytes_to_base64url
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from app.models import Agent, Passkey, PasskeyChallenge, db, writing
from app.services.agents.people import actor_of, tell_stores
from app.services.agents.secrets_of_agents import ISSUER
from app.services.agents.signing_in import NotThem, open_session

ANSWER_WITHIN = timedelta(minutes=5)
MOST = 20  # passkeys of one person
LONGEST_NAME = 60
_WAIT_MS = int(ANSWER_WITHIN.total_seconds() * 1000)
# What the library and the parsers below it raise for bytes that are no answer at all.
_UNREADABLE = (WebAuthnException, ValueError, TypeError, KeyError, RecursionError)

Verified = TypeVar("Verified")


class TooMany(Exception):
    """This person has as many passkeys as anybody may have."""


@dataclass(frozen=True)
class Place:
    """Where passkeys are good for: the name that devices keep them under, and the address of the pages."""

    name: str
    origin: str


def place_of(public_url: str) -> Place | None:
    """That of this portal; None where browsers make no passkeys: a bare IP address, or HTTP to elsewhere."""
    parts = urlsplit(public_url)
    host = parts.hostname or ""
    local = host == "localhost" or host.endswith(".localhost")
    if not host or _is_ip(host) or not (parts.scheme == "https" or (parts.scheme == "http" and local)):
        return None
    usual = {"https": 443, "http": 80}[parts.scheme]
    port = "" if parts.port in (None, usual) else f":{parts.port}"
    return Place(host, f"{parts.scheme}://{host}{port}")


def ask_to_add(place: Place, agent_id: int, session_id: str, now: datetime) -> str:
    """What the browser gives to the device to make a key, as JSON. Raises TooMany."""
    with writing():
        agent = db.session.get_one(Agent, agent_id)
        known = _credentials_of(agent_id)
        return options_to_json(
            generate_registration_options(
                rp_id=place.name,
                rp_name=ISSUER,
                user_id=hashlib.sha256(f"passkey\0{agent_id}".encode()).digest(),
                user_name=agent.email,
                user_display_name=agent.name,
                challenge=_new_challenge(session_id, now),
                timeout=_WAIT_MS,
                authenticator_selection=AuthenticatorSelectionCriteria(
                    resident_key=ResidentKeyRequirement.REQUIRED,
                    user_verification=UserVerificationRequirement.REQUIRED,
                ),
                exclude_credentials=[PublicKeyCredentialDescriptor(base64url_to_bytes(one)) for one in known],
            )
        )


def add(place: Place, agent_id: int, session_id: str, name: str, answer: str, now: datetime) -> None:
    """Keep the key that the device has made. Raises NotThem, TooMany."""
    challenge = _take_challenge(session_id, now)
    made = _checked(
        lambda: verify_registration_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=place.name,
            expected_origin=place.origin,
            require_user_verification=True,
        )
    )
    credential = bytes_to_base64url(made.credential_id)
    with writing():
        db.session.get_one(Agent, agent_id, with_for_update=True)  # two at once are counted one by one
        _credentials_of(agent_id)
        if db.session.scalar(select(Passkey.id).where(Passkey.credential == credential)) is not None:
            raise NotThem
        kept = Passkey(
            agent_id=agent_id,
            name=" ".join(name.split())[:LONGEST_NAME] or "Passkey",
            credential=credential,
            public_key=made.credential_public_key,
            counter=made.sign_count,
            created_at=now,
        )
        db.session.add(kept)
        db.session.flush()
        tell_stores(agent_id, actor_of(agent_id), "passkey added", now, {"passkey": kept.id})


def remove(agent_id: int, passkey_id: int, now: datetime) -> None:
    """From now on it opens nothing. One that is gone, or somebody else's, is left as it is."""
    with writing():
        gone = db.session.execute(
            delete(Passkey)
            .where(Passkey.id == passkey_id, Passkey.agent_id == agent_id)
            .returning(Passkey.id)
        ).scalar()
        if gone is not None:
            tell_stores(agent_id, actor_of(agent_id), "passkey removed", now, {"passkey": gone})


def ask_to_sign_in(place: Place, session_id: str, now: datetime) -> str:
    """What the browser gives to the device to sign in, as JSON: the same whoever asks."""
    with writing():
        return options_to_json(
            generate_authentication_options(
                rp_id=place.name,
                challenge=_new_challenge(session_id, now),
                timeout=_WAIT_MS,
                user_verification=UserVerificationRequirement.REQUIRED,
            )
        )


def sign_in(place: Place, old_id: str, new_id: str, answer: str, browser: str, now: datetime) -> None:
    """Go on under a new id as somebody who is signed in, password and code in one. Raises NotThem."""
    challenge = _take_challenge(old_id, now)
    credential = _named_in(answer)
    with writing():
        passkey = db.session.scalar(
            select(Passkey)
            .join(Agent, Agent.id == Passkey.agent_id)
            .where(Passkey.credential == credential, Agent.disabled_at.is_(None))
            .with_for_update(of=Passkey)
        )
        if passkey is None:
            raise NotThem
        used = _checked(
            lambda: verify_authentication_response(
                credential=answer,
                expected_challenge=challenge,
                expected_rp_id=place.name,
                expected_origin=place.origin,
                credential_public_key=passkey.public_key,
                credential_current_sign_count=passkey.counter,
                require_user_verification=True,
            )
        )
        passkey.counter, passkey.used_at = used.new_sign_count, now
        open_session(old_id, new_id, passkey.agent_id, browser, now)


def _credentials_of(agent_id: int) -> list[str]:
    """What this person's devices call their keys. Raises TooMany where there is no room for another."""
    known = db.session.scalars(select(Passkey.credential).where(Passkey.agent_id == agent_id)).all()
    if len(known) >= MOST:
        raise TooMany
    return list(known)


def _new_challenge(session_id: str, now: datetime) -> bytes:
    """A question for this session, in place of an earlier one, within the caller's transaction."""
    db.session.execute(
        delete(PasskeyChallenge).where(
            (PasskeyChallenge.session_id == session_id) | (PasskeyChallenge.expires_at <= now)
        )
    )
    challenge = secrets.token_bytes(32)
    row = PasskeyChallenge(session_id=session_id, challenge=challenge, expires_at=now + ANSWER_WITHIN)
    db.session.add(row)
    return challenge


def _take_challenge(session_id: str, now: datetime) -> bytes:
    """The question of this session, used up whatever the answer turns out to be. Raises NotThem."""
    with writing():
        found = db.session.execute(
            delete(PasskeyChallenge)
            .where(PasskeyChallenge.session_id == session_id)
            .returning(PasskeyChallenge.challenge, PasskeyChallenge.expires_at)
        ).one_or_none()
    if found is None or found.expires_at <= now:
        raise NotThem
    return bytes(found.challenge)


def _checked(verify: Callable[[], Verified]) -> Verified:
    try:
        return verify()
    except _UNREADABLE as problem:
        raise NotThem from problem


def _named_in(answer: str) -> str:
    """Which key the device says that it used."""
    try:
        named = json.loads(answer)["id"]
    except _UNREADABLE as problem:
        raise NotThem from problem
    if not isinstance(named, str):
        raise NotThem
    return named


def _is_ip(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
