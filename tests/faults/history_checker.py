"""Reads what the client was told, what platform and payment provider have, and the audit trail: nothing lost,
nothing doubled, nothing placed unpaid and nothing paid for without being placed.

    python history_checker.py client.jsonl ledger.jsonl audit.jsonl money.jsonl

Uses nothing of the product, so that it can disagree with it. One JSON object a line:

- client: `order`, `act` ("confirmed", "cancelled": what the client was told), `reference`, and `due`: what
  the exchange costs in minor units, less than nothing where that is paid back
- ledger: `order` (the original one), `placed` (its new number, empty if it only asked), `body` (a hash)
- audit: `order`, `reference`, and the entry: `chain number at actor act details before hash`; the store is
  the first one of its database
- money: each payment at the provider: `order`, `status`, and in minor units `taken` and `given_back`
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

Row = Mapping[str, Any]
UNDECIDED = ("open", "authorised")
START = hashlib.sha256(b"store 1").hexdigest()


def problems(
    client: Iterable[Row], ledger: Iterable[Row], audit: Iterable[Row], money: Iterable[Row]
) -> list[str]:
    """Every broken promise in words; none when all were kept."""
    told: dict[str, dict[str, str]] = defaultdict(dict)
    due: dict[str, int] = {}
    for row in client:
        told[row["order"]][row["act"]] = row["reference"]
        due[row["order"]] = 0 if "cancelled" in told[row["order"]] else row["due"]
    paid: dict[str, list[Row]] = defaultdict(list)
    for row in money:
        paid[row["order"]].append(row)
    placed: dict[str, set[str]] = defaultdict(set)
    bodies: dict[str, set[str]] = defaultdict(set)
    for row in ledger:
        bodies[row["order"]].add(row["body"])
        if row["placed"]:
            placed[row["order"]].add(row["placed"])
    chains: dict[str, list[Row]] = defaultdict(list)
    for row in audit:
        chains[row["chain"]].append(row)
    found = [problem for chain in chains.values() for problem in _broken_chain(chain)]
    for order, acts in told.items():
        mine = [chain for chain in chains.values() if chain[0]["order"] == order]
        found += _broken_order(order, acts, placed[order], mine)
    found += [
        f"{order}: the platform was asked in {len(some)} ways"
        for order, some in bodies.items()
        if len(some) > 1
    ]
    found += [
        f"{order}: placed, but nobody was told so" for order in placed if order not in told and placed[order]
    ]
    for order in told | paid:
        found += _broken_money(order, due.get(order, 0), paid[order])
    return found


def _broken_money(order: str, due: int, payments: list[Row]) -> list[str]:
    """In the end the shop has what was agreed, in however many tries, and nothing is left undecided."""
    kept = sum(row["taken"] - row["given_back"] for row in payments)
    found = [] if kept == due else [f"{order}: {kept} was taken and kept, not {due}"]
    return found + [
        f"{order}: a payment is left {row['status']}" for row in payments if row["status"] in UNDECIDED
    ]


def _broken_order(
    order: str, told: Mapping[str, str], placed: set[str], chains: list[list[Row]]
) -> list[str]:
    found = []
    wanted = 0 if "cancelled" in told else 1
    if len(placed) != wanted:
        found.append(f"{order}: {len(placed)} exchange orders at the platform, not {wanted}")
    acts = [row["act"] for chain in chains for row in chain]
    last = "cancelled" if "cancelled" in told else "placed"
    submitted = (0, 1) if "cancelled" in told else (1,)  # it may be cancelled before it was paid for
    for act, times in (("submitted", submitted), (last, (1,)), ("flagged", (0,))):
        if acts.count(act) not in times:
            found.append(f"{order}: {act} {acts.count(act)} times in the audit trail, not {times[-1]}")
    references = {row["reference"] for chain in chains for row in chain if row["reference"]}
    found += [f"{order}: {name} was promised and is nowhere" for name in set(told.values()) - references]
    return found


def _broken_chain(chain: list[Row]) -> list[str]:
    before = START
    for number, row in enumerate(sorted(chain, key=lambda row: int(row["number"])), 1):
        content = [row[name] for name in ("chain", "number", "at", "actor", "act", "details", "before")]
        text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        if (row["number"], row["before"]) != (number, before):
            return [f"{row['chain']}: entry {number} is missing"]
        if hashlib.sha256(text.encode()).hexdigest() != row["hash"]:
            return [f"{row['chain']}: entry {number} was changed"]
        before = row["hash"]
    return []


def main(paths: list[str]) -> int:
    client, ledger, audit, money = (
        [json.loads(line) for line in Path(path).read_text("utf-8").splitlines()] for path in paths
    )
    found = problems(client, ledger, audit, money)
    sys.stdout.write("\n".join(found) + "\n" if found else f"{len(client)} promises kept\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
