"""A store with its platform, its payment provider and its clients, and everything any of them was told.

Web servers and workers are processes of their own, to be killed. What is left at the end is written into four
files for `history_checker.py`, which knows nothing of the product. A lease that has to run out is run out by
hand, in place of a minute's wait.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select, update

from app.models import (
    AuditEntry,
    Connector,
    Dispatch,
    DispatchState,
    Exchange,
    Order,
    Payment,
    PaymentState,
    db,
    writing,
)
from tests.factories import Bought, make_order
from tests.faults import history_checker
from tests.faults.killing import SECONDS, Processes
from tests.faults.peer import Call, Peer
from tests.paying.shop_with_till import PayingShop

CHECKER = Path(history_checker.__file__)
# What a wish for these options costs who bought a Navy M, in minor units.
EVEN, DEARER, CHEAPER = ("Navy", "L"), ("Navy", "XL"), ("Moss", "M")
DUE = {EVEN: 0, DEARER: 1050, CHEAPER: -2000}
ORIGINAL = re.compile(r"/cards/v1/payments/(past_(K-\d+)_\d+_USD)/refund")


@dataclass
class History:
    """What happens at the store, from the first order on."""

    till: PayingShop
    processes: Processes
    folder: Path
    told: list[dict[str, Any]] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=lambda: iter(range(1, 100_000)))

    @property
    def peer(self) -> Peer:
        return self.till.acme.peer

    def bought(self) -> str:
        """A fresh order's number."""
        number = f"K-{next(self.numbers)}"
        acme, lately = self.till.acme, datetime.now(UTC) - timedelta(days=5)
        paid_with = f"past_{number}_12900_USD"
        parka = Bought(acme.parka["Navy / M"])
        with writing():  # others may be writing just now
            make_order(acme.store_id, parka, number=number, delivered_at=lately, payment_reference=paid_with)
        return number

    def confirmed(self) -> str:
        """An order whose exchange was confirmed and waits to be placed."""
        number = self.bought()
        self.tell_confirmed(number, self.till.acme.confirm_order(order_id(number)))
        return number

    def tell_confirmed(self, number: str, exchange_id: int, due: int = 0) -> None:
        found = select(Exchange.reference).where(Exchange.id == exchange_id)
        self.tell(number, "confirmed", db.session.scalars(found).one() or "", due)

    def tell(self, number: str, act: str, reference: str, due: int = 0) -> None:
        self.told.append({"order": number, "act": act, "reference": reference, "due": due})

    def time_passes(self) -> None:
        """Leases run out, what was put off is due, and who did not answer is tried again."""
        past = datetime.now(UTC) - timedelta(minutes=1)
        waiting = Dispatch.state == DispatchState.WAITING
        looked_at = Payment.state.in_((PaymentState.OPEN, PaymentState.CLOSING))
        with writing():
            db.session.execute(update(Dispatch).where(waiting).values(due_at=past, leased_until=None))
            db.session.execute(
                update(Connector).where(Connector.closed_until.is_not(None)).values(closed_until=past)
            )
            db.session.execute(update(Payment).where(looked_at).values(next_look_at=past))

    def kill_a_worker(self, point: str) -> None:
        """Start one that ends at this point, and see that it did."""
        worker = self.processes.worker(point, until_idle=point not in ("mid-sweep", "mid-shutdown"))

        def told_to_stop(call: Call) -> None:
            os.kill(worker.pid, signal.SIGTERM)
            call.place()
            call.peer.closing.wait(SECONDS)

        if point == "mid-shutdown":
            self.peer.script.append(told_to_stop)
        assert worker.wait(SECONDS) == -signal.SIGKILL, point
        self.peer.script.clear()

    def drain(self) -> None:
        """Other workers do what is left."""
        for _ in range(2):
            self.time_passes()
            assert self.processes.worker().wait(SECONDS) == 0

    def verdict(self) -> str:
        """What the checker says of the four files, in a process of its own."""
        files = {"client": self.told, "ledger": self.ledger(), "audit": self.audit(), "money": self.money()}
        for name, rows in files.items():
            lines = "".join(json.dumps(row) + "\n" for row in rows)
            (self.folder / f"{name}.jsonl").write_text(lines, "utf-8")
        paths = [str(self.folder / f"{name}.jsonl") for name in files]
        checked = subprocess.run(
            [sys.executable, str(CHECKER), *paths], capture_output=True, text=True, check=False
        )
        return checked.stdout + checked.stderr

    def ledger(self) -> list[dict[str, Any]]:
        """Every request that the platform heard, and what it placed for it."""
        found = []
        for heard in self.peer.requests:
            order = json.loads(heard.body)["original_order_id"]
            placed = self.peer.orders.get(order, {}).get("order_identifier", "")
            body = hashlib.sha256(heard.body).hexdigest()
            found.append({"order": order, "placed": placed, "body": body})
        return found

    def audit(self) -> list[dict[str, Any]]:
        rows = db.session.execute(
            select(AuditEntry, Order.number, Exchange.reference)
            .join(Exchange, AuditEntry.chain == "exchange:" + Exchange.id.cast(AuditEntry.chain.type))
            .join(Order, Order.id == Exchange.order_id)
            .order_by(AuditEntry.id)
        ).all()
        return [
            {
                **{
                    name: getattr(entry, name)
                    for name in ("chain", "number", "actor", "act", "details", "before", "hash")
                },
                "at": entry.at.isoformat(),
                "order": number,
                "reference": reference,
            }
            for entry, number, reference in rows
        ]

    def money(self) -> list[dict[str, Any]]:
        """The provider's own record of every page that was opened there, and of every original payment.

        What was paid with the original order is no part of the exchange; what goes back of it is.
        """
        pages: dict[str, str] = {}
        originals: dict[str, str] = {}
        for asked in self.till.provider.app.ledger.requests():
            path, reply, body = str(asked["path"]), asked["reply"], asked["body"]
            if original := ORIGINAL.fullmatch(path):
                originals[original[1]] = original[2]
            elif path == "/cards/v1/pages" and isinstance(reply, dict) and isinstance(body, dict):
                pages[reply["page"]] = body["order"]
        found = [(order, self.till.provider.record(page)) for page, order in pages.items()]
        for payment, order in originals.items():
            record = self.till.provider.app.ledger.record("cards", payment)
            found += [(order, record | {"captured": 0})] if record else []
        return [
            {
                "order": order,
                "status": record["status"],
                "taken": record["captured"],
                "given_back": record["refunded"],
            }
            for order, record in found
        ]


def order_id(number: str) -> int:
    return db.session.scalars(select(Order.id).where(Order.number == number)).one()
