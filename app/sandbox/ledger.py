"""What the sandbox remembers: every request in order, the orders it made, mails, what systems keep besides.

What is here: one SQLite file (or none, then it lives in memory) behind one lock, used by all the server's
threads. What is not: faults and settings, which belong to a run and are forgotten with it.

A request is written down when it arrives and again when its answer is decided, so one that was cut off, or is
still being waited for, stands there with no status.
"""

import hashlib
import json
import sqlite3
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from app.sandbox.mailbox import Mail
from app.sandbox.strict_json import NotJsonError, read_json

TABLES = (
    """CREATE TABLE IF NOT EXISTS requests (
        number INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, system TEXT NOT NULL,
        method TEXT NOT NULL, path TEXT NOT NULL, headers TEXT NOT NULL, body TEXT, body_sha256 TEXT,
        status INTEGER, reply TEXT, replayed INTEGER NOT NULL DEFAULT 0, fault TEXT)""",
    """CREATE TABLE IF NOT EXISTS orders (
        system TEXT NOT NULL, account TEXT NOT NULL, key TEXT NOT NULL, reply TEXT NOT NULL,
        PRIMARY KEY (system, account, key))""",
    """CREATE TABLE IF NOT EXISTS records (
        system TEXT NOT NULL, key TEXT NOT NULL, content TEXT NOT NULL, PRIMARY KEY (system, key))""",
    """CREATE TABLE IF NOT EXISTS mails (
        number INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, recipients TEXT NOT NULL,
        raw BLOB NOT NULL)""",
)

Reply = Mapping[str, object]


@dataclass(frozen=True)
class Arrival:
    """A request as it came in, its secret headers masked. `body` None means too long to keep."""

    at: datetime
    system: str
    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes | None


class Ledger:
    """The requests and the orders. Safe to use from many threads."""

    def __init__(self, state: str | Path | None = None) -> None:
        if state is not None:
            Path(state).parent.mkdir(parents=True, exist_ok=True)
        self._lock = threading.Lock()
        self._connection = sqlite3.connect(
            state or ":memory:", check_same_thread=False, isolation_level=None, timeout=10
        )
        self._connection.row_factory = sqlite3.Row
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute("PRAGMA synchronous=NORMAL")
        for table in TABLES:
            self._connection.execute(table)

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._connection.close()

    def arrived(self, arrival: Arrival) -> int:
        """Write a request down and return its number."""
        body = None if arrival.body is None else arrival.body.decode("utf-8", errors="replace")
        digest = None if arrival.body is None else hashlib.sha256(arrival.body).hexdigest()
        with self._writing() as connection:
            cursor = connection.execute(
                "INSERT INTO requests (at, system, method, path, headers, body, body_sha256)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                (
                    arrival.at.isoformat(timespec="milliseconds"),
                    arrival.system,
                    arrival.method,
                    arrival.path,
                    json.dumps(dict(arrival.headers)),
                    body,
                    digest,
                ),
            )
            return cursor.lastrowid or 0

    def answered(
        self, number: int, *, status: int | None, reply: str | None, replayed: bool, fault: str | None
    ) -> None:
        """Add what was sent back: `status` and `reply` None when the connection is cut instead."""
        with self._writing() as connection:
            connection.execute(
                "UPDATE requests SET status = ?, reply = ?, replayed = ?, fault = ? WHERE number = ?",
                (status, reply, replayed, fault, number),
            )

    def place_order(
        self, system: str, account: str, key: str, make: Callable[[], Reply]
    ) -> tuple[Reply, bool]:
        """The reply stored for this key, and whether it was there before; `make` runs only if it was not."""
        with self._writing() as connection:
            row = connection.execute(
                "SELECT reply FROM orders WHERE system = ? AND account = ? AND key = ?",
                (system, account, key),
            ).fetchone()
            if row is not None:
                return json.loads(row["reply"]), True
            reply = make()
            connection.execute(
                "INSERT INTO orders (system, account, key, reply) VALUES (?, ?, ?, ?)",
                (system, account, key, json.dumps(reply)),
            )
            return reply, False

    def record(self, system: str, key: str) -> dict[str, Any] | None:
        """What a system keeps under this key and does not count as an order: a return, for one."""
        with self._lock:
            row = self._connection.execute(
                "SELECT content FROM records WHERE system = ? AND key = ?", (system, key)
            ).fetchone()
        found: dict[str, Any] | None = None if row is None else json.loads(row["content"])
        return found

    def keep(self, system: str, key: str, content: Mapping[str, object]) -> None:
        """Keep this under the key, in place of what was there."""
        with self._writing() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO records (system, key, content) VALUES (?, ?, ?)",
                (system, key, json.dumps(content)),
            )

    def keep_mail(self, at: datetime, recipients: list[str], raw: bytes) -> None:
        """Keep a mail, whoever it is addressed to."""
        with self._writing() as connection:
            connection.execute(
                "INSERT INTO mails (at, recipients, raw) VALUES (?, ?, ?)",
                (at.isoformat(timespec="milliseconds"), json.dumps(recipients), raw),
            )

    def mails(self, *, number: int | None = None, last: int | None = None) -> list[Mail]:
        """The mails, the newest first; with `number` that one only."""
        with self._lock:
            rows = self._connection.execute(
                "SELECT * FROM mails WHERE ? IN (number, -1) ORDER BY number DESC LIMIT ?",
                (-1 if number is None else number, -1 if last is None else last),
            ).fetchall()
        return [
            Mail(row["number"], row["at"], tuple(json.loads(row["recipients"])), row["raw"]) for row in rows
        ]

    def requests(self, *, last: int | None = None) -> list[dict[str, object]]:
        """The requests in the order they arrived; with `last`, only that many of the newest."""
        with self._lock:
            rows = self._connection.execute(
                "SELECT * FROM requests ORDER BY number DESC LIMIT ?", (-1 if last is None else last,)
            ).fetchall()
        return [_entry(row) for row in reversed(rows)]

    def order_count(self) -> int:
        """How many orders exist, over all systems and accounts."""
        with self._lock:
            return int(self._connection.execute("SELECT count(*) FROM orders").fetchone()[0])

    def clear(self) -> None:
        """Forget requests, orders, mails and what else systems keep."""
        with self._writing() as connection:
            connection.execute("DELETE FROM requests")
            connection.execute("DELETE FROM orders")
            connection.execute("DELETE FROM records")
            connection.execute("DELETE FROM mails")

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction, begun as a writer: a second process on the same file waits rather than doubles."""
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")


def _entry(row: sqlite3.Row) -> dict[str, object]:
    entry = {name: row[name] for name in ("at", "system", "method", "path", "body_sha256", "status", "fault")}
    return entry | {
        "headers": json.loads(row["headers"]),
        "body": _parsed(row["body"]),
        "reply": _parsed(row["reply"]),
        "replayed": bool(row["replayed"]),
    }


def _parsed(text: str | None) -> object:
    """JSON as JSON, anything else as the text it is."""
    if text is None:
        return None
    try:
        return read_json(text.encode("utf-8"))
    except NotJsonError:
        return text
