"""Every setting once: name, type, default and what it does, read from the environment.

`Settings.from_environ` fails early and by name. `docs/settings.md` is generated from this table and
a test fails when it lags behind.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet


class InvalidSetting(ValueError):
    """A setting that cannot be read; the message names it."""


def setting(default: Any, text: str) -> Any:
    """A field of the table: its default and one line of help."""
    return field(default=default, metadata={"help": text})


@dataclass(frozen=True)
class Settings:
    """The whole configuration; environment names are the field names in capitals."""

    database_url: str = setting(
        "", "Database, `sqlite:///…` or `postgresql+psycopg://…`. Empty: a SQLite file in `VAR_DIR`."
    )
    var_dir: str = setting("var", "Folder for everything generated: database, keys, logs of the demo.")
    secret_key: str = setting(
        "",
        "Signs cookies and form tokens. Empty: made once and kept in `VAR_DIR/secret.key`. "
        "Several machines must share one.",
    )
    encryption_key: str = setting(
        "",
        "Fernet keys, newest first, separated by commas; encrypt connector secrets and link keys. "
        "Empty: made once and kept in `VAR_DIR/encryption.key`.",
    )
    public_url: str = setting(
        "", "Where shoppers reach the portal, for links. Empty: `http://127.0.0.1:PORT`."
    )
    host: str = setting("127.0.0.1", "Address the server listens on.")
    port: int = setting(5000, "Port the server listens on.")
    sandbox_port: int = setting(0, "Port of the demo's sandbox platform. 0: `PORT` + 1.")
    sandbox_mail_port: int = setting(
        0, "Port where the sandbox takes the demo's mails. 0: `SANDBOX_PORT` + 1."
    )
    trusted_proxies: int = setting(0, "How many reverse proxies in front set `X-Forwarded-*`.")
    allow_loopback_connectors: bool = setting(
        False, "Let connectors call loopback addresses over plain HTTP (demo and tests)."
    )
    allow_crash_points: bool = setting(
        False, "Let `EVENLY_CRASH_AT` end this process at a named point. For tests; never on a live machine."
    )
    evenly_crash_at: str = setting(
        "", "A point of `flask --app wsgi crashpoints` at which this process ends itself. Empty: none."
    )
    lookup_tries: int = setting(10, "Failed look-ups allowed per window, for one source and one order.")
    lookup_window_seconds: int = setting(300, "Length of that window in seconds.")
    api_calls_per_minute: int = setting(
        300, "Calls of the HTTP API and webhooks allowed per minute, for one key and for one source."
    )
    session_hours: int = setting(24, "How long a browser that gained access keeps it.")
    worker_threads: int = setting(4, "Messages a worker sends at the same time.")
    smtp_url: str = setting(
        "",
        "Mail server: `smtps://user:password@host` (TLS), `smtp+starttls://…`, or `smtp://host` (plain). "
        "Empty: no mail is written or sent.",
    )
    mail_from: str = setting("", "Address that mails to shoppers come from; needed with `SMTP_URL`.")
    connect_seconds: int = setting(3, "Longest wait for a connection to an outside system.")
    reply_seconds: int = setting(15, "Longest wait for a whole answer of an outside system.")

    @classmethod
    def from_environ(cls, environ: Mapping[str, str] | None = None) -> Settings:
        """Read and check all settings. Raises InvalidSetting naming the one at fault."""
        given = os.environ if environ is None else environ
        values = {
            entry.name: _read(entry.name.upper(), given[entry.name.upper()], entry.default)
            for entry in fields(cls)
            if given.get(entry.name.upper(), "") != ""
        }
        return cls(**values).completed()

    def completed(self) -> Settings:
        """The same settings with what was left empty filled in; keys are made on first use."""
        var = Path(self.var_dir).resolve()
        filled: dict[str, Any] = {"var_dir": str(var)}
        if not self.database_url:
            var.mkdir(parents=True, exist_ok=True)
            filled["database_url"] = f"sqlite:///{var / 'evenly.db'}"
        if not self.secret_key:
            filled["secret_key"] = _kept(var / "secret.key", lambda: secrets.token_urlsafe(48))
        if not self.encryption_key:
            filled["encryption_key"] = _kept(var / "encryption.key", lambda: Fernet.generate_key().decode())
        if not self.public_url:
            filled["public_url"] = f"http://127.0.0.1:{self.port}"
        if not self.sandbox_port:
            filled["sandbox_port"] = self.port + 1
        if not self.sandbox_mail_port:
            filled["sandbox_mail_port"] = (self.sandbox_port or self.port + 1) + 1
        return Settings(**{entry.name: getattr(self, entry.name) for entry in fields(self)} | filled)


def _read(name: str, text: str, default: Any) -> Any:
    if isinstance(default, bool):
        known = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}
        if text.lower() not in known:
            raise InvalidSetting(f"{name} must be 1 or 0, not {text!r}")
        return known[text.lower()]
    if isinstance(default, int):
        if not text.isascii() or not text.isdigit():
            raise InvalidSetting(f"{name} must be a whole number, not {text!r}")
        return int(text)
    return text


def _kept(path: Path, make: Any) -> str:
    """The key in this file, made there once, readable by its owner alone."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="utf-8").strip()
    with os.fdopen(handle, "w", encoding="utf-8") as out:
        key: str = make()
        out.write(key)
    return key
