"""Sessions of our own: a random id in a cookie, and rows only for browsers that may see something.

A browser that has gained nothing carries an id and has no row. The secret behind its form tokens is
derived from that id, so showing a form writes nothing. Who may see which order stands in the
database (`app.web.access`); no other data is kept in a session, and `session[...] = ...` is refused.
The choice is explained in docs/adr/0004-our-own-session-interface.md.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import re
import secrets
from collections.abc import Iterator
from typing import Any

from flask import Flask, Request, Response, request
from flask.sessions import SessionInterface, SessionMixin
from werkzeug.exceptions import Forbidden

SECURE_COOKIE = "__Host-evenly"  # the prefix binds it to HTTPS, this host and the whole path
PLAIN_COOKIE = "evenly"  # loopback HTTP only
CONSOLE = "/console"  # whose pages have a cookie of their own, so that neither session reaches the other
CONSOLE_SUFFIX = "-console"
ID_BYTES = 32
TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")  # that many bytes in base64url
CSRF_KEY = "csrf_token"  # where Flask-WTF looks for the secret of the form tokens
OPEN_TO_ALL = frozenset({"static", "brand_stylesheet", "health"})


class InsecureChannel(Forbidden):
    """Plain HTTP to another machine: a cookie sent there could be read on the way."""


class PortalSession(SessionMixin):
    """Which browser this is. `id` is what the database knows: a hash of what the cookie holds."""

    modified = False

    def __init__(self, token: str | None, secret_key: str) -> None:
        self._token = token
        self._secret_key = secret_key
        self.came_with_cookie = token is not None
        self.cookie_hours: int | None = None
        self.changed = False
        self.forgotten = False

    @property
    def token(self) -> str:
        """What the cookie holds; a browser without one is given it now."""
        if self._token is None:
            self._token = new_token()
            self.changed = True
        return self._token

    @property
    def id(self) -> str:
        return id_of(self.token)

    def adopt(self, token: str, hours: int) -> None:
        """Go on under a new id, kept for `hours`: access was gained."""
        self._token, self.cookie_hours = token, hours
        self.changed, self.forgotten = True, False
        self.came_with_cookie = True

    def forget(self) -> None:
        """Drop the id: the browser left."""
        self._token, self.forgotten, self.changed = None, True, False

    def __getitem__(self, key: str) -> Any:
        if key != CSRF_KEY:
            raise KeyError(key)
        message = b"form token secret\0" + self.token.encode()
        return hmac.new(self._secret_key.encode(), message, hashlib.sha256).hexdigest()

    def __iter__(self) -> Iterator[str]:
        return iter((CSRF_KEY,))

    def __len__(self) -> int:
        return 1

    def __setitem__(self, key: str, value: Any) -> None:
        raise TypeError("a session keeps no data; store it with the draft or the exchange")

    def __delitem__(self, key: str) -> None:
        raise TypeError("a session keeps no data")


class PortalSessions(SessionInterface):
    """Reads and sets the cookie. Touches no database."""

    def open_session(self, app: Flask, request: Request) -> PortalSession | None:
        """The browser's id, if it came with a well-formed one; None where a cookie is not safe."""
        name = cookie_name(request)
        if name is None:
            return None
        return PortalSession(well_formed(request.cookies.get(name)), str(app.config["SECRET_KEY"]))

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:  # noqa: ARG002
        """Send a new id, or take back the old one; say nothing when nothing changed."""
        name = cookie_name(request)
        if name is None or not isinstance(session, PortalSession):
            return
        if session.accessed:
            response.vary.add("Cookie")
        if session.changed:
            age = None if session.cookie_hours is None else session.cookie_hours * 3600
            response.set_cookie(name, session.token, max_age=age, **_flags(name))
        elif session.forgotten and session.came_with_cookie:
            response.delete_cookie(name, **_flags(name))


def register(app: Flask) -> None:
    """Use these sessions, and refuse pages over a channel that none can travel."""
    app.session_interface = PortalSessions()

    @app.before_request
    def _require_safe_channel() -> None:
        if request.endpoint and request.endpoint not in OPEN_TO_ALL and cookie_name(request) is None:
            raise InsecureChannel


def new_token() -> str:
    """256 random bits for a cookie."""
    return secrets.token_urlsafe(ID_BYTES)


def id_of(token: str) -> str:
    """What the database keeps of a cookie: knowing the row does not give the cookie."""
    return hashlib.sha256(token.encode()).hexdigest()


def well_formed(token: str | None) -> str | None:
    """The token if it could be one of ours, else None."""
    return token if token is not None and TOKEN.fullmatch(token) else None


def cookie_name(request: Request) -> str | None:
    """The one cookie accepted on this channel, for this door; None on plain HTTP to anything but loopback."""
    suffix = CONSOLE_SUFFIX if request.path == CONSOLE or request.path.startswith(f"{CONSOLE}/") else ""
    if request.is_secure:
        return SECURE_COOKIE + suffix
    return PLAIN_COOKIE + suffix if is_loopback(request.host) else None


def is_loopback(host: str) -> bool:
    """Whether a Host header names this machine itself: `localhost`, 127.0.0.0/8 or ::1."""
    name = host.rpartition(":")[0] if not host.endswith("]") and ":" in host else host
    name = name.strip("[]").lower()
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def _flags(name: str) -> dict[str, Any]:
    return {"secure": name.startswith(SECURE_COOKIE), "httponly": True, "samesite": "Lax", "path": "/"}
